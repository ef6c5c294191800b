"""What a unit's people land on: what they must do and by when, who holds it, and what waits for others.

What waits for the person is what the inbox begins with. Two statements over the unit's own tasks, whatever their
number: one groups them by holder, one lists those that are late.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Min, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.due import Due
from apps.core.templatetags.ui import number
from apps.dashboard.inbox import Beginning, Row, beginning_of_inbox
from apps.dashboard.late import Late, late_among, late_url
from apps.notifications.models import Notification
from apps.notifications.selectors import Told, seen
from apps.organisations.selectors import UnitLabel, unit_labels
from apps.reports import moving as reports
from apps.reports.filters import running
from apps.reports.models import AnnualReport
from apps.tasks import moving
from apps.tasks.filters import AHEAD
from apps.tasks.models import PlanTask
from apps.tasks.timeliness import Timeliness

ROWS = 9
REPORTS = 3
State = moving.State
TO_DO = frozenset({State.APPROVED, State.IN_PROGRESS})  # what the unit itself has to complete
WITH_OTHERS = frozenset({State.PROPOSED, State.UNDER_APPRAISAL, State.APPRAISED, State.COMPLETION_REPORTED})
FILES = "exchange.write"  # where in the inbox one's files stand that are not written yet


@dataclass(frozen=True)
class Held:
    """What one person, or nobody yet, has in hand."""

    name: str
    tasks: int
    overdue: int
    nearest: date | None
    url: str
    is_you: bool = False


@dataclass(frozen=True)
class Tally:
    label: str | Promise
    value: int
    note: str
    url: str
    tone: str
    icon: str


@dataclass(frozen=True)
class Report:
    """A periodical report that the unit owes, and how long it has for it."""

    report: AnnualReport
    due: Due

    @property
    def is_begun(self) -> bool:
        return self.report.state != reports.State.NOT_STARTED


class UnitHome:
    """The page's facts, for a person who prepares tasks for a unit."""

    def __init__(self, user: User, unit: UnitLabel, today: date | None = None) -> None:
        self.user, self.unit, self.today = user, unit, today or timezone.localdate()

    @property
    def name(self) -> str:
        """«Sở KH&CN Lâm Đồng»: every province has one."""
        return f"{self.unit.short_name} {self.unit.above}".strip()

    @cached_property
    def tasks(self) -> Any:
        return PlanTask.objects.live().editable_by(self.user)

    @cached_property
    def by_holder(self) -> list[dict[str, Any]]:
        """What is to be done, by who holds it; and what waits for others, under no name."""
        soon = self.today + timedelta(days=AHEAD)
        to_do = Q(state__in=TO_DO)
        rows: list[dict[str, Any]] = list(
            self.tasks.with_timeliness(self.today)
            .values("holder", "holder__full_name")
            .annotate(
                tasks=Count("pk", filter=to_do),
                overdue=Count("pk", filter=Q(timeliness=Timeliness.OPEN_OVERDUE)),
                behind=Count("pk", filter=to_do & Q(due_on__lt=self.today)),
                soon=Count("pk", filter=to_do & Q(due_on__gte=self.today, due_on__lte=soon)),
                returned=Count("pk", filter=Q(state=State.RETURNED)),
                waiting=Count("pk", filter=Q(state__in=WITH_OTHERS)),
                waiting_since=Min("moved_at", filter=Q(state__in=WITH_OTHERS)),
                nearest=Min("due_on", filter=to_do),
            )
            .order_by(F("nearest").asc(nulls_last=True))
        )
        return rows

    def total(self, name: str) -> int:
        return sum(row[name] for row in self.by_holder)

    @cached_property
    def reports(self) -> list[Report]:
        """Those of an open round that are still with the unit, for whoever fills them in."""
        if not self.user.has_perm(reports.FILL):
            return []
        rows: Any = AnnualReport.objects
        found = running(rows.editable_by(self.user).for_pages()).filter(state__in=reports.AT_UNIT)
        return [Report(one, Due(one.due_on, self.today)) for one in found[:REPORTS]]

    @cached_property
    def begin(self) -> Beginning:
        """What waits for the person, as the inbox begins."""
        return beginning_of_inbox(self.user, ROWS)

    @cached_property
    def late(self) -> Late:
        """Of the unit, whoever holds it."""
        return late_among(self.tasks, role="lead")

    @property
    def counts(self) -> list[Tally]:
        tasks, inbox = reverse("tasks:plantask_list"), reverse("dashboard:inbox")
        ahead = urlencode([("due", "ahead"), ("role", "lead"), *(("state", one.value) for one in sorted(TO_DO))])
        in_time = self.total("tasks") - self.total("behind")
        note = _("%(n)s nhiệm vụ đang thực hiện còn trong hạn") % {"n": number(in_time)}
        soon, back = _("Đến hạn trong %(n)s ngày") % {"n": AHEAD}, "state=returned&role=lead"
        said = [
            (_("Nhiệm vụ quá hạn thực hiện"), self.total("overdue"), note, late_url(role="lead"), "bad", "clock"),
            (soon, self.total("soon"), "", f"{tasks}?{ahead}", "warn", "calendar"),
            (_("Hồ sơ bị trả lại"), self.total("returned"), "", f"{tasks}?{back}", "warn", "arrow-back-up"),
            (_("Tệp nhập chưa ghi"), self.begin.of(FILES), "", f"{inbox}?tab=import", "warn", "file-spreadsheet"),
        ]
        return [
            Tally(label, count, about, url, tone if count else "", icon)
            for label, count, about, url, tone, icon in said
        ]

    @property
    def first(self) -> Row | None:
        return self.begin.rows[0] if self.begin.rows else None

    @cached_property
    def changes(self) -> list[Told]:
        """What the person was told and has not read, as they may see it today; the latest first."""
        rows = Notification.objects.visible_to(self.user).unread().order_by("-created_at", "-pk")[:ROWS]
        return seen(rows, self.user)

    @property
    def holders(self) -> list[Held]:
        tasks = reverse("tasks:plantask_list")
        rows = [row for row in self.by_holder if row["tasks"]]
        return [
            Held(
                row["holder__full_name"] or _("Chưa giao"), row["tasks"], row["behind"], row["nearest"],
                f"{tasks}?holder=me" if row["holder"] == self.user.pk else f"{tasks}?role=lead",
                is_you=row["holder"] == self.user.pk,
            )
            for row in rows
        ]  # fmt: skip

    @property
    def waits_for_others(self) -> tuple[int, Any]:
        """How many are with others, and since when the longest."""
        since = [row["waiting_since"] for row in self.by_holder if row["waiting_since"]]
        return self.total("waiting"), min(since, default=None)

    @property
    def sentence(self) -> str:
        overdue, soon = self.total("overdue"), self.total("soon")
        if not overdue and not soon:
            return _("Không có việc quá hạn, không còn việc đến hạn trong %(n)s ngày.") % {"n": AHEAD}
        parts = []
        if overdue:
            parts.append(_("%(n)s nhiệm vụ quá hạn") % {"n": number(overdue)})
        if soon:
            told = _("%(n)s đến hạn trong %(d)s ngày") if overdue else _("%(n)s nhiệm vụ đến hạn trong %(d)s ngày")
            parts.append(told % {"n": number(soon), "d": AHEAD})
        return f"{', '.join(parts)}."


def home_unit(user: User, current: str | None) -> UnitLabel | None:
    """The unit whose work the person lands on: where they prepare tasks. None for whoever reads or decides only."""
    if current is None or not user.has_perm(moving.PREPARE):
        return None
    label = unit_labels().get(current)
    return label if label and not label.is_office_today else None
