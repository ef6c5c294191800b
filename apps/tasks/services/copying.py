"""Tasks of one year as drafts of another: what would come of each, and making them. Once for a source and a year.

Title, item, kind, term, content, product, parts of other units and planned money are copied; days and budget years move
by the years between. Progress, milestones, contributions and decisions are those of the task itself and stay with it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.organisations.fields import unit_names
from apps.organisations.models import OrganisationUnit
from apps.organisations.selectors import successor_shares
from apps.tasks.acting import acts_on
from apps.tasks.models import PlanTask
from apps.tasks.models.money import Stage
from apps.tasks.services.drafting import Money, Part, Parts, create_task
from apps.tasks.years import LAST_YEAR

Heirs = dict[str, list[tuple[str, Decimal]]]
NAMES = ("framework_item", "title", "objective", "kind", "term", "product")


@dataclass(frozen=True)
class Copy:
    """What comes of one source: the draft as it would be, the copy that is there, or why there is none."""

    source: PlanTask
    draft: PlanTask | None = None
    budget: int = 0  # đồng, planned
    made: PlanTask | None = None
    why_not: str = ""
    note: str = ""

    @property
    def lead_name(self) -> str:
        unit = self.draft.lead_unit_id if self.draft else ""
        return unit_names().get(unit, unit)


def copies_of(sources: Iterable[PlanTask], year: int, *, by: User) -> list[Copy]:
    """Nothing is written. `sources` with `lead_unit`, `framework_item`, `participations`, `budget`."""
    tasks = list(sources)
    rows: Any = PlanTask.objects.live().filter(copied_from__in=[task.pk for task in tasks], year=year)
    made: dict[int, PlanTask] = {row.copied_from_id: row for row in rows}
    heirs = successor_shares(timezone.localdate())
    return [_copy_of(task, year, made.get(task.pk), heirs, by) for task in tasks]


def _copy_of(task: PlanTask, year: int, made: PlanTask | None, heirs: Heirs, by: User) -> Copy:
    if made is not None:
        return Copy(task, made=made)
    if not task.year < year <= LAST_YEAR:
        return Copy(task, why_not=_("Năm đích phải sau năm %(year)s.") % {"year": task.year})
    unit = _lead_of(task, heirs)
    if unit is None:
        return Copy(task, why_not=_("Đơn vị chủ trì đã kết thúc và không có một đơn vị kế thừa duy nhất."))
    draft = PlanTask(lead_unit=unit, year=year, copied_from=task, **{name: getattr(task, name) for name in NAMES})
    if not acts_on(by, "tasks.add_plantask", draft):
        return Copy(task, why_not=_("Ngoài phạm vi đơn vị bạn được lập nhiệm vụ."))
    years = year - task.year
    draft.due_on = moved_by_years(task.due_on, years)
    draft.starts_on = moved_by_years(task.starts_on, years) if task.starts_on else None
    note = "" if task.framework_item.is_due_in(year) else _("Theo kế hoạch, hạng mục không có việc trong năm này.")
    return Copy(task, draft, sum(one.amount for one in _budget_of(task, years)), note=note)


def _lead_of(task: PlanTask, heirs: Heirs) -> OrganisationUnit | None:
    """The unit itself while it lasts; else the one that carries all of its past."""
    if task.lead_unit.is_valid_on(timezone.localdate()):
        return task.lead_unit
    found = [unit for unit, _share in heirs.get(task.lead_unit_id, []) if unit != task.lead_unit_id]
    return OrganisationUnit.objects.filter(pk=found[0]).first() if len(found) == 1 else None


def moved_by_years(day: date, years: int) -> date:
    """The same day of another year; 29 February becomes the 28th where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _budget_of(task: PlanTask, years: int) -> list[Money]:
    lines = [line for line in task.budget.all() if line.stage == Stage.PLANNED]
    moved = [Money(line.source, line.year + years, line.amount) for line in lines]
    return [one for one in moved if one.year <= LAST_YEAR]


@transaction.atomic
def copy_tasks(sources: Iterable[PlanTask], year: int, *, by: User) -> list[Copy]:
    """All of them or none; who copies the same task at the same time waits, and finds the copy there."""
    keys = [task.pk for task in sources]
    rows = PlanTask.objects.live().filter(pk__in=keys).order_by("pk")
    list(rows.select_for_update(of=("self",)).values_list("pk", flat=True))
    done = []
    for copy in copies_of(with_parts(rows), year, by=by):
        if copy.draft is None:
            done.append(copy)
            continue
        parts = Parts(
            participations=[Part(one.unit, one.part, one.put_in) for one in copy.source.participations.all()],
            budget=_budget_of(copy.source, year - copy.source.year),
        )
        try:
            with transaction.atomic():
                made = create_task(copy.draft, parts, by=by)
        except ValidationError as refusal:
            done.append(Copy(copy.source, why_not=" ".join(refusal.messages)))
        else:
            done.append(Copy(copy.source, copy.draft, copy.budget, made))
    return done


def with_parts(tasks: Any) -> Any:
    """With all that is copied."""
    return tasks.select_related("lead_unit", "framework_item").prefetch_related("participations__unit", "budget")
