"""The step between two keys: after it the former one may leave SECRET_KEY_FALLBACKS, as far as the database goes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from program996.management.secrets_at_rest import renew_all

NAMES = {"factors": "Xác thực hai bước", "receivers": "Khóa ký của nơi nhận sự kiện"}


class Command(BaseCommand):
    help = "Mã hóa lại mọi bí mật trong cơ sở dữ liệu bằng SECRET_KEY hiện tại. Chạy lại không đổi gì."

    def handle(self, *args: Any, **options: Any) -> None:
        unreadable = 0
        for kind, counts in renew_all().items():
            self.stdout.write(
                f"{NAMES[kind]}: mã hóa lại {counts['renewed']}, đã đúng khóa {counts['kept']}, "
                f"không đọc được {counts['unreadable']}"
            )
            unreadable += counts["unreadable"]
        if unreadable:
            words = "Khóa đã mã hóa các bí mật không đọc được không còn trong SECRET_KEY_FALLBACKS: thêm lại khóa đó."
            raise CommandError(words, returncode=1)
