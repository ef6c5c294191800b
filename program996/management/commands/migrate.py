"""`migrate`, which stops before tables that other migrations than today's have made."""

import os
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from program996.management.new_base import each_model_by_itself
from program996.management.old_tables import OLD_TABLES, old_database, old_folder


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        if made_earlier(connection):
            raise CommandError(_told(connection), returncode=OLD_TABLES)
        is_new = not MigrationRecorder(connection).applied_migrations()
        with each_model_by_itself() if is_new else nullcontext():
            super().handle(*args, **options)


def made_earlier(connection: BaseDatabaseWrapper) -> bool:
    """Our tables come from migrations that are no more, and today's would begin anew beside them.

    Where nothing is left to do it is no matter: an older version was put back before tables that a newer one made.
    """
    known = set(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("apps.")}
    applied = {key for key in MigrationRecorder(connection).applied_migrations() if key[0] in ours}
    wanted = {key for key in known if key[0] in ours}
    return bool(applied - wanted) and bool(wanted - applied)


def _told(connection: BaseDatabaseWrapper) -> str:
    """The folder where the database is one of its own, which is reached by a socket; else the database."""
    folder = os.environ.get("DATA")
    if folder and str(connection.settings_dict["HOST"]).startswith("/") and (Path(folder) / "pg18").exists():
        return old_folder(Path(folder))
    return old_database(str(connection.settings_dict["NAME"]))
