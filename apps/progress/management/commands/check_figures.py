import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from apps.core.derived import derived_tables


class Command(BaseCommand):
    help = (
        "Đối chiếu mọi số liệu và bảng suy ra với bản ghi gốc, cộng các đơn vị theo cả hai cách xem, và liệt kê "
        "mọi chỗ lệch, của số đang lưu và số đã chấp nhận. Thoát 1 nếu còn lệch."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="Lập lại những bảng bị lệch, rồi đối chiếu lần nữa")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["repair"]:
            self._repair()
        found = [line for derived in derived_tables() for line in derived.disagreements()]
        for line in found:
            self.stdout.write(line)
        self.stdout.write(f"{len(found)} số lệch")
        if found:
            sys.exit(1)

    def _repair(self) -> None:
        for derived in derived_tables():
            with transaction.atomic():
                wrong = derived.disagreements()
                if wrong:
                    derived.repair()
                    self.stdout.write(f"{derived.name}: lập lại, {len(wrong)} chỗ lệch")
