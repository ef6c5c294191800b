import os
import signal
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.formats import number_format

from apps.upkeep import services
from apps.upkeep.models import Run
from program996.backup import BackupError
from program996.backup.sealing import recipients_of
from program996.backup.store import Manifest, Store
from program996.backup.taking import Wanted, take
from program996.backup.thinning import ZONE

MB = 1_000_000


class Command(BaseCommand):
    requires_system_checks = []
    help = "Lập một bản sao lưu vào BACKUP_DIR, niêm phong cho khóa BACKUP_RECIPIENT."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--list", action="store_true", help="chỉ liệt kê các bản đã có")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.BACKUPS_ON:
            raise CommandError("Chưa bật sao lưu: hãy đặt BACKUP_DIR và BACKUP_RECIPIENT.")
        store = Store(Path(settings.BACKUP_DIR))
        if options["list"]:
            for one in store.existing().all():
                self.stdout.write(_line(one))
            return
        signal.signal(signal.SIGTERM, _break_off)
        run = services.begin(Run.Kind.BACKUP)
        try:
            backup = take(store, _wanted())
        except BackupError as error:
            services.end(run, trouble=str(error))
            raise CommandError(str(error)) from None
        except BaseException as error:
            services.end(run, trouble=f"{type(error).__name__}: {error}")
            raise
        facts = {"bytes": backup.size, "seconds": _seconds(backup), "attachments": backup.attachments["files"]}
        services.end(run, name=backup.name, facts=facts, trouble=_rotten(backup))
        self.stdout.write(_line(backup))
        if trouble := _rotten(backup):
            raise CommandError(trouble)


def _wanted() -> Wanted:
    if not settings.BACKUP_DATABASE_URL:
        raise BackupError("Sao lưu cần BACKUP_DATABASE_URL: địa chỉ cơ sở dữ liệu của vai trò program996_backup.")
    keys = {
        "SECRET_KEY": settings.SECRET_KEY,
        "SECRET_KEY_FALLBACKS": settings.SECRET_KEY_FALLBACKS,
        "CLOCK_DAYS_AHEAD": settings.CLOCK_DAYS_AHEAD,
        "SITE_URL": settings.SITE_URL,
    }
    recipients = recipients_of(settings.BACKUP_RECIPIENT)
    return Wanted(settings.BACKUP_DATABASE_URL, recipients, Path(settings.MEDIA_ROOT), keys)


def _line(backup: Manifest) -> str:
    when = backup.began_at.astimezone(ZONE)
    size = number_format(backup.size / MB, 1)
    files = backup.attachments["files"]
    return f"{backup.name}: {when:%d/%m/%Y %H:%M}, {size} MB, {files} tệp đính kèm, lập trong {_seconds(backup)} giây"


def _seconds(backup: Manifest) -> int:
    return round((backup.finished_at - backup.began_at).total_seconds())


def _rotten(backup: Manifest) -> str:
    """The backup stands; what was broken before it is said."""
    if not (rotten := backup.attachments["rotten"]):
        return ""
    return f"Bản sao đã lập, nhưng {len(rotten)} tệp đính kèm của cổng đã hỏng trên đĩa: {', '.join(rotten[:5])}"


def _break_off(*args: Any) -> None:
    raise BackupError(f"Bị dừng lúc {datetime.now(UTC).astimezone(ZONE):%H:%M} (tiến trình {os.getpid()}).")
