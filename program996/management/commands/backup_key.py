from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from program996.backup import BackupError
from program996.backup.keys import write_key


class Command(BaseCommand):
    requires_system_checks = []
    help = "Tạo cặp khóa sao lưu: khóa riêng vào tệp (cất ngoài máy chủ), khóa công khai in ra cho BACKUP_RECIPIENT."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            public = write_key(options["file"])
        except (BackupError, OSError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"BACKUP_RECIPIENT={public}")
        self.stderr.write(
            f"Khóa riêng nằm trong {options['file']}: chép ra hai nơi ngoài máy chủ rồi xóa ở đây. "
            "Mất khóa riêng thì không mở được bản sao lưu nào."
        )
