"""Prints the environment of tomorrow: a new key, and today's among the former ones. It changes nothing by itself."""

import secrets
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

BYTES = 48


class Command(BaseCommand):
    help = "In các dòng môi trường với khóa mới, khóa hiện tại chuyển sang danh sách khóa cũ. Không tự thay đổi gì."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("key", choices=["secret", "pepper"], help="secret: SECRET_KEY; pepper: TOKEN_PEPPER")

    def handle(self, *args: Any, **options: Any) -> None:
        fresh = secrets.token_urlsafe(BYTES)  # no comma, by which lists are parted
        if options["key"] == "secret":
            name, former = "SECRET_KEY", [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        else:
            own = [settings.TOKEN_PEPPER] if settings.TOKEN_PEPPER else []
            name, former = "TOKEN_PEPPER", [*own, *settings.TOKEN_PEPPER_FALLBACKS]
        self.stdout.write(f"{name}={fresh}")
        self.stdout.write(f"{name}_FALLBACKS={','.join(former)}")
