#!/usr/bin/env python
"""Django's command line. `stack` is handed over before settings load; every other command joins the running stack."""

import os
import sys
from pathlib import Path

from program996.management.commands import stack


def main() -> None:
    if sys.argv[1:2] == ["stack"]:
        sys.exit(stack.main(sys.argv[2:]))
    if "DATABASE_URL" not in os.environ:
        for key, value in stack.read_env(Path(os.environ.get("DATA", stack.BASE_DIR / "var"))).items():
            os.environ.setdefault(key, value)
    os.environ.setdefault("PROCESS", "worker")  # its time limits: a command may take longer than a page
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "program996.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
