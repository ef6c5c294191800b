"""Whether what came back is what was copied: rows and digests of every table, then the portal's own checks."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg2
from django.db.migrations.loader import MigrationLoader

from program996.backup import BackupError
from program996.backup.counting import Counts, count_tables
from program996.backup.recovering import Server
from program996.backup.store import Manifest
from program996.backup.thinning import ZONE
from program996.management.processes import BASE_DIR

SHOWN = 10
LABELS = {"counts": "Số dòng", "audit": "Nhật ký hệ thống", "figures": "Số liệu", "files": "Tệp"}


@dataclass(frozen=True)
class Finding:
    check: str
    words: str


def known_migrations() -> set[tuple[str, str]]:
    return set(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def refuse_newer(backup: Manifest) -> None:
    """Tables of a version to come: this one would not understand them. Of libraries some put theirs together."""
    known = known_migrations()
    apps = {app for app, _name in known}
    newer = [
        f"{app}.{name}"
        for app, names in backup.migrations.items()
        for name in names
        if app in apps and (app, name) not in known
    ]
    if newer:
        raise BackupError(
            f"Bản sao do phiên bản {backup.version} mới hơn của cổng lập (có {newer[0]}): "
            "hãy khôi phục bằng mã nguồn của phiên bản đó."
        )


def compare_at_the_point(server: Server, backup: Manifest) -> list[Finding]:
    """At the end of the copy itself. What nobody wrote to meanwhile is the same to the letter; of the rest there is no
    row less than before or than after, whichever is fewer.
    """
    return differences(counts_of(server), backup)


def differences(found: Counts, backup: Manifest) -> list[Finding]:
    wrong = []
    for table, told in backup.tables.items():
        rows = found.get(table)
        if rows is None:
            wrong.append(Finding("counts", f"thiếu bảng {table}"))
        elif told["before"] == told["after"] and rows != told["before"]:
            wrong.append(Finding("counts", f"bảng {table}: {rows[0]} dòng, khi sao lưu {told['before'][0]}, khác nhau"))
        elif int(rows[0]) < min(int(told[moment][0]) for moment in ("before", "after") if told[moment]):
            wrong.append(Finding("counts", f"bảng {table}: {rows[0]} dòng, ít hơn khi sao lưu"))
    return wrong


def counts_of(server: Server) -> Counts:
    with closing(psycopg2.connect(server.address)) as line:
        return count_tables(line)


def unchanged(backup: Manifest) -> int:
    return sum(told["before"] == told["after"] for told in backup.tables.values())


def check_after(server: Server, backup: Manifest, keys: dict[str, Any], until: datetime | None) -> list[Finding]:
    """By the portal's own commands, on tables brought up to this version, at the day that the data stands at."""
    env = _environment(server, keys, until or backup.finished_at)
    if {(app, name) for app, names in backup.migrations.items() for name in names} < known_migrations():
        _manage(env, "migrate", "--noinput")
    findings = [
        Finding("audit", line)
        for line in _wrong(_manage(env, "audit_verify", "--as-of", (until or backup.finished_at).isoformat()))
    ]
    return findings + [Finding("figures", line) for line in _wrong(_manage(env, "check_figures"))]


def audit_head(server: Server) -> str:
    found = server.ask("SELECT day::text, hash FROM audit_auditseal ORDER BY day DESC LIMIT 1")
    return " ".join(found[0]) if found else ""


def _environment(server: Server, keys: dict[str, Any], until: datetime) -> dict[str, str]:
    behind = (datetime.now(ZONE).date() - until.astimezone(ZONE).date()).days
    nowhere = f"unix://{server.data}/run/none.sock?db=0"
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "LANG", "HOME", "TMPDIR"}}
    return kept | {
        "SECRET_KEY": keys["SECRET_KEY"],
        "SITE_URL": "http://127.0.0.1:8000",
        "DATABASE_URL": server.address,
        "REDIS_URL": nowhere,
        "CELERY_BROKER_URL": nowhere,
        "EMAIL_URL": "consolemail://",
        "MEDIA_ROOT": str(server.data / "files"),
        "STATIC_ROOT": str(server.data / "static"),
        "DATA": str(server.data),
        "PROCESS": "worker",
        "CLOCK_DAYS_AHEAD": str(keys["CLOCK_DAYS_AHEAD"] - behind),
    }


def _manage(env: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(BASE_DIR / "manage.py"), *arguments]
    return subprocess.run(command, env=env, cwd=BASE_DIR, capture_output=True, text=True, stdin=subprocess.DEVNULL)


def _wrong(result: subprocess.CompletedProcess[str]) -> list[str]:
    if result.returncode == 0:
        return []
    lines = [line for line in f"{result.stdout}\n{result.stderr}".splitlines() if line.strip()]
    return lines[-SHOWN:] or [f"dừng với mã {result.returncode}"]
