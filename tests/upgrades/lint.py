"""Expand first, contract a release later: what a migration may not do while the release before it still works.

Migrations of the newest sample's release are past: offices have them, and they are never edited. `make check` looks at
those that came since, by django-migration-linter. The rules are those of docs/decisions/0089.
"""

import io
import logging
import os
import sys
from contextlib import redirect_stdout

from tests import servers
from tests.upgrades.samples_of_releases import restore, samples

# What the release named had stopped to read and write; a later one takes it away: {"tasks.0009_gone": "1.1.0"}.
CONTRACTS: dict[str, str] = {}


def past() -> set[str]:
    return set(samples()[-1].facts["migrations"])


def contracted(name: str) -> bool:
    """Only what a released version had done without."""
    return CONTRACTS.get(name) in {sample.version for sample in samples()}


def faults(known: set[str]) -> list[str]:
    """Of the migrations beyond those, in a base that has applied those and no more: name and what is wrong."""
    from django_migration_linter import MigrationLinter  # once the settings are there: it reads them

    logging.getLogger("django_migration_linter").setLevel(logging.WARNING)
    linter = MigrationLinter(no_cache=True)
    found = []
    for (app, name), migration in sorted(linter.migration_loader.disk_migrations.items()):
        if f"{app}.{name}" in known or contracted(f"{app}.{name}"):
            continue
        before, told = linter.nb_erroneous, io.StringIO()
        with redirect_stdout(told):
            linter.lint_migration(migration)
        if linter.nb_erroneous > before:
            found.append(told.getvalue().strip())
    return found


def main() -> int:
    for name in ("DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL"):  # those of `make check` reach no server
        os.environ.pop(name, None)
    try:
        servers.start([])
        restore(samples()[-1], os.environ["DATABASE_URL"])  # of some migrations the SQL depends on what they find
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
        import django

        django.setup()
        found = faults(past())
    finally:
        servers.stop()
    print("\n".join([*found, f"{len(found)} migrations that the release before could not work beside"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
