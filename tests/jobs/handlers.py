"""Kinds of jobs that exist in tests only. A worker started by a test loads them with `--include`."""

import json
import time
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import connection

from apps.audit.models import AuditEvent
from apps.audit.services import record
from apps.jobs.services import current_job, job, report_progress

KIND = "test.write"


@job(KIND, label="Ghi thử")
def write(word: str) -> dict:
    record("test.effect", by=None, reason=word)
    return {"word": word}


@job("test.import", queue="import", label="Nhập thử")
def import_file(word: str) -> None:
    record("test.effect", by=None, reason=word)


@job("test.crash", label="Hỏng thử")
def crash(word: str) -> None:
    record("test.effect", by=None, reason=word)
    raise RuntimeError(f"secret of {word}")


@job("test.refuse", label="Từ chối thử")
def refuse(word: str) -> None:
    record("test.effect", by=None, reason=word)
    raise ValidationError(f"Dòng {word} sai.", code="bad_row")


@job("test.context", label="Ngữ cảnh thử")
def tell_context(word: str) -> dict:
    """What the history of a row would note, were one changed here."""
    with connection.cursor() as cursor:
        record("test.effect", by=None, reason=word)
        cursor.execute("SELECT current_setting('pghistory.context_metadata', true)")
        return json.loads(cursor.fetchone()[0])


@job("test.progress", label="Tiến độ thử")
def show_progress(seconds: float) -> dict:
    report_progress(3, 10, "Đang đọc dòng")
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        heartbeat = current_job().heartbeat
        if heartbeat:
            return {"done": heartbeat.done, "percent": heartbeat.percent, "message": heartbeat.message}
        time.sleep(0.02)
    return {}


@job("test.wait", label="Chờ thử")
def wait_for_file(path: str, seconds: float) -> None:
    record("test.effect", by=None, reason="started")
    deadline = time.monotonic() + seconds
    while not Path(path).exists() and time.monotonic() < deadline:
        time.sleep(0.02)


def effects() -> list[str]:
    return list(AuditEvent.objects.filter(action="test.effect").order_by("id").values_list("reason", flat=True))
