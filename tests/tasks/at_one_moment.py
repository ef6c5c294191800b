"""One button of the API pressed by many at the same moment, and one request sent many times."""

import json
from collections import Counter
from typing import Any

from django.test import Client

from apps.audit.models import AuditEvent
from apps.tasks.models import PlanTask, TaskStep
from tests.at_once import at_once

URL = "/api/v1/tasks/"
DECISION = {"number": "31/QĐ", "date": "2026-01-20", "issuer": "UBND tỉnh"}


def _post(client: Client, url: str, body: dict[str, Any], **headers: str) -> Any:
    return client.post(url, json.dumps(body), content_type="application/json", headers=headers)


def approved_at_once(task: PlanTask, clients: list[Client]) -> None:
    """One approves; all others are told how the task stands now, and leave nothing behind."""
    body = {"version": task.version, "decision": DECISION}
    answers = at_once([lambda one=one: _post(one, f"{URL}{task.code}/approve/", body) for one in clients])
    statuses = Counter(answer.status_code for answer in answers)
    assert statuses == {200: 1, 409: len(clients) - 1}
    told = {(one["code"], one["current"], one["version"]) for one in (a.json() for a in answers) if "code" in one
            and "current" in one}  # fmt: skip
    assert told == {("stale", "approved", task.version + 1)}
    assert TaskStep.objects.filter(task=task, verb="approve").count() == 1
    assert AuditEvent.objects.filter(action="task.approved", target_id=str(task.pk)).count() == 1


def made_at_once(body: dict[str, Any], key: str, clients: list[Client]) -> None:
    """One task is made, and every answer is of that one."""
    before = PlanTask.objects.count()
    answers = at_once([lambda one=one: _post(one, URL, body, **{"Idempotency-Key": key}) for one in clients])
    assert Counter(answer.status_code for answer in answers) == {201: 1, 200: len(clients) - 1}
    assert all(answer.json() == answers[0].json() for answer in answers)
    assert PlanTask.objects.count() == before + 1
    made = PlanTask.objects.get(code=answers[0].json()["code"])
    assert AuditEvent.objects.filter(action="task.created", target_id=str(made.pk)).count() == 1
