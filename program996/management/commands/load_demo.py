import os
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from program996.demo.loading import load_demo
from program996.demo.tasks import TASKS
from program996.demo.years import FULL, USUAL

ENTERPRISES = 50_000  # about 46,000 of them come to apply a programme


class Command(BaseCommand):
    help = "Nạp số liệu minh họa: doanh nghiệp, giai đoạn thực hiện, nhiệm vụ, tài khoản. Chạy lại không thay đổi gì."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=996)
        parser.add_argument("--enterprises", type=int, default=ENTERPRISES)
        parser.add_argument("--tasks", type=int, default=TASKS)
        parser.add_argument("--accounts", type=Path, help="Tệp tài khoản; mặc định DATA/demo-accounts.json")

        parser.add_argument(
            "--full", action="store_true",
            help="Báo cáo của đủ 12 kỳ 2019–2030, khoảng 200 ô mỗi báo cáo; cần đồng hồ ở 31/12/2030",
        )  # fmt: skip

    def handle(self, *args, **options) -> None:
        keys = options["accounts"] or Path(os.environ.get("DEMO_ACCOUNTS") or default_keys())
        cycle = FULL if options["full"] else USUAL
        load_demo(options["seed"], options["enterprises"], options["tasks"], keys, self.stdout.write, cycle)


def default_keys() -> Path:
    return Path(settings.MEDIA_ROOT).parent / "demo-accounts.json"
