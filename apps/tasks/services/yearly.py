"""Tasks of a year out of the standing items of the plan: on demand, after a preview, and never twice.

List A: each item with work in the year, led by whoever carries the item's lead unit then. List B: the seven items, each
for a unit of its own, which its focal sub-unit leads where it has one.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.framework.models import FrameworkItem, ItemUnit
from apps.framework.selectors import carriers_of, units_of
from apps.organisations.models import OrganisationUnit
from apps.organisations.selectors import programme_office, unit_labels
from apps.tasks.models import PlanTask
from apps.tasks.services.drafting import create_task

YEARS = range(2019, 2031)
Timing = FrameworkItem.Timing


@dataclass(frozen=True)
class Planned:
    """A task that the year has: of an item, led by a unit. `task`: it is there already."""

    item: FrameworkItem
    lead_unit: OrganisationUnit
    year: int
    task: PlanTask | None = None

    @property
    def lead_name(self) -> str:
        return unit_labels()[self.lead_unit.pk].distinct_name

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
    lead = unit.children.filter(is_focal=True, valid_to__isnull=True).first() or unit
    items = [item for item in FrameworkItem.objects.items().filter(list="B") if item.is_due_in(year)]
    return _with_known([(item, lead) for item in items], year)


@transaction.atomic
def generate(planned: Iterable[Planned], *, by: User | None) -> list[PlanTask]:
    """Make drafts of those that are not there yet. Two at once make each once: they wait for each other."""
    made = []
    found = [one for one in planned if one.task is None]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('tasks.yearly'))")
    for one in _fresh(found):
        task = PlanTask(
            framework_item=one.item, title=one.title, kind=_kind(one.item), term=PlanTask.Term.YEARLY, year=one.year,
            lead_unit=one.lead_unit, product=_("Báo cáo kết quả thực hiện"), starts_on=date(one.year, 1, 1),
            due_on=date(one.year, 12, 14), origin=PlanTask.Origin.YEARLY,
        )  # fmt: skip
        made.append(create_task(task, by=by))
    return made


def _fresh(planned: Sequence[Planned]) -> Iterator[Planned]:
    """Those that are still not there, now that nobody else makes any."""
    for year in {one.year for one in planned}:
        again = _with_known([(one.item, one.lead_unit) for one in planned if one.year == year], year)
        yield from (one for one in again if one.task is None)


def _with_known(pairs: Sequence[tuple[FrameworkItem, OrganisationUnit]], year: int) -> list[Planned]:
    rows: Any = PlanTask.objects.live().filter(origin=PlanTask.Origin.YEARLY, year=year)
    known = {(task.framework_item_id, task.lead_unit_id): task for task in rows}
    return [Planned(item, unit, year, known.get((item.pk, unit.pk))) for item, unit in pairs]


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
    if year not in YEARS:
        raise ValidationError(_("Năm của kế hoạch từ 2019 đến 2030."), code="year")
