"""Statistics of tasks and sums of money: what every door says of random tasks, and what plain Python says."""

import csv
import io
import json
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from apps.funding.services import Entry, write_amounts
from apps.tasks.models import PlanTask
from apps.tasks.models.money import Source
from apps.tasks.services import asking, moves
from apps.tasks.services.drafting import withdraw_task
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG
from tests.factories.funding import BudgetLineFactory
from tests.factories.tasks import PlanTaskFactory
from tests.opinion import money
from tests.opinion.histories import TODAY
from tests.opinion.timeliness import Grouping, Task, read_tasks, told
from tests.opinion.trying import tried
from tests.opinion.units import read_links
from tests.tasks.lives import DECIDED

DAY = timedelta(days=1)
LEADS = (BAC_NINH, BAC_NINH, BAC_GIANG, LAM_DONG, "VN-60-2008", "BCT", "BTC", "BKHDT", "VMI", "SO-BAC-NINH")
ITEMS = ("B.6", "B.5", "A.3.1", "A.2.2.1.a")
STATES = (*PlanTask.State.values, *["accepted", "closed", "completion_reported", "in_progress"] * 3)
NEAR = st.integers(-6, 6)
TASK = st.tuples(
    st.sampled_from(LEADS), st.sampled_from(STATES), st.sampled_from(ITEMS),
    st.sampled_from([2024, 2025, 2026]), NEAR, st.integers(0, 4), st.integers(-1, 1), st.integers(0, 5),
)  # fmt: skip
ACTS = ("report_completion", "accept", "fail_acceptance", "close", "suspend", "resume", "terminate", "extend",
        "withdraw", "pay", "pay", "pay", "pay")  # fmt: skip
ACT = st.tuples(st.sampled_from(ACTS), st.integers(0, 9), NEAR, st.integers(0, 10**10))
COUNTS = ("total", "done_in_time", "done_late", "open_in_time", "open_overdue", "due_soon")
BY = ("unit", "group", "list", "year", "route")
STATISTICS, FUNDING = "/api/v1/tasks/statistics/", "/api/v1/funding/"


def make(lead: str, state: str, item: str, year: int, due: int, extended: int, reported: int, accepted: int) -> None:
    """As a file brings it: in any state, with the days that the state has, close to one of its due dates."""
    due_on, first = TODAY + due * DAY, TODAY + (due - extended) * DAY
    done_on = min(TODAY, (due_on if extended % 2 else first) + reported * DAY)
    has_report = state in ("completion_reported", "accepted", "closed")
    PlanTaskFactory(
        lead_unit_id=lead, state=state, framework_item_id=item, year=year, due_on=due_on, first_due_on=first,
        reported_on=done_on if has_report else None,
        accepted_on=min(TODAY, done_on + accepted * DAY) if state in ("accepted", "closed") else None,
    )  # fmt: skip


def act(people: SimpleNamespace, verb: str, pick: int, days: int, amount: int) -> None:
    """What becomes of it then; what the portal refuses did not happen."""
    rows = list(PlanTask.objects.live().order_by("pk"))
    task, editor, approver = rows[pick % len(rows)], people.editor_of_province, people.approver_of_province
    by: dict[str, Any] = {"by": editor if verb in ("report_completion", "withdraw", "pay") else approver}
    try:
        with transaction.atomic():
            if verb == "extend":
                asked = asking.ask_extension(task, TODAY + abs(days) * DAY, "Chậm", by=editor)
                asking.grant_extension(asked, DECIDED, by=approver)
            elif verb == "withdraw":
                withdraw_task(task, "Nhầm", by=editor)
            elif verb == "pay":
                _pay(task, days, amount, editor)
            elif verb == "report_completion":
                moves.report_completion(task, on=TODAY - abs(days) * DAY, **by)
            elif verb in ("accept", "terminate"):
                getattr(moves, verb)(task, decision=DECIDED, **({} if verb == "accept" else {"reason": "Lý do"}), **by)
            else:
                getattr(moves, verb)(task, **({} if verb in ("close", "resume") else {"reason": "Lý do"}), **by)
    except (ValidationError, PermissionDenied):
        pass


def _pay(task: PlanTask, pick: int, amount: int, editor: Any) -> None:
    """By hand where it is the province's own, else as a file brings it."""
    year, source = (2025, TODAY.year)[pick % 2], Source.values[pick % 5]
    stage = money.STAGES[pick % 4]
    if source == Source.CENTRAL_INVESTMENT and not task.framework_item.takes_investment:
        source = Source.LOCAL
    if task.lead_unit_id == BAC_NINH:
        write_amounts(task, [Entry(stage, year, source, amount if pick % 3 else 0, None)], by=editor)
    elif not task.budget.filter(year=year, source=source, stage=stage).exists():
        BudgetLineFactory(task=task, year=year, source=source, stage=stage, amount=amount if pick % 3 else 0)


@pytest.mark.django_db
@tried(2)
@given(
    tasks=st.lists(TASK, min_size=16, max_size=30),
    acts=st.lists(ACT, max_size=20),
    on=st.integers(-5, 5),
    first=st.booleans(),
)
def test_tasks_and_money(people, leader_client, tasks, acts, on, first):
    with transaction.atomic():
        for one in tasks:
            make(*one)
        for one in acts:
            act(people, *one)
        found, day = read_tasks(), TODAY + on * DAY
        for current in (True, False):
            _statistics(leader_client, found, day, first=first, current=current)
            _money(leader_client, current=current)
        transaction.set_rollback(True)


@pytest.fixture
def leader_client(people, signed_in):
    return signed_in(people.leader)


def _statistics(client: Any, tasks: list[Task], day: date, *, first: bool, current: bool) -> None:
    grouping = Grouping(read_links(), TODAY, current=current)
    asked = {"on": day.isoformat(), "units": "current" if current else "as-reported"} | (
        {"due": "first"} if first else {}
    )
    whole = told(tasks, day, first=first)
    for by in BY:
        wanted = {key: told(some, day, first=first) for key, some in _by(grouping, by, tasks).items()}
        answer = client.get(STATISTICS, asked | {"by": by}).json()
        assert {one["key"]: {name: one[name] for name in whole} for one in answer.pop("groups")} == {
            key: one for key, one in wanted.items() if one["total"]
        }
        assert answer == whole
    for unit, year in ((BAC_NINH, None), (BAC_GIANG, 2026), (LAM_DONG, 2025)):
        some = [one for one in tasks if unit in grouping.reached(one.lead) and year in (None, one.year)]
        narrowed = asked | {"unit": unit} | ({"year": year} if year else {})
        assert client.get(STATISTICS, narrowed).json() == told(some, day, first=first)
    of_units = {key: told(some, day, first=first) for key, some in _by(grouping, "unit", tasks).items()}
    standing = {key: one for key, one in of_units.items() if one["total"]}
    typed = {name: text for name, text in asked.items() if text != "current"} | {"on": f"{day:%d/%m/%Y}"}
    _page_and_file(client, typed, whole, standing)
    if current:
        said = io.StringIO()
        call_command("task_statistics", json=True, stdout=said, on=str(day), **({"due": "first"} if first else {}))
        assert json.loads(said.getvalue()) == whole


def _by(grouping: Grouping, by: str, tasks: list[Task]) -> dict[str, list[Task]]:
    groups: dict[str, list[Task]] = {}
    for task in tasks:
        groups.setdefault(grouping.key(by, task), []).append(task)
    return groups


def _page_and_file(client: Any, asked: dict[str, str], whole: dict, of_units: dict[str, dict]) -> None:
    page = client.get("/tasks/statistics/", asked | {"by": "unit"})
    cells = page.context["whole"].cells
    assert {name: cells[name].count for name in COUNTS if name in cells} == {
        name: whole[name] for name in COUNTS if name in cells
    }
    assert sorted(line.cells["total"].count for line in page.context["lines"]) == sorted(
        one["total"] for one in of_units.values()
    )
    answer = client.get("/tasks/statistics/", asked | {"export": "csv", "csv": "plain"})
    _head, *rows = csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))
    assert [int(cell) for cell in rows[0][3:9]] == [whole[name] for name in COUNTS]
    told_of_units = {row[1]: [int(cell) for cell in row[3:9]] for row in rows if row[1] in of_units}
    assert told_of_units == {key: [one[name] for name in COUNTS] for key, one in of_units.items()}


def _money(client: Any, *, current: bool) -> None:
    lines = money.read_lines()
    sums, of_units = money.sums(lines), money.sums_of_units(lines, read_links(), TODAY if current else None)
    for year in (2025, TODAY.year):
        answer = client.get(FUNDING, {"year": year, "units": "current" if current else "as-reported"}).json()
        told_, told_of_units = {}, {}
        for one in answer["results"]:
            if one["amount"] is not None and one["unit"]:
                told_of_units[year, one["unit"], one["stage"]] = one["amount"]
            elif one["amount"] is not None:
                told_[year, one["source"] or "", one["stage"]] = one["amount"]
        assert told_ == {key: amount for key, amount in sums.items() if key[0] == year}
        assert told_of_units == {key: round(amount) for key, amount in of_units.items() if key[0] == year}
