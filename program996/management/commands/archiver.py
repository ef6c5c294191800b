import signal
import threading
from typing import Any

import structlog
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from program996.backup import BackupError
from program996.backup.archiving import Archiver


class Command(BaseCommand):
    requires_system_checks = []
    help = "Keeps the backups: takes the database's log, has backups and drills made. Ends on SIGTERM or SIGINT."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.BACKUPS_ON:
            return wait_for_the_end()
        try:
            archiver = Archiver()
        except BackupError as error:
            raise CommandError(str(error)) from None
        signal.signal(signal.SIGTERM, archiver.stop)
        signal.signal(signal.SIGINT, archiver.stop)
        archiver.run()
        return None


def wait_for_the_end() -> None:
    """Where several processes are started together it stands there all the same, and says why it does nothing."""
    structlog.get_logger(__name__).warning("no backups: BACKUP_DIR and BACKUP_RECIPIENT are not set")
    ended = threading.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, lambda *args: ended.set())
    ended.wait()
