import sys
from typing import Any

from django.core.management.base import BaseCommand

from apps.progress.services import find_differences


class Command(BaseCommand):
    help = "Tính lại tất cả từ dữ kiện và liệt kê mọi số đang lưu bị lệch. Thoát 1 nếu có lệch."

    def handle(self, *args: Any, **options: Any) -> None:
        differences = find_differences()
        for item in differences:
            place = f"{item.indicator} kỳ {item.period_id} {item.unit_id or 'toàn quốc'} {item.breakdown}".strip()
            self.stdout.write(f"{place}: đang lưu {item.stored}, theo dữ kiện {item.computed}")
        self.stdout.write(f"{len(differences)} số lệch")
        if differences:
            sys.exit(1)
