from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.progress.services import recompute
from apps.progress.sources import COUNTS


class Command(BaseCommand):
    help = "Tính lại mục tiêu từ bản ghi gốc; chỉ ghi số nào thay đổi."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--indicator", help="Mã mục tiêu, ví dụ MT5; không nêu thì tính tất cả")

    def handle(self, *args: Any, **options: Any) -> None:
        code = options["indicator"]
        known = {name.upper(): name for name in COUNTS}
        if code and code.upper() not in known:
            raise CommandError(f"Mục tiêu {code} chưa có nguồn bản ghi. Có: {', '.join(COUNTS)}")
        for name, changed in recompute([known[code.upper()]] if code else None).items():
            self.stdout.write(f"{name}: {changed} số thay đổi")
