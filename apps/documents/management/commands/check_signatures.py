"""After the office's roots or lists of revoked certificates have changed: files held to the former ones, once more."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.documents.signature_checks import request_checks
from apps.documents.trust_files import read_trust


class Command(BaseCommand):
    help = "Kiểm tra lại chữ ký số của tệp PDF sau khi đổi chứng thư gốc hoặc danh sách thu hồi. Chạy lại được."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--all", action="store_true", help="mọi tệp, kể cả tệp đã kiểm tra với các chứng thư này")

    def handle(self, *args: Any, **options: Any) -> None:
        files = read_trust(settings.SIGNATURE_ROOTS, settings.SIGNATURE_REVOCATION_LISTS)
        if files.faults:
            names = ", ".join(files.faults)
            raise CommandError(f"Không đọc được: {names}. Sửa hoặc bỏ các tệp này rồi chạy lại.", returncode=1)
        if not files.roots:
            self.stdout.write("Chưa cấu hình chứng thư gốc (SIGNATURE_ROOTS): không chữ ký nào được xác minh.")
        roots, others, lists = len(files.roots), len(files.others), len(files.revoked) + len(files.answers)
        self.stdout.write(f"Chứng thư gốc: {roots}; chứng thư khác: {others}; danh sách thu hồi: {lists}.")
        self.stdout.write(f"Đã đưa {request_checks(every=options['all'])} tệp vào hàng đợi kiểm tra.")
