from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.reports.models import AnnualReport
from apps.reports.workbook import workbook_of


class Command(BaseCommand):
    help = "Ghi tệp Excel của báo cáo một đơn vị, như nút “Tải tệp Excel của đơn vị”."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--round", required=True, help="Mã kỳ báo cáo, ví dụ 2026")
        parser.add_argument("--unit", required=True, help="Mã đơn vị, ví dụ VN-24-2025")
        parser.add_argument("--out", required=True, type=Path, help="Tệp .xlsx được ghi")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = AnnualReport.objects.expected().filter(round__code=options["round"], unit=options["unit"])
        report = rows.select_related("round__period", "form", "unit").first()
        if report is None:
            raise CommandError("Không có báo cáo của đơn vị này trong kỳ này.", returncode=2)
        try:
            options["out"].write_bytes(workbook_of(report))
        except OSError as error:
            raise CommandError(f"Không ghi được {options['out']}: {error.strerror}.", returncode=2) from error
        self.stdout.write(str(options["out"]))
