#!/usr/bin/env python
"""Django's command line. `stack` is handed over before settings load; every other command joins the running stack."""

import os
import sys
from pathlib import Path

from program996.management.commands import stack

WITHOUT_A_PORTAL = {"backup_key", "drill", "restore"}  # also where none is: on a machine where one is to come back
# Everything else runs as the portal's own role, which changes no table.
OWNER_COMMANDS = {"migrate", "database_roles", "rotate_database_password", "archive_year", "restore_year"}


def main() -> None:
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    if command == "stack":
        sys.exit(stack.main(sys.argv[2:]))
    if "DATABASE_URL" not in os.environ:
        for key, value in stack.read_env(Path(os.environ.get("DATA", stack.BASE_DIR / "var"))).items():
            os.environ.setdefault(key, value)
    if command in WITHOUT_A_PORTAL and "DATABASE_URL" not in os.environ:
        os.environ.update(stack.NO_PORTAL)
    if command in OWNER_COMMANDS and "DATABASE_OWNER_URL" in os.environ:
        os.environ["APP_DATABASE_URL"] = os.environ.get("DATABASE_URL", "")  # whose password the command may set
        os.environ["DATABASE_URL"] = os.environ["DATABASE_OWNER_URL"]
    os.environ.setdefault("PROCESS", "worker")  # its time limits: a command may take longer than a page
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "program996.settings")
    from django.core.management import execute_from_command_line

    from apps.core import wall

    wall.open_process("commands work in every unit")

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
