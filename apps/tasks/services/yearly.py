"""Tasks of a year out of the standing items of the plan: on demand, after a preview, and never twice.

List A: each item with work in the year, once, led by whoever carries the item's lead unit then. List B: the seven
items, each for a unit of its own, which its focal sub-unit leads where it has one.

A territory has an item of list B once in a year, whoever leads it. In a year in which units are merged or split the
predecessors have it for their part or the successor for the whole: where a unit has it, those that it followed until
the end of that year and those that followed it have it too; its sub-units lead for it. So it is of no consequence on
which side of the day of a merger, or for which of the two, the tasks are made.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.kept_words import in_vietnamese
from apps.framework.models import FrameworkItem, ItemUnit
from apps.framework.selectors import carriers_of, units_of
from apps.organisations.models import OrganisationUnit
from apps.organisations.selectors import kin, programme_office, unit_labels, way_up
from apps.tasks.models import PlanTask
from apps.tasks.services.drafting import create_task
from apps.tasks.years import OF_PLAN

Timing = FrameworkItem.Timing


@dataclass(frozen=True)
class Planned:
    """A task that the year has: of an item, led by a unit. `task`: it is there already.

    `unit`: for whom the item of list B is; of list A there is one for the whole country.
    """

    item: FrameworkItem
    lead_unit: OrganisationUnit
    year: int
    unit: str = ""
    task: PlanTask | None = None

    @property
    def lead_name(self) -> str:
        """Whoever leads it, where it is there already: another unit may for the same territory."""
        return unit_labels()[self.task.lead_unit_id if self.task else self.lead_unit.pk].distinct_name

    @property
    def title(self) -> str:
        """The item's words up to the first pause, with the year."""
        text = self.item.title.split(";")[0].split(" (")[0].split(":")[0].strip()
        return _("%(title)s, năm %(year)s") % {"title": text[:400], "year": self.year}


def planned_of_list_a(year: int) -> list[Planned]:
    """What the Ministry of Science and Technology leads: items that recur, and those that end in that very year."""
    _check(year)
    office = programme_office()
    if office is None:
        raise ValidationError(_("Chưa có đơn vị điều phối Đề án."), code="no_office")
    rows = FrameworkItem.objects.items().filter(list="A").prefetch_related("units")
    leads = {item: _lead_of(item, year, office.id) for item in rows if _recurs(item, year)}
    units = OrganisationUnit.objects.in_bulk(set(leads.values()))
    return _with_known([(item, units[lead]) for item, lead in leads.items()], year)


def planned_of_unit(unit: OrganisationUnit, year: int) -> list[Planned]:
    """The items of list B for one ministry or province; all of them run through the whole programme."""
    _check(year)
    if not unit.is_valid_on(date(year, 12, 31)) and not unit.is_valid_on(date(year, 1, 1)):
        raise ValidationError(_("Đơn vị không tồn tại trong năm này."), code="unit_not_valid")
    lead = unit.children.valid_on(timezone.localdate()).filter(is_focal=True).first() or unit
    items = [item for item in FrameworkItem.objects.items().filter(list="B") if item.is_due_in(year)]
    return _with_known([(item, lead) for item in items], year, unit.pk)


@transaction.atomic
def generate(planned: Iterable[Planned], *, by: User | None) -> list[PlanTask]:
    """Make drafts of those that are not there yet. Two at once make each once: they wait for each other."""
    made = []
    found = [one for one in planned if one.task is None]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('tasks.yearly'))")
    with in_vietnamese():
        product = _("Báo cáo kết quả thực hiện")
    for one in _fresh(found):
        task = PlanTask(
            framework_item=one.item, title=one.title, kind=_kind(one.item), term=PlanTask.Term.YEARLY, year=one.year,
            lead_unit=one.lead_unit, product=product, starts_on=date(one.year, 1, 1),
            due_on=date(one.year, 12, 14), origin=PlanTask.Origin.YEARLY,
        )  # fmt: skip
        made.append(create_task(task, by=by))
    return made


def _fresh(planned: Sequence[Planned]) -> Iterator[Planned]:
    """Those that are still not there, now that nobody else makes any; each group is asked for once the last is made."""
    for year, unit in dict.fromkeys((one.year, one.unit) for one in planned):
        pairs = [(one.item, one.lead_unit) for one in planned if (one.year, one.unit) == (year, unit)]
        yield from (one for one in _with_known(pairs, year, unit) if one.task is None)


def _with_known(pairs: Sequence[tuple[FrameworkItem, OrganisationUnit]], year: int, unit: str = "") -> list[Planned]:
    items = [item.pk for item, _lead in pairs]
    rows: Any = PlanTask.objects.live().filter(origin=PlanTask.Origin.YEARLY, year=year, framework_item__in=items)
    there = _of_one_territory(unit, year) if unit else None
    known: dict[str, PlanTask] = {}
    for task in rows.order_by("pk"):
        if there is None or not there.isdisjoint(way_up(task.lead_unit_id)):
            known.setdefault(task.framework_item_id, task)
    return [Planned(item, lead, year, unit, known.get(item.pk)) for item, lead in pairs]


def _of_one_territory(unit: str, year: int) -> set[str]:
    """The unit, those that it followed until the end of the year, and those that followed it."""
    known, last, found = kin(), date(year, 12, 31), {unit}
    for near, is_back in ((known.before, True), (known.after, False)):
        waiting = [unit]
        while waiting:
            one = waiting.pop()
            for other in near.get(one, ()):
                if other not in found and known.since[(other, one) if is_back else (one, other)] <= last:
                    found.add(other)
                    waiting.append(other)
    return found


def _recurs(item: FrameworkItem, year: int) -> bool:
    return item.timing != Timing.SPAN and item.is_due_in(year)


def _kind(item: FrameworkItem) -> str:
    return PlanTask.Kind.INVESTMENT if item.code == "A.2.2.1.a" else PlanTask.Kind.RECURRENT


def _lead_of(item: FrameworkItem, year: int, centre: str) -> str:
    """Whoever carries in that year what the plan gave to its lead unit; where several do, the first that came of it."""
    named = [one.unit_id for one in units_of(item, ItemUnit.Role.LEAD) if one.unit_id]
    carriers = carriers_of(named[0], date(year, 1, 1)) if named else []
    return carriers[0].id if carriers else centre


def _check(year: int) -> None:
    if year not in OF_PLAN:
        raise ValidationError(_("Năm của kế hoạch từ 2019 đến 2030."), code="year")
