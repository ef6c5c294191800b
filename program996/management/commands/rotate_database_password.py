"""A new password of the role that the portal works with, by the tables' owner. Printed once, kept nowhere."""

import os
import secrets
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from program996.management.roles import ROLE, set_password

BYTES = 32


class Command(BaseCommand):
    help = "Đặt mật khẩu mới cho vai trò cơ sở dữ liệu của cổng và in DATABASE_URL mới một lần."

    def handle(self, *args: Any, **options: Any) -> None:
        address = urlsplit(os.environ.get("APP_DATABASE_URL", ""))
        if unquote(address.username or "") != ROLE or not address.password:
            words = f"DATABASE_URL không phải của vai trò {ROLE}, hoặc không dùng mật khẩu: không có gì để đổi."
            raise CommandError(words, returncode=1)
        fresh = secrets.token_hex(BYTES)  # letters and digits: it stands inside addresses
        with transaction.atomic(), connection.cursor() as cursor:
            set_password(cursor, fresh)
        place = address.netloc.rpartition("@")[2]
        self.stdout.write(f"DATABASE_URL={address._replace(netloc=f'{quote(ROLE)}:{fresh}@{place}').geturl()}")
        self.stdout.write(f"APP_DB_PASSWORD={fresh}")
