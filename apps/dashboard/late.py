"""What is late: how many tasks, those that are late the longest, and the list that shows them all."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.due import Due
from apps.organisations.selectors import unit_labels
from apps.tasks.filters import in_any_role
from apps.tasks.health import Health, narrowed_to
from apps.tasks.models import PlanTask

MANY = 5


@dataclass(frozen=True)
class LateTask:
    task: PlanTask
    due: Due

    @property
    def note(self) -> str:
        lead = unit_labels()[self.task.lead_unit_id].distinct_name
        holder = str(self.task.holder) if self.task.holder else _("chưa giao người giữ")
        return f"{self.task.code} · {self.task.get_state_display()} · {lead} · {holder}"


@dataclass(frozen=True)
class Late:
    """`url` leads to the list of tasks at the filter that finds as many."""

    total: int
    rows: list[LateTask]
    url: str


def late_among(rows: Any, **query: str) -> Late:
    """Of these tasks; `query` says them as the list of tasks is asked for them."""
    found = narrowed_to(rows, [Health.OPEN_OVERDUE]).select_related("holder").order_by("due_on", "pk")
    first, today = list(found[: MANY + 1]), timezone.localdate()
    total = found.count() if len(first) > MANY else len(first)
    return Late(total, [LateTask(task, Due(task.due_on, today)) for task in first[:MANY]], late_url(**query))


def late_url(**query: str) -> str:
    asked = urlencode({"timeliness": Health.OPEN_OVERDUE.value, **query})
    return f"{reverse('tasks:plantask_list')}?{asked}"


def late_in_sight(user: User, unit: str | None) -> Late:
    """All that the person may see, or of these what concerns one unit, its past and its sub-units."""
    rows = PlanTask.objects.visible_to(user).live()
    return late_among(rows.filter(in_any_role([unit])), unit=unit) if unit else late_among(rows)
