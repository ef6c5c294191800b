"""Reports: filled cell by cell, signed, sent, returned, accepted, corrected."""

import random
from typing import Any

from apps.reports.models import AnnualReport
from tests.soak.storm.actors import Actor
from tests.soak.storm.steps import step
from tests.soak.storm.storm import Storm

STATES = (
    (), ("draft", "returned"), ("draft", "returned"), ("submitted",), ("submitted",), ("signed", "with_unit_leader"),
    ("signed", "with_unit_leader"), ("accepted",),
)  # fmt: skip


def seen(storm: Storm, actor: Actor, *states: str) -> list[dict[str, Any]]:
    answer = storm.doors.api(actor, "GET", "reports/", page_size=30, ordering="-updated_at", state=list(states))
    return answer.told["results"] if answer.status == 200 else []


def told(storm: Storm, verb: str, dice: random.Random, report: dict[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = {"version": report["version"]}
    if verb in ("send_back", "return_for_revision", "reopen", "correct"):
        body["reason"] = "Cần rà soát lại số liệu"
    if verb == "sign":
        body["record"] = {
            "number": f"{dice.randrange(1, 9999)}/BC-BM", "date": storm.today.isoformat(),
            "signatory": "Trần Thị Ký", "position": "Phó Giám đốc",
        }  # fmt: skip
    return body


@step(14)
def move_a_report(storm: Storm, dice: random.Random) -> None:
    states = dice.choice(STATES)
    actor, rows = storm.whoever_has(
        dice, lambda one: [row for row in seen(storm, one, *states) if row["allowed_actions"]]
    )
    if not rows:
        return
    row = dice.choice(rows)
    verb = dice.choice(row["allowed_actions"])
    answer = send(storm, actor, row, verb, dice)
    if verb == "accept" and answer.status == 400:
        _with_reasons(storm, actor, row, answer.told, dice)


def send(storm: Storm, actor: Actor, row: dict[str, Any], verb: str, dice: random.Random, **more: Any) -> Any:
    body = told(storm, verb, dice, row) | more
    return storm.doors.api(actor, "POST", f"reports/{row['round']}/{row['unit']}/{verb}/", body)


def _with_reasons(storm: Storm, actor: Actor, row: dict[str, Any], refused: Any, dice: random.Random) -> None:
    """Numbers that differ from the registers are accepted with a reason for each."""
    answer = storm.doors.api(actor, "GET", f"reports/{row['round']}/{row['unit']}/cells/")
    if answer.status == 200:
        differing = [cell["code"] for cell in answer.told if cell["prefilled"] not in (None, cell["value"])]
        reasons = dict.fromkeys(differing, "Theo hồ sơ của đơn vị")
        send(storm, actor, row, "accept", dice, differences=reasons, reason="Chấp nhận")


@step(10)
def fill_cells(storm: Storm, dice: random.Random) -> None:
    """A few cells, or all of them."""
    roles = (*["unit_editor"] * 9, "register_keeper", "unit_approver")
    actor, rows = storm.whoever_has(dice, lambda one: seen(storm, one, "draft", "returned"), *roles)
    if not rows:
        return
    row = dice.choice(rows)
    address = f"reports/{row['round']}/{row['unit']}/cells/"
    answer = storm.doors.api(actor, "GET", address)
    if answer.status != 200:
        return
    cells = answer.told if dice.random() < 0.6 else dice.sample(answer.told, min(3, len(answer.told)))
    edits = [{"code": one["code"], "value": _value(one, dice), "version": one["version"]} for one in cells]
    sent = storm.doors.api(actor, "PATCH", address, edits)
    if sent.status == 400 and "errors" in (sent.told or {}):
        wrong = set(sent.told["errors"])
        storm.doors.api(actor, "PATCH", address, [one for one in edits if one["code"] not in wrong])


def _value(cell: dict[str, Any], dice: random.Random) -> str | None:
    if cell["kind"] == "text":
        return "Đã thực hiện theo kế hoạch"
    if dice.random() < 0.1:
        return "not_applicable"
    if cell["kind"] in ("yes_no", "flag", "bool"):
        return dice.choice(["0", "1"])
    return cell["prefilled"] if cell["prefilled"] is not None and dice.random() < 0.7 else str(dice.randrange(0, 60))


@step(3)
def move_a_report_out_of_turn(storm: Storm, dice: random.Random) -> None:
    actor = storm.anybody(dice)
    rows = list(AnnualReport.objects.order_by("-round__year", "pk").values("round__code", "unit_id", "version")[:150])
    one = dice.choice(rows)
    row = {"round": one["round__code"], "unit": one["unit_id"], "version": one["version"]}
    verb = dice.choice(sorted({move.verb for move in AnnualReport.MOVES if move.sources and move.permission}))
    send(storm, actor, row, verb, dice)
