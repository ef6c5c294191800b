import json
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.core.fields import parse_dated
from apps.organisations.asked import UnitView
from apps.organisations.selectors import unit_labels
from apps.tasks.statistics import COUNTS, Asked, By, told_statistics


class Command(BaseCommand):
    help = "Thống kê tiến độ nhiệm vụ của cả nước đến một ngày: bốn số liệu chính thức và các tỷ lệ."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--on", help="yyyy-mm-dd hoặc ngày/tháng/năm; không nêu thì hôm nay")
        parser.add_argument("--year", type=int, help="Năm kế hoạch")
        parser.add_argument("--unit", help="Mã đơn vị chủ trì, kể cả đơn vị trước đó và đơn vị trực thuộc")
        parser.add_argument("--due", choices=["first", "now"], default="now", help="first: theo hạn đặt ban đầu")
        parser.add_argument(
            "--units", choices=UnitView.values, default=UnitView.CURRENT,
            help="current: đơn vị hiện nay; as-reported: đơn vị tại thời điểm báo cáo",
        )  # fmt: skip
        parser.add_argument("--by", choices=By.values, help="Thêm số liệu theo từng nhóm")
        parser.add_argument("--json", action="store_true", help="In một đối tượng JSON như API")

    def handle(self, *args: Any, **options: Any) -> None:
        unit, by = options["unit"] or "", options["by"]
        if unit and unit not in unit_labels():
            raise CommandError(f"Không có đơn vị {unit}.", returncode=2)
        asked = Asked(_day(options["on"]), options["year"], unit, options["due"] == "first", UnitView(options["units"]))
        told = told_statistics(asked, None, By(by) if by else None)
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False))
            return
        self._say(f"Đến ngày {asked.on:%d/%m/%Y}", told)
        for group in told.get("groups", []):
            self._say(f"{group['key']} {group['name']}".strip(), group)

    def _say(self, title: str, told: dict[str, Any]) -> None:
        counts = ", ".join(f"{name} {told[name]}" for name in COUNTS)
        rates = ", ".join(
            f"{name} {numerator}/{denominator}" for name, (numerator, denominator) in told["rates"].items()
        )
        self.stdout.write(f"{title}: {counts}; {rates}")


def _day(text: str | None) -> date:
    if text is None:
        return timezone.localdate()
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    try:
        return parse_dated(text)
    except ValidationError as wrong:
        raise CommandError(" ".join(wrong.messages), returncode=2) from None
