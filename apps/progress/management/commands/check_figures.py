import sys
from typing import Any

from django.core.management.base import BaseCommand

from apps.progress.agreement import find_disagreements
from apps.progress.services import find_differences


class Command(BaseCommand):
    help = (
        "Tính lại tất cả từ dữ kiện, cộng các đơn vị theo cả hai cách xem, và liệt kê mọi số bị lệch: số đang lưu "
        "và số đã chấp nhận. "
        "Thoát 1 nếu có lệch."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        differences, disagreements = find_differences(), find_disagreements()
        for item in differences:
            place = f"{item.indicator} kỳ {item.period_id} {item.unit_id or 'toàn quốc'} {item.breakdown}".strip()
            self.stdout.write(f"{place}: đang lưu {item.stored}, theo dữ kiện {item.computed}")
        for one in disagreements:
            place = f"{one.indicator} kỳ {one.period} toàn quốc {one.breakdown}".strip()
            reading = "đã chấp nhận" if one.is_accepted else "đang lưu"
            self.stdout.write(f"{place}: {reading} {one.national}, cộng các đơn vị ({one.view.label}) {one.units}")
        self.stdout.write(f"{len(differences) + len(disagreements)} số lệch")
        if differences or disagreements:
            sys.exit(1)
