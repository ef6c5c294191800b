"""A kept base of each release, as small as a whole portal may be: `make release-sample` writes today's.

What a later version finds at an office is what an earlier one wrote, so the rows are written by that one's own code and
never made anew. Beside each dump lies what was known of it: code, migrations, rows of each table, figures, accounts.
"""

import hashlib
import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2

from program996.management.processes import BASE_DIR
from program996.management.servers import plain_env, postgres_account, postgres_binaries
from tests import day, servers

FOLDER = Path(__file__).parent / "samples"
# Whoever reads the sample must read its secrets; it holds nothing that is anybody's.
KEY = "of-the-sample-of-a-release-whose-rows-are-invented-and-open-to-all"
MADE = datetime(2026, 11, 20, 10, tzinfo=day.BEGINS.tzinfo)  # the day of the demonstration, before that of the tests
# One whose rows lie in several behind its name is told as one.
TABLES = """
    SELECT relname::text FROM pg_class
    WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = 'public'::regnamespace ORDER BY 1
"""
FIGURES = """
    SELECT i.code, p.year, coalesce(v.unit_id, ''), v.breakdown, v.basis, v.value::text FROM targets_indicatorvalue v
    JOIN targets_indicator i ON i.id = v.indicator_id JOIN targets_period p ON p.id = v.period_id
    WHERE v.known_to IS NULL ORDER BY 1, 2, 3, 4, 5
"""


@dataclass(frozen=True)
class Sample:
    version: str

    @property
    def dump(self) -> Path:
        return FOLDER / f"{self.version}.dump"

    @property
    def facts(self) -> dict[str, Any]:
        return json.loads(self.dump.with_suffix(".json").read_text())


def version_of(name: str) -> tuple[int, ...]:
    return tuple(int(part) for part in name.split("."))


def samples() -> list[Sample]:
    """Oldest first."""
    return [Sample(name) for name in sorted((path.stem for path in FOLDER.glob("*.dump")), key=version_of)]


def program(name: str) -> Path:
    """One of PostgreSQL's own, of the very release that the tests' server is of."""
    return postgres_binaries(postgres_account(), Path(os.environ["DATA"])) / name


def restore(sample: Sample, address: str) -> None:
    """Into an empty base; in one transaction, and without whom its objects belonged to."""
    command = [program("pg_restore"), "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"]
    subprocess.run([*command, "--dbname", address, sample.dump], check=True, env=plain_env())


@contextmanager
def restored_beside(sample: Sample) -> Iterator[None]:
    """Queries of this process go to a base of the sample, on the day of the tests, as long as the context lasts."""
    from django.db import connection  # once there are settings: this module also runs before them

    line = connection.settings_dict
    before = line["NAME"]
    name = f"{before}_{sample.version.replace('.', '_')}"
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {name}")
    line["NAME"] = name
    try:
        with connection.cursor() as cursor:
            day.set_the_database(cursor)
        restore(sample, urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl())
        yield
    finally:
        connection.close()
        line["NAME"] = before
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def facts_of(cursor: Any) -> dict[str, Any]:
    cursor.execute(TABLES)
    tables = [name for (name,) in cursor.fetchall()]
    rows = {}
    for name in tables:
        cursor.execute(f'SELECT count(*) FROM "{name}"')
        rows[name] = cursor.fetchone()[0]
    cursor.execute(FIGURES)
    figures = [list(row) for row in cursor.fetchall()]
    cursor.execute("SELECT app, name FROM django_migrations ORDER BY 1, 2")
    return {
        "migrations": [f"{app}.{name}" for app, name in cursor.fetchall()],
        "rows": rows,
        "figures": {
            "digest": hashlib.sha256(json.dumps(figures).encode()).hexdigest(),
            "count": len(figures),
            "national": [row for row in figures if not row[2]],
        },
    }


def write(folder: Path) -> None:
    """Today's release's, by its own commands in a base of its own."""
    version = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())["project"]["version"]
    sample = Sample(version)
    env = os.environ | {"SECRET_KEY": KEY, "DATA": str(folder), "MEDIA_ROOT": str(folder / "files")}
    with psycopg2.connect(os.environ["DATABASE_URL"]) as line, line.cursor() as cursor:
        day.set_the_database(cursor)
    orders = [
        ["migrate", "--noinput", "-v", "0"], ["database_roles"], ["load_reference"],
        ["load_demo", "--seed", "996", "--enterprises", "60", "--tasks", "40"],
    ]  # fmt: skip
    for order in orders:
        subprocess.run([sys.executable, "manage.py", *order], cwd=BASE_DIR, env=env, check=True)
    address = os.environ["DATABASE_URL"]
    plain = ["--no-owner", "--no-privileges", "--no-policies"]  # roles are of the machine that it comes to
    dump = [program("pg_dump"), "--format=custom", "--compress=gzip:9", *plain]
    subprocess.run([*dump, "--dbname", address, "--file", sample.dump], check=True, env=plain_env())
    commit = subprocess.check_output(["git", "rev-parse", "HEAD"], cwd=BASE_DIR, text=True).strip()
    facts = (
        {"commit": commit} | described(address) | {"accounts": json.loads((folder / "demo-accounts.json").read_text())}
    )
    sample.dump.with_suffix(".json").write_text(json.dumps(facts, ensure_ascii=False, separators=(",", ":")) + "\n")
    print(f"{sample.dump.name}: {sample.dump.stat().st_size / 1e6:.1f} MB")


def described(address: str) -> dict[str, Any]:
    with psycopg2.connect(address) as line, line.cursor() as cursor:
        return facts_of(cursor)


if __name__ == "__main__":
    try:
        servers.start([])
        os.environ |= {day.VARIABLE: day.seconds_ahead(MADE), "DJANGO_SETTINGS_MODULE": "tests.settings"}
        write(servers.folders[0])
    finally:
        servers.stop()
