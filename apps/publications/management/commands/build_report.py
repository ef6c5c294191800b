"""Builds a report book into files with their manifest, or holds such a file to the portal."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.organisations.models import OrganisationUnit
from apps.publications.building import MANIFEST, file_name, manifest_bytes, manuscript_name
from apps.publications.models import ReportBook
from apps.publications.verifying import NotOurs, built_now, verify
from apps.targets.models import Period


class Command(BaseCommand):
    help = "Dựng báo cáo tổng hợp ra DOCX, PDF, XLSX và manifest.json; hoặc kiểm tra một tệp đã dựng (--verify)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", nargs="?", choices=ReportBook.Kind.values, help="national hoặc unit")
        parser.add_argument("--year", type=int, help="Năm của báo cáo; của nhiều năm là năm cuối")
        parser.add_argument("--span", default="annual", choices=ReportBook.Span.values)
        parser.add_argument("--unit", help="Mã đơn vị, ví dụ VN-24-2025")
        parser.add_argument("--out", type=Path, help="Thư mục được ghi")
        parser.add_argument("--verify", type=Path, metavar="TỆP", help="manifest.json, .docx, .pdf hoặc .xlsx")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verify"]:
            self.verify(options["verify"])
            return
        if not options["kind"] or not options["year"] or not options["out"]:
            raise CommandError("Cần phạm vi (national, unit), --year và --out.", returncode=2)
        self.build(options)

    def build(self, options: dict[str, Any]) -> None:
        unit = options["unit"] if options["kind"] == ReportBook.Kind.UNIT else None
        if options["kind"] == ReportBook.Kind.UNIT and not OrganisationUnit.objects.filter(pk=unit).exists():
            raise CommandError("Không có đơn vị này: nêu --unit.", returncode=2)
        if not Period.objects.filter(year=options["year"]).exists():
            raise CommandError("Không có kỳ số liệu của năm này.", returncode=2)
        built = built_now(options["span"], options["year"], unit, timezone.now())
        name = manuscript_name(built.assembled.manuscript)
        files = {file_name(name, ending): raw for ending, raw in built.files.items()}
        folder = options["out"]
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for called, raw in {**files, MANIFEST: manifest_bytes(built.manifest)}.items():
                (folder / called).write_bytes(raw)
                self.stdout.write(str(folder / called))
        except OSError as error:
            raise CommandError(f"Không ghi được {folder}: {error.strerror}.", returncode=2) from error

    def verify(self, path: Path) -> None:
        try:
            found = verify(path)
        except OSError as error:
            raise CommandError(f"Không đọc được {path}: {error.strerror}.", returncode=2) from error
        except NotOurs as refusal:
            raise CommandError(str(refusal), returncode=2) from refusal
        for line in found.same:
            self.stdout.write(line)
        for line in found.differences:
            self.stdout.write(line)
        if not found.is_good:
            raise CommandError("Tệp khác báo cáo của cổng.", returncode=1)
