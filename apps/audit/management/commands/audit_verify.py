from argparse import ArgumentParser
from datetime import date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Sum

from apps.audit.models import AuditSeal
from apps.audit.verifying import Finding, check_chain, check_seal

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

    def handle(self, *args: Any, **options: Any) -> None:
        findings = list(self.check_day(options["day"]) if options["day"] else check_chain(options["as_of"]))
        for finding in findings[:SHOWN]:
            self.stderr.write(_line(finding))
        if options["head"] is not None:
            self.say_head(options["head"])
        if findings:
            more = f" (hiện {SHOWN} điểm đầu)" if len(findings) > SHOWN else ""
            raise CommandError(f"Nhật ký không còn nguyên vẹn: {len(findings)} điểm sai{more}.", returncode=1)
        told = AuditSeal.objects.filter(**({"day": options["day"]} if options["day"] else {}))
        rows = told.aggregate(total=Sum("rows"))["total"] or 0
        self.stdout.write(f"Nhật ký nguyên vẹn: {told.count()} ngày đã niêm phong, {rows} dòng.")

    def check_day(self, day: date) -> list[Finding]:
        seal = AuditSeal.objects.filter(day=day).first()
        if seal is None:
            raise CommandError(f"Ngày {day:%d/%m/%Y} không có niêm phong.", returncode=1)
        return list(check_seal(seal, AuditSeal.objects.filter(day__lt=day).last()))

    def say_head(self, expected: str) -> None:
        head = AuditSeal.objects.last()
        if head:
            self.stdout.write(f"Niêm phong mới nhất: {head.day:%d/%m/%Y} {head.hash}")
        if expected and not AuditSeal.objects.filter(hash=expected.lower()).exists():
            raise CommandError("Mã niêm phong này không còn trong chuỗi: chuỗi đã bị viết lại.", returncode=1)


def _line(finding: Finding) -> str:
    ids = f", dòng {finding.ids}" if finding.ids else ""
    return f"Ngày {finding.day:%d/%m/%Y}{ids}: {finding.words}"


def _day(text: str) -> date:
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise ValueError(text)
