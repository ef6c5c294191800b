from argparse import ArgumentParser
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Sum

from apps.audit import archives
from apps.audit.models import AuditArchive, AuditSeal
from apps.audit.services import seals_at_hand
from apps.audit.verifying import Finding, check_chain, check_seal, line_of
from program996.backup import BackupError
from program996.backup.sealing import identities_of
from program996.backup.years import opened_year

SHOWN = 20


class Command(BaseCommand):
    help = "Tính lại mọi niêm phong của nhật ký; thoát 1 nếu có dòng hoặc niêm phong bị sửa, mất, thêm hoặc cắt."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--day", type=_day, help="chỉ kiểm tra ngày này (ngày/tháng/năm hoặc yyyy-mm-dd)")
        parser.add_argument(
            "--head",
            nargs="?",
            const="",
            metavar="MÃ",
            help="in niêm phong mới nhất; có MÃ (lấy từ nhật ký hệ thống đã chuyển đi) thì mã đó phải còn trong chuỗi",
        )
        parser.add_argument(
            "--as-of",
            type=datetime.fromisoformat,
            metavar="LÚC",
            help="của số liệu khôi phục từ bản sao lưu: đến lúc đó phải niêm phong đủ (dạng ISO, có múi giờ)",
        )
        parser.add_argument("--archive", type=Path, metavar="TỆP", help="kiểm tra tệp lưu trữ của một năm")
        parser.add_argument("--identity", type=Path, help="tệp khóa riêng của tệp lưu trữ (BACKUP_IDENTITY)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["archive"]:
            self.check_archive(options["archive"], options["identity"] or settings.BACKUP_IDENTITY)
            return
        findings = list(self.check_day(options["day"]) if options["day"] else check_chain(options["as_of"]))
        self.tell(findings)
        if options["head"] is not None:
            self.say_head(options["head"])
        _refuse(findings, "Nhật ký không còn nguyên vẹn")
        told = AuditSeal.objects.filter(day=options["day"]) if options["day"] else seals_at_hand()
        rows = told.aggregate(total=Sum("rows"))["total"] or 0
        self.stdout.write(f"Nhật ký nguyên vẹn: {told.count()} ngày đã niêm phong, {rows} dòng.")
        if options["day"]:
            return
        for one in AuditArchive.objects.away():
            self.stdout.write(
                f"Đến {one.last_day:%d/%m/%Y} ở kho lưu trữ: --archive {one.file} (SHA-256 {one.sha256})."
            )

    def check_archive(self, path: Path, key: Path | str) -> None:
        if not key:
            raise CommandError("Cần --identity.", returncode=1)
        try:
            with opened_year(path, identities_of(Path(key))) as (header, stream):
                findings = archives.check(header, stream)
        except (BackupError, ValidationError) as refusal:
            words = refusal.messages[0] if isinstance(refusal, ValidationError) else str(refusal)
            raise CommandError(words, returncode=1) from None
        self.tell(findings)
        _refuse(findings, "Tệp lưu trữ không đúng")
        days = f"{header.first_day:%d/%m/%Y}–{header.last_day:%d/%m/%Y}"
        told = f"{days}, {len(header.seals)} ngày đã niêm phong, {header.rows} dòng"
        self.stdout.write(f"Tệp lưu trữ nguyên vẹn: {told}, nối với chuỗi trong cơ sở dữ liệu.")

    def tell(self, findings: list[Finding]) -> None:
        for finding in findings[:SHOWN]:
            self.stderr.write(line_of(finding))

    def check_day(self, day: date) -> list[Finding]:
        seal = AuditSeal.objects.filter(day=day).first()
        if seal is None:
            raise CommandError(f"Ngày {day:%d/%m/%Y} không có niêm phong.", returncode=1)
        for one in AuditArchive.objects.away().filter(first_day__lte=day, last_day__gte=day):
            words = f"Ngày {day:%d/%m/%Y} ở kho lưu trữ: kiểm tra bằng --archive {one.file}."
            raise CommandError(words, returncode=1)
        return list(check_seal(seal, AuditSeal.objects.filter(day__lt=day).last()))

    def say_head(self, expected: str) -> None:
        head = AuditSeal.objects.last()
        if head:
            self.stdout.write(f"Niêm phong mới nhất: {head.day:%d/%m/%Y} {head.hash}")
        if expected and not AuditSeal.objects.filter(hash=expected.lower()).exists():
            raise CommandError("Mã niêm phong này không còn trong chuỗi: chuỗi đã bị viết lại.", returncode=1)


def _refuse(findings: list[Finding], words: str) -> None:
    if findings:
        more = f" (hiện {SHOWN} điểm đầu)" if len(findings) > SHOWN else ""
        raise CommandError(f"{words}: {len(findings)} điểm sai{more}.", returncode=1)


def _day(text: str) -> date:
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise ValueError(text)
