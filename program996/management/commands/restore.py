from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from program996.backup import BackupError
from program996.backup.checking import LABELS
from program996.backup.restoring import Restored, restore
from program996.backup.sealing import identities_of
from program996.backup.store import Store
from program996.backup.thinning import ZONE

FORM = "%d/%m/%Y %H:%M"


class Command(BaseCommand):
    requires_system_checks = []
    help = "Khôi phục cổng từ thư mục sao lưu vào một thư mục dữ liệu trống."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", type=Path, required=True, dest="store", help="thư mục sao lưu")
        parser.add_argument("--identity", type=Path, required=True, help="tệp khóa riêng")
        parser.add_argument("--data", type=Path, required=True, help="thư mục dữ liệu mới, trống")
        parser.add_argument("--to", type=moment, metavar='"dd/mm/yyyy HH:MM"', help="đến lúc này (giờ Việt Nam)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            identities = identities_of(options["identity"])
            store = Store(options["store"])
            restored = restore(store, identities, options["data"], options["to"], self.stderr.write)
        except BackupError as error:
            raise CommandError(str(error)) from None
        self._tell(restored, options["to"])
        if restored.findings:
            raise CommandError(f"{len(restored.findings)} chỗ cần xem lại trước khi mở cho người dùng.")

    def _tell(self, restored: Restored, to: datetime | None) -> None:
        until = restored.until.astimezone(ZONE) if restored.until else None
        self.stdout.write(f"Đã khôi phục vào {restored.data} từ bản sao {restored.backup.name}.")
        if until:
            self.stdout.write(f"Thay đổi cuối cùng có trong số liệu: {until:%d/%m/%Y %H:%M:%S}.")
        if restored.is_short and to:
            self.stdout.write(f"Nhật ký giao dịch đã lưu kết thúc trước {to:{FORM}}: đã khôi phục đến hết nhật ký.")
        self.stdout.write(f"Tệp đính kèm: {restored.files}.")
        for finding in restored.findings:
            self.stderr.write(f"  {LABELS[finding.check]}: {finding.words}")
        if not restored.findings:
            self.stdout.write("Số dòng đủ, nhật ký hệ thống nguyên vẹn, số liệu khớp, đủ tệp đính kèm.")
        self.stdout.write(
            f"Tiếp theo: make run DATA={restored.data} rồi đăng nhập kiểm tra. Trên máy chủ: xem trang trợ giúp "
            "“Vận hành máy chủ”, mục Khôi phục. Bật lại sao lưu ngay: lần chạy đầu lập một bản sao mới."
        )


def moment(text: str) -> datetime:
    return datetime.strptime(text, FORM).replace(tzinfo=ZONE)
