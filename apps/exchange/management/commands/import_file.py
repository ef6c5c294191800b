import json
import sys
import time
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.accounts.models import User
from apps.core.moves import is_under_way
from apps.exchange import services
from apps.exchange.models import ImportBatch
from apps.exchange.other_files import readers
from apps.exchange.resource import resource_of, resources
from apps.exchange.selectors import report
from apps.jobs.models import Job
from apps.jobs.services import run_job
from apps.organisations.models import OrganisationUnit

WAIT_SECONDS, PAUSE = 300, 0.2
NOTHING: dict[str, Any] = {"rows": 0, "valid": 0, "written": 0, "errors": [], "notes": [], "closed": []}


class Command(BaseCommand):
    help = "Nhập một tệp Excel vào sổ đăng ký, đúng đường của trang tải lên. In một đối tượng JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("register", help="Sổ đăng ký, ví dụ enterprises")
        parser.add_argument("file", type=Path)
        parser.add_argument("--unit", required=True, help="Mã đơn vị, ví dụ VN-24-2025")
        parser.add_argument("--by", required=True, help="Thư điện tử của người nhập")
        parser.add_argument("--confirm", action="store_true", help="Ghi mọi dòng hợp lệ")
        parser.add_argument("--round", default="", help="Kỳ báo cáo, ví dụ 2026; mặc định kỳ ghi trong tệp")
        parser.add_argument("--accept-warnings", metavar="LÝ_DO", help="Chấp nhận mọi cảnh báo với lý do này")

    def handle(self, *args: Any, **options: Any) -> None:
        reader = readers().get(options["register"])
        if reader is None and resource_of(options["register"]) is None:
            names = ", ".join([*sorted(resource.register for resource in resources()), *readers()])
            raise CommandError(f"Không có sổ đăng ký “{options['register']}”. Các sổ: {names}.", returncode=2)
        by = User.objects.filter(email=options["by"].lower(), is_active=True).first()
        unit = OrganisationUnit.objects.filter(pk=options["unit"]).first()
        if by is None or unit is None or not options["file"].is_file():
            raise CommandError("Không có người, đơn vị hoặc tệp này.", returncode=2)
        try:
            if reader is not None:
                told = reader(options["file"], unit, by, round=options["round"], confirm=options["confirm"])
                self._answer(NOTHING | told, 1 if told["errors"] else 0)
            batch, wrote = self._import(options, unit, by)
        except ValidationError as refusal:
            self._answer(NOTHING | {"refused": " ".join(refusal.messages)}, 2)
        else:
            answer = report(batch) | {"written": (batch.written_rows or 0) if wrote else 0}
            if batch.refusal:  # of the file, or of the writing as a whole
                self._answer(answer | {"refused": batch.refusal}, 2)
            self._answer(answer, 1 if answer["errors"] else 0)

    def _import(self, options: dict[str, Any], unit: OrganisationUnit, by: User) -> tuple[ImportBatch, bool]:
        with options["file"].open("rb") as stream:
            batch, _created = services.upload(options["register"], unit, File(stream, options["file"].name), by=by)
        batch = self._settled(batch)
        if batch.state != ImportBatch.State.CHECKED:
            return batch, False
        if options["accept_warnings"]:
            services.accept_warnings(batch, options["accept_warnings"], by=by)
        if not options["confirm"]:
            return batch, False
        batch = self._settled(services.request_write(batch, by=by))
        return batch, batch.state == ImportBatch.State.WRITTEN

    def _settled(self, batch: ImportBatch) -> ImportBatch:
        """Do the batch's job here and now, unless a worker already has it; then wait for that."""
        until = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < until:
            batch.refresh_from_db()
            if not is_under_way(batch):
                return batch
            job = batch.job
            if job is None or job.state == Job.State.FAILED:
                raise CommandError(job.error if job else "Lần nhập không có tác vụ nền.", returncode=2)
            if run_job(job.pk) != Job.State.DONE:
                time.sleep(PAUSE)
        raise CommandError("Tác vụ nền chưa xong sau 5 phút. Xem trang Tác vụ nền.", returncode=2)

    def _answer(self, answer: dict[str, Any], code: int) -> None:
        self.stdout.write(json.dumps(answer, ensure_ascii=False))
        sys.exit(code)
