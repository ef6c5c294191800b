from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    help = "In mã xác thực 6 chữ số lúc này của một khóa bí mật, để thử tài khoản minh họa."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("secret")

    def handle(self, *args: Any, **options: Any) -> None:
        now = next(iter(yield_hotp_counters_from_time()))
        self.stdout.write(format_hotp_value(hotp_value(options["secret"], now)))
