"""What a unit's people land on: what they must do and by when, who holds it, and what waits for others.

Two statements over the unit's own tasks, whatever their number: one groups them by holder, one lists what is due next.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, F, Min, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.models import User
from apps.exchange.models import ImportBatch
from apps.notifications.models import Notification
from apps.notifications.selectors import Told, seen
from apps.organisations.selectors import UnitLabel, unit_labels
from apps.tasks import moving
from apps.tasks.models import PlanTask

AHEAD = 30  # days that the page looks forward
ROWS = 9
State = moving.State
TO_DO = frozenset({State.APPROVED, State.IN_PROGRESS})  # what the unit itself has to complete
WITH_OTHERS = frozenset({State.PROPOSED, State.UNDER_APPRAISAL, State.APPRAISED, State.COMPLETION_REPORTED})
UNWRITTEN = frozenset({ImportBatch.State.CHECKED})


@dataclass(frozen=True)
class Work:
    """One thing to do, with its day; `tone` says how near it is: "b" past, "w" within a week, "n" later."""

    title: str
    url: str
    note: str
    due_on: date
    days: int

    @property
    def tone(self) -> str:
        return "b" if self.days < 0 else "w" if self.days <= 7 else "n"

    @property
    def words(self) -> str:
        if self.days < 0:
            return _("quá hạn %(n)s ngày") % {"n": -self.days}
        return _("hạn hôm nay") if self.days == 0 else _("còn %(n)s ngày") % {"n": self.days}


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
            self.tasks.values("holder", "holder__full_name")
            .annotate(
                tasks=Count("pk", filter=to_do),
                overdue=Count("pk", filter=to_do & Q(due_on__lt=self.today)),
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
    def unwritten(self) -> list[ImportBatch]:
        rows = ImportBatch.objects.editable_by(self.user).filter(state__in=UNWRITTEN, uploaded_by=self.user.pk)
        return list(rows.order_by("-pk")[:ROWS])

    @property
    def counts(self) -> list[Tally]:
        overdue, soon, returned = (self.total(name) for name in ("overdue", "soon", "returned"))
        tasks = reverse("tasks:plantask_list")
        on_track = self.total("tasks") - overdue - soon
        note = _("%(n)s nhiệm vụ khác đang thực hiện") % {"n": on_track}
        files = len(self.unwritten)
        return [
            Tally(_("Nhiệm vụ quá hạn"), overdue, note, f"{tasks}?timeliness=open_overdue&role=lead",
                  "bad" if overdue else "", "clock"),
            Tally(_("Đến hạn trong %(n)s ngày") % {"n": AHEAD}, soon, "", "#work", "warn" if soon else "", "calendar"),
            Tally(_("Hồ sơ bị trả lại"), returned, "", f"{tasks}?state=returned&role=lead", "warn" if returned else "",
                   "arrow-back-up"),
            Tally(_("Tệp nhập chưa ghi"), files, "", "#work", "warn" if files else "", "file-spreadsheet"),
        ]  # fmt: skip

    @cached_property
    def work(self) -> list[Work]:
        """What is to be done next, by its day: tasks past or near their day, what came back, files not written yet."""
        soon = self.today + timedelta(days=AHEAD)
        wanted = Q(state__in=TO_DO, due_on__lte=soon) | Q(state=State.RETURNED)
        rows = self.tasks.filter(wanted).select_related("holder").order_by("due_on", "pk")[: ROWS + 1]
        found = [self._of_task(task) for task in rows]
        found += [self._of_file(batch) for batch in self.unwritten]
        return sorted(found, key=lambda one: one.due_on)

    @property
    def first(self) -> Work | None:
        return self.work[0] if self.work else None

    def _of_task(self, task: PlanTask) -> Work:
        if task.state == State.RETURNED:
            note = _("%(code)s · được trả lại, cần hoàn thiện") % {"code": task.code}
        else:
            holder = str(task.holder) if task.holder else _("chưa giao người giữ")
            note = f"{task.code} · {task.get_state_display()} · {holder}"
        lead = unit_labels()[task.lead_unit_id]
        if lead.ended_on:
            note = f"{note} · {lead.distinct_name}"
        return Work(task.title, task.get_absolute_url(), note, task.due_on, (task.due_on - self.today).days)

    def _of_file(self, batch: ImportBatch) -> Work:
        note = _("đã kiểm tra, chưa ghi vào sổ")
        return Work(batch.filename, batch.get_absolute_url(), note, self.today, 0)

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
                row["holder__full_name"] or _("Chưa giao"), row["tasks"], row["overdue"], row["nearest"],
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
            parts.append(ngettext("%(n)s nhiệm vụ quá hạn", "%(n)s nhiệm vụ quá hạn", overdue) % {"n": overdue})
        if soon:
            told = ngettext("%(n)s đến hạn trong %(d)s ngày", "%(n)s đến hạn trong %(d)s ngày", soon)
            parts.append(told % {"n": soon, "d": AHEAD})
        return f"{', '.join(parts)}."


def home_unit(user: User, current: str | None) -> UnitLabel | None:
    """The unit whose work the person lands on: where they prepare tasks. None for whoever reads or decides only."""
    if current is None or not user.has_perm(moving.PREPARE):
        return None
    label = unit_labels().get(current)
    return label if label and not label.is_office_today else None
