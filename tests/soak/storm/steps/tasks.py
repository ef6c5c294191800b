"""Tasks: written, moved on by whoever may, and now and then by who may not."""

import random
from datetime import timedelta
from typing import Any

from apps.tasks.models import PlanTask
from tests.soak.storm.actors import Actor
from tests.soak.storm.steps import step
from tests.soak.storm.storm import Storm

FIELDS = "code,state,version,allowed_actions"


def told(storm: Storm, verb: str, dice: random.Random) -> dict[str, Any]:
    """What the table of moves says that the verb asks for; now and then something that it does not."""
    needs = {need for move in PlanTask.MOVES if move.verb == verb for need in move.needs}
    if dice.random() < 0.05:
        needs ^= {dice.choice(["reason", "decision"])}
    body: dict[str, Any] = {"reason": "Theo kết quả rà soát"} if "reason" in needs else {}
    if "decision" in needs:
        number = f"{dice.randrange(1, 9999)}/QĐ-BM"
        body["decision"] = {
            "number": number, "date": storm.today.isoformat(), "issuer": "Bộ KH&CN", "signatory": "Nguyễn Văn Ký",
        }  # fmt: skip
    return body


def seen(storm: Storm, actor: Actor, dice: random.Random, *states: str) -> list[dict[str, Any]]:
    """A page of the tasks that this person sees, the last changed first as often as not."""
    order = dice.choice(["-updated_at", "-updated_at", "code", "-due_on"])
    answer = storm.doors.api(actor, "GET", "tasks/", page_size=40, fields=FIELDS, ordering=order, state=list(states))
    return answer.told["results"] if answer.status == 200 else []


@step(12)
def move_a_task(storm: Storm, dice: random.Random) -> None:
    """What waits goes on; what could be ended early seldom is."""
    moving_on = dice.choice([WAITING, WAITING, ()])
    actor, rows = storm.whoever_has(
        dice, lambda one: [row for row in seen(storm, one, dice, *moving_on) if row["allowed_actions"]]
    )
    if not rows:
        return
    row = dice.choice(rows)
    verb = dice.choice([one for one in row["allowed_actions"] if one not in ENDING] or row["allowed_actions"])
    send(storm, actor, row, verb, dice)


ENDING = ("terminate", "reject", "suspend")
WAITING = ("proposed", "under_appraisal", "appraised", "approved", "completion_reported", "accepted", "suspended")


def send(storm: Storm, actor: Actor, row: dict[str, Any], verb: str, dice: random.Random) -> int:
    body = {"version": row["version"], **told(storm, verb, dice)}
    return storm.doors.api(actor, "POST", f"tasks/{row['code']}/{verb}/", body).status


@step(4)
def move_a_task_out_of_turn(storm: Storm, dice: random.Random) -> None:
    """Any verb on any task by anybody, also an old version: refused, or the moment was right after all."""
    actor = storm.anybody(dice)
    codes = list(PlanTask.objects.live().order_by("pk").values("code", "version", "state"))
    row = dice.choice(codes)
    verb = dice.choice(sorted({move.verb for move in PlanTask.MOVES if move.sources}))
    send(storm, actor, row | {"version": max(1, row["version"] - dice.choice([0, 0, 1]))}, verb, dice)


@step(4)
def write_a_task(storm: Storm, dice: random.Random) -> None:
    actor = storm.anybody(dice, "unit_editor", "programme_officer", "unit_approver")
    due = storm.today + timedelta(days=dice.choice([0, 1, 3, 30, 90]))
    body = {
        "framework_item": dice.choice(["B.1", "B.2", "B.6"]), "title": f"Nhiệm vụ bão {storm.number}",
        "kind": "recurrent", "term": "yearly", "lead_unit": actor.unit, "due_on": due.isoformat(),
        "product": "Báo cáo kết quả",
        "coordinating_units": dice.sample(["BCT", "BYT", "VN-24-2025", "VN-68-2025"], dice.choice([0, 1, 2])),
        "budget": [{"source": "central_recurrent", "year": due.year, "amount": dice.randrange(1, 900) * 1_000_000}],
    }  # fmt: skip
    if dice.random() < 0.5:
        body.pop("budget")
    storm.doors.api(actor, "POST", "tasks/", body)


@step(3)
def change_a_draft(storm: Storm, dice: random.Random) -> None:
    roles = ("unit_editor", "programme_officer")
    actor, drafts = storm.whoever_has(dice, lambda one: seen(storm, one, dice, "draft", "returned"), *roles)
    if drafts:
        row = dice.choice(drafts)
        body = {"version": row["version"], "title": f"Nhiệm vụ sửa {storm.number}"}
        storm.doors.api(actor, "PATCH", f"tasks/{row['code']}/", body)


@step(3)
def ask_for_more_time(storm: Storm, dice: random.Random) -> None:
    roles = (*["unit_editor"] * 6, "programme_officer", "unit_approver")
    actor, rows = storm.whoever_has(dice, lambda one: seen(storm, one, dice, "approved", "in_progress"), *roles)
    if rows:
        row, day = dice.choice(rows), storm.today + timedelta(days=dice.randrange(30, 400))
        body = {"version": row["version"], "due_on": day.isoformat(), "reason": "Chờ thiết bị"}
        storm.doors.api(actor, "POST", f"tasks/{row['code']}/extensions/", body)


@step(3)
def answer_who_asked_for_more_time(storm: Storm, dice: random.Random) -> None:
    from apps.tasks.models import Extension

    waiting = list(Extension.objects.waiting().order_by("pk").values("pk", "task__code", "task__version"))
    if not waiting:
        return
    one = dice.choice(waiting)
    actor = storm.anybody(dice, "unit_approver", "programme_leader", "programme_officer")
    verb, like = dice.choice([("grant", "approve"), ("grant", "approve"), ("refuse", "reject")])
    body = {"version": one["task__version"], **told(storm, like, dice)}
    storm.doors.api(actor, "POST", f"tasks/{one['task__code']}/extensions/{one['pk']}/{verb}/", body)
