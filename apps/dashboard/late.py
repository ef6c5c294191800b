"""What is late: how many tasks, those that are late the longest, and the list that shows them all."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import EmptyResultSet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.accounts.scope import UnitScope
from apps.core.due import Due
from apps.core.statements import Statement, values_of
from apps.dashboard.tasks import VIEW
from apps.organisations.selectors import unit_labels
from apps.people.rights import units_with
from apps.tasks.filters import concerning, under
from apps.tasks.health import Health, narrowed_to
from apps.tasks.models import PlanTask
from apps.tasks.moving import State

MANY = 5
TOLD = ("code", "title", "state", "lead_unit_id", "holder__full_name", "holder__email", "due_on")


@dataclass(frozen=True)
class LateTask:
    code: str
    title: str
    state: str
    lead: str
    holder: str
    due: Due

    @property
    def url(self) -> str:
        return reverse("tasks:plantask_detail", args=[self.code])

    @property
    def note(self) -> str:
        lead, holder = unit_labels()[self.lead].distinct_name, self.holder or _("chưa giao người giữ")
        return f"{self.code} · {State(self.state).label} · {lead} · {holder}"


@dataclass(frozen=True)
class Late:
    """`url` leads to the list of tasks at the filter that finds as many."""

    total: int
    rows: list[LateTask]
    url: str


def late_among(rows: Any, **query: str) -> Late:
    """Of these tasks; `query` says them as the list of tasks is asked for them."""
    return _late(partial(_statements, rows), query)


def late_in_sight(user: User, unit: str | None) -> Late:
    """All that the person may see, or of these what concerns one unit, its past and its sub-units."""
    among = frozenset(under([unit])) if unit else None
    sent = partial(_in_sight, units_with(user, VIEW), among, timezone.localdate())
    return _late(sent, {"unit": unit} if unit else {})


def late_url(**query: str) -> str:
    asked = urlencode({"timeliness": Health.OPEN_OVERDUE.value, **query})
    return f"{reverse('tasks:plantask_list')}?{asked}"


Statements = tuple[Statement, Statement]  # the first ones, and how many there are


@lru_cache(maxsize=200)
def _in_sight(scope: UnitScope, among: frozenset[str] | None, _today: date) -> Statements:
    """Kept: every visit of the dashboard sends them, and putting them together takes longer than their answer."""
    rows = PlanTask.objects.concerning(scope).live()
    return _statements(rows if among is None else rows.filter(concerning(among)))


def _statements(rows: Any) -> Statements:
    found = narrowed_to(rows, [Health.OPEN_OVERDUE])
    first = found.order_by("due_on", "pk").values_list(*TOLD)[: MANY + 1]
    every, params = found.order_by().values_list("pk").query.sql_with_params()
    return first.query.sql_with_params(), (f"SELECT count(*) FROM ({every}) late", params)


def _late(statements: Callable[[], Statements], query: dict[str, str]) -> Late:
    try:
        sent, count = statements()
    except EmptyResultSet:  # nobody's tasks
        return Late(0, [], late_url(**query))
    first, today = values_of(sent), timezone.localdate()
    rows = [
        LateTask(code, title, state, lead, name or email or "", Due(due, today))
        for code, title, state, lead, name, email, due in first[:MANY]
    ]
    total = values_of(count)[0][0] if len(first) > MANY else len(first)
    return Late(total, rows, late_url(**query))
