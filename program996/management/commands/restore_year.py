"""A year of the audit out of its sealed file into the database again."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.formats import number_format

from apps.audit import archives
from apps.audit.verifying import line_of
from program996.backup import BackupError
from program996.backup.sealing import identities_of
from program996.backup.years import opened_year, sha256_of

SHOWN = 20


class Command(BaseCommand):
    help = "Đưa nhật ký của một năm từ tệp lưu trữ trở lại cơ sở dữ liệu; tệp sai thì không đổi gì, thoát 1."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--identity", type=Path, default=None, help="tệp khóa riêng (BACKUP_IDENTITY)")

    def handle(self, *args: Any, **options: Any) -> None:
        path, key = options["file"], options["identity"] or settings.BACKUP_IDENTITY
        if not key:
            raise CommandError("Cần --identity.")
        try:
            with opened_year(path, identities_of(Path(key))) as (header, stream):
                year = archives.year_of(header.last_year)
                if not archives.is_away(year):
                    raise BackupError(f"Nhật ký năm {year.last} còn trong cơ sở dữ liệu.")
                findings = archives.bring_back(year, header, stream, file=path.name, sha256=sha256_of(path))
        except (BackupError, ValidationError) as refusal:
            words = refusal.messages[0] if isinstance(refusal, ValidationError) else str(refusal)
            raise CommandError(words) from None
        if findings:
            lines = [line_of(finding) for finding in findings[:SHOWN]]
            raise CommandError("\n".join([*lines, f"Tệp không đúng: {len(findings)} điểm sai, không đổi gì."]))
        self.stdout.write(f"Nhật ký năm {year.last} đã trở lại: {number_format(header.rows, 0)} dòng.")
