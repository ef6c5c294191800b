"""Processes die while a report is written and while it moves on: no acknowledged cell is lost, no move is half made."""

import random
import re
import threading
import time
import uuid
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count, cycle

from apps.accounts.models import User
from apps.reports.models import AnnualReport
from apps.reports.moving import State
from apps.reports.selectors.filled import entries_of
from apps.reports.services.reviewing import differing, return_due
from tests.conftest import BAC_NINH, LAM_DONG
from tests.reports.at_one_moment import finish
from tests.reports.written_at_once import history_of, version_of
from tests.soak.killing import Killer, kill_with_children
from tests.soak.portal import Portal
from tests.soak.reports import Record
from tests.soak.visitor import LOST, Answer, Visitor
from tests.soak.waiting import answered, eventually, failed_jobs, nothing_to_do

SEED = 996
DYING = ("web", "web child", "worker", "worker child", "postgres")
KILLS = 20  # while cells are written
MOVES = 27  # each cut off by one kill
UNDISTURBED = 9  # moves before these, once through all verbs: how long each takes
WITHIN = 0.7  # of that time; in the rest of it the page after the move is drawn
AGAIN = 0.2  # seconds
METROLOGY = "BDL"


def report_of(unit: str) -> AnnualReport:
    rows = AnnualReport.objects.select_related("round__period", "unit", "form")
    return rows.get(round__state="open", round__code="2026", unit=unit)


# ── cells, as they are typed ────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Writer:
    """A browser on the page of a report: what got no answer is sent again, the same, when its turn comes."""

    visitor: Visitor
    report: AnnualReport
    codes: list[str]
    seen: dict[str, int]
    acknowledged: dict[str, list[int]] = field(default_factory=dict)
    unanswered: dict[str, int] = field(default_factory=dict)
    repeated: int = 0

    @property
    def has_been_round(self) -> bool:
        return set(self.acknowledged) == set(self.codes)

    def write(self, code: str, fresh: int) -> None:
        value = self.unanswered.pop(code, fresh)
        self.repeated += value != fresh
        answer = None
        url = f"{self.report.get_absolute_url()}cells/{code}/"
        with suppress(*LOST):
            answer = self.visitor.post(url, **{f"v-{code}": str(value), f"s-{code}": str(self.seen[code])})
        if answer is None or answer.status >= 500:
            self.unanswered[code] = value
            time.sleep(AGAIN)
            return
        assert answer.status == 200, answer.text
        assert answer.url.endswith(url), "led away from the report"
        shown = re.search(rf'name="s-{re.escape(code)}" value="(\d+)\.', answer.text)
        assert shown, answer.text
        self.seen[code] = int(shown.group(1))
        self.acknowledged.setdefault(code, []).append(value)


def test_no_acknowledged_cell_is_lost(portal, say):
    report = report_of(LAM_DONG)
    assert report.state == State.DRAFT
    codes = [one.cell.code for one in entries_of(report).values()
             if one.cell.is_number and not one.cell.is_sum and one.prefilled is None]  # fmt: skip
    visitor = Visitor(portal.url).sign_in(portal.account("unit_editor", LAM_DONG))
    writer = Writer(visitor, report, codes, {code: version_of(report, code) for code in codes})
    values, turn, started = count(1_000), cycle(codes), time.monotonic()
    with Killer(portal, DYING, SEED) as killer:
        while killer.killed.total() < KILLS or not set(DYING) <= set(killer.killed) or not writer.has_been_round:
            writer.write(next(turn), next(values))
    assert eventually(lambda: visitor.get("/readyz").status == 200)
    while writer.unanswered:
        code, value = next(iter(writer.unanswered.items()))
        writer.write(code, value)
    _all_there(writer)
    cells = sum(map(len, writer.acknowledged.values()))
    say(
        f"report: {cells} cells acknowledged while killed with -9: {killer}; all of them stood there, the last of each "
        f"stands; {writer.repeated} sent again without an answer ({time.monotonic() - started:.0f} s)"
    )


def _all_there(writer: Writer) -> None:
    """What was acknowledged stood there in that order, and the last still does. A write that was stored and not
    answered was sent again, and stands once.
    """
    for code, values in writer.acknowledged.items():
        stood = [value for _version, value in answered(lambda code=code: history_of(writer.report, code))]
        assert stood[-len(values) :] == values, code


# ── the way of a report ─────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Step:
    verb: str
    by: str
    target: State


# Round and round: returned by the office or accepted and reopened, then to the leader, signed and sent again.
NEXT = {
    State.RETURNED: [Step("to_leader", "unit_editor", State.WITH_UNIT_LEADER)],
    State.DRAFT: [Step("to_leader", "unit_editor", State.WITH_UNIT_LEADER)],
    State.WITH_UNIT_LEADER: [Step("sign", "unit_approver", State.SIGNED)],
    State.SIGNED: [Step("submit", "unit_editor", State.SUBMITTED)],
    State.SUBMITTED: [
        Step("return_for_revision", "programme_officer", State.RETURNED),
        Step("accept", "programme_officer", State.ACCEPTED),
    ],
    State.ACCEPTED: [Step("reopen", "programme_officer", State.DRAFT)],
}


def crew(portal: Portal) -> dict[str, Visitor]:
    places = {"unit_editor": BAC_NINH, "unit_approver": BAC_NINH, "programme_officer": METROLOGY}
    found = {}
    for role, unit in places.items():
        account = portal.account(role, unit)
        found[role] = Visitor(portal.url).sign_in(account)
        if account["totp_secret"]:
            found[role].show_second_factor(account)
    return found


def form_of(step: Step, report: AnnualReport) -> dict[str, str]:
    """As the page of the act sends it."""
    day = {"return_for_revision": f"{return_due():%d/%m/%Y}", "sign": f"{report.round.opens_on:%d/%m/%Y}"}
    given = {
        "return_for_revision": {"reason": "Rà soát lại số liệu", "due_on": day.get(step.verb, "")},
        "reopen": {"reason": "Sai số"},
        "sign": {"number": "12/BC-UBND", "day": day.get(step.verb, ""), "signatory": "Người ký minh họa",
                 "position": "Phó Chủ tịch"},
        "accept": {f"difference_{cell.pk}": "Đã đối chiếu hồ sơ" for cell in differing(report)}
        if step.verb == "accept" else {},
    }.get(step.verb, {})  # fmt: skip
    return {"key": uuid.uuid4().hex, "version": str(report.version), **given}


def is_done(answer: Answer | None, url: str) -> bool:
    """A form that was refused comes back at its own address."""
    return answer is not None and answer.status == 200 and not answer.url.endswith(url)


@dataclass
class Interrupted:
    """Sends moves and kills a process meanwhile."""

    portal: Portal
    dice: random.Random
    takes: dict[str, float] = field(default_factory=dict)  # a verb, undisturbed
    killed: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)  # how it stood after the kill

    def post(self, step: Step, visitor: Visitor, url: str, form: dict[str, str]) -> Answer | None:
        answers: list[Answer] = []

        def send() -> None:
            with suppress(*LOST):
                answers.append(visitor.post(url, **form))

        thread = threading.Thread(target=send)
        thread.start()
        time.sleep(self.dice.uniform(0, WITHIN * self.takes[step.verb]))
        name = self.dice.choice(("web", "web", "postgres", "postgres", "worker"))
        self.killed[name] += kill_with_children(self.portal, name)
        thread.join()
        return answers[0] if answers else None


def test_a_move_is_made_whole_or_not_at_all(portal, say):
    report, people, started = report_of(BAC_NINH), crew(portal), time.monotonic()
    assert report.state == State.SUBMITTED
    record, act = Record.of(report), Interrupted(portal, random.Random(SEED))
    ways = {state: cycle(steps) for state, steps in NEXT.items()}
    for number in range(UNDISTURBED + MOVES):
        report = answered(lambda: report_of(BAC_NINH))
        if report.state in (State.DRAFT, State.RETURNED):
            finish(report, User.objects.get(email=portal.account("unit_editor", BAC_NINH)["email"]), {})
            report.refresh_from_db()
        step = next(ways[State(report.state)])
        visitor, url = people[step.by], f"{report.get_absolute_url()}{step.verb}/"
        form = form_of(step, report)
        if number < UNDISTURBED:
            act.takes[step.verb] = _sent(visitor, url, form).seconds
        else:
            _cut_off(act, record, step, visitor, (url, form))
        assert answered(record.faults) == []
        assert answered(lambda: report_of(BAC_NINH)).state == step.target
    assert eventually(nothing_to_do, 180)
    assert failed_jobs() == []
    assert record.untold() == []
    assert portal.manage("check_figures").stdout == "0 số lệch\n"
    say(
        f"report: {MOVES} moves cut off, each of {min(act.takes.values()):.2f} to {max(act.takes.values()):.2f} s, by "
        f"kill -9: {dict(act.killed)}; found {dict(act.seen)}, never between ({time.monotonic() - started:.0f} s)"
    )
    assert {"before", "after"} <= set(act.seen)


def _cut_off(act: Interrupted, record: Record, step: Step, visitor: Visitor, sent: tuple[str, dict[str, str]]) -> None:
    """After the kill it is made or it is not, with all that belongs to it; sent again it is made once."""
    before, steps = answered(record.standing), answered(record.steps)
    answer = act.post(step, visitor, *sent)
    assert answered(record.faults) == []
    made = answered(record.steps) - steps
    assert made in (0, 1)
    assert answered(record.standing) == (before if not made else step.target)
    assert made or not is_done(answer, sent[0]), "acknowledged, and lost"
    act.seen["after" if made else "before"] += 1
    act.seen["after, unanswered"] += bool(made and not is_done(answer, sent[0]))
    _sent(visitor, *sent)
    assert answered(record.steps) == steps + 1


def _sent(visitor: Visitor, url: str, form: dict[str, str]) -> Answer:
    visitor.patience = 60
    answer = visitor.post(url, **form)
    visitor.patience = 0
    assert is_done(answer, url), answer.text
    return answer
