import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from apps.upkeep import services
from apps.upkeep.models import Run
from program996.backup import BackupError
from program996.backup.checking import LABELS
from program996.backup.drilling import Drilled, drill
from program996.backup.sealing import identities_of
from program996.backup.store import Store
from program996.management.processes import StackError


class Command(BaseCommand):
    requires_system_checks = []
    help = "Khôi phục thử bản sao mới nhất vào một thư mục tạm, so với lúc sao lưu, rồi xóa. Thoát 1 nếu có chỗ khác."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", type=Path, default=None, dest="store", help="thư mục sao lưu (BACKUP_DIR)")
        parser.add_argument("--identity", type=Path, default=None, help="tệp khóa riêng (BACKUP_IDENTITY)")
        parser.add_argument("--scratch", type=Path, default=tempfile.gettempdir(), help="nơi đặt thư mục tạm")

    def handle(self, *args: Any, **options: Any) -> None:
        store, key = options["store"] or settings.BACKUP_DIR, options["identity"] or settings.BACKUP_IDENTITY
        if not store or not key:
            raise CommandError("Cần --from và --identity, hoặc BACKUP_DIR và BACKUP_IDENTITY.")
        run = _begin()
        try:
            drilled = drill(Store(Path(store)), identities_of(Path(key)), options["scratch"], self.stderr.write)
        except (BackupError, StackError) as error:
            _end(run, trouble=str(error))
            raise CommandError(str(error)) from None
        except BaseException as error:
            _end(run, trouble=f"{type(error).__name__}: {error}")
            raise
        lines = [f"{LABELS[finding.check]}: {finding.words}" for finding in drilled.findings]
        _end(run, name=drilled.backup.name, facts=drilled.facts, trouble="\n".join(lines))
        if lines:
            raise CommandError("\n".join([f"Khôi phục thử {drilled.backup.name} không đạt:", *lines]))
        self.stdout.write(_told(drilled))


def _told(drilled: Drilled) -> str:
    words = (
        "Khôi phục thử {name} đạt trong {seconds} giây: {tables} bảng đủ dòng, trong đó {tables_to_the_letter} bảng "
        "giống từng chữ; nhật ký hệ thống nguyên vẹn; số liệu khớp; {files} tệp đính kèm. Nhật ký giao dịch đưa số "
        "liệu đến {behind_seconds} giây trước."
    )
    return words.format(name=drilled.backup.name, **drilled.facts)


def _begin() -> Run | None:
    """On another machine than the portal's there is no portal to tell."""
    if not settings.BACKUPS_ON:
        return None
    try:
        return services.begin(Run.Kind.DRILL)
    except DatabaseError:
        return None


def _end(run: Run | None, **told: Any) -> None:
    if run is not None:
        services.end(run, **told)
