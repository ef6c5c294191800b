"""What an act would move and what would stay, counted before anything is written."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from apps.accounts.models import User
from apps.organisations.models import OrganisationUnit, Reorganisation, UnitName
from apps.organisations.models.reorganisations import kind_name
from apps.people.models import Invitation
from apps.people.roles import ROLE_LABELS
from apps.reorganisations.services.checks import check_plan
from apps.reorganisations.services.plans import Plan, Result, last_name, with_parts
from apps.reorganisations.services.references import Count, Waiting, references_to


@dataclass(frozen=True)
class Moving:
    """People of one role who go from one unit to another on the day."""

    role: str
    people: int
    source: str
    target: str


@dataclass
class Preview:
    plan: Plan
    units: list[OrganisationUnit]
    results: list[Result]
    people: list[Moving] = field(default_factory=list)
    invitations: int = 0
    parts: list[OrganisationUnit] = field(default_factory=list)  # sub-units that go along
    sub_units: list[OrganisationUnit] = field(default_factory=list)  # those that stay below what ends
    open_work: list[Waiting] = field(default_factory=list)
    staying: list[Count] = field(default_factory=list)
    younger: list[Count] = field(default_factory=list)  # facts of the day and later, of units that will have ended
    reporting_before: int = 0
    reporting_after: int = 0

    @property
    def effective_on(self) -> date:
        return self.plan.effective_on

    @property
    def last_day(self) -> date:
        return self.plan.last_day

    @property
    def is_in_effect_at_once(self) -> bool:
        """From its date on an act cannot be withdrawn."""
        return self.effective_on <= timezone.localdate()

    @property
    def is_reporting(self) -> bool:
        return bool({self.units[0].kind, self.plan.kind_after} & set(OrganisationUnit.REPORTING_KINDS))

    @property
    def kind_name(self) -> str:
        before = [last_name(unit) for unit in self.plan.units]
        return kind_name(self.plan.kind, {name.name for name in before}, self.results[0].name)

    @property
    def without_parts(self) -> list[OrganisationUnit]:
        """Of several that end together, those below which the portal knows no unit."""
        above = {unit.parent_id for unit in self.sub_units}
        return [unit for unit in self.units if unit.pk not in above] if len(self.units) > 1 else []

    @property
    def above(self) -> str:
        """Where the result stands, of sub-units."""
        parent = self.plan.parent_of(self.results[0])
        return last_name(parent).name if parent else ""

    @property
    def left_behind(self) -> list[OrganisationUnit]:
        """Those that act for a unit that ends, and for none after it until they are moved or merged themselves."""
        return [unit for unit in self.sub_units if unit.is_focal]

    @property
    def loses_focal(self) -> bool:
        """The unit acts for the one above, and will not for the new one, which has named another."""
        unit, parent = self.plan.units[0], self.plan.results[0].parent
        if self.plan.kind != Reorganisation.Kind.TRANSFER or not unit.is_focal or parent is None:
            return False
        return parent.children.filter(is_focal=True, valid_to__isnull=True).exists()


_PEOPLE = """
    SELECT h.unit_id, g.name, count(DISTINCT m.user_id)
    FROM people_membership m
    JOIN unit_heirs(%(eve)s) h ON h.origin_id = m.unit_id
    JOIN auth_group g ON g.id = m.role_id
    WHERE h.unit_id = ANY(%(units)s) AND (m.valid_to IS NULL OR m.valid_to >= %(day)s)
    GROUP BY 1, 2 ORDER BY 1, 2
"""


def preview_of(plan: Plan, *, by: User | None = None) -> Preview:
    """Everything a person should know before confirming; a plan that would be refused is refused here too."""
    plan = with_parts(plan)
    check_plan(plan)
    return counted(plan, by=by)


def counted(plan: Plan, *, by: User | None = None) -> Preview:
    """What the act moves and what stays, of a plan with its parts that nothing speaks against."""
    ids = [unit.pk for unit in plan.units]
    found = Preview(plan, sorted(_named(ids, plan.last_day), key=lambda unit: ids.index(unit.pk)), list(plan.results))
    if plan.keeps_unit:
        return found
    found.parts = list(_named([part.pk for part in plan.parts], plan.last_day))
    several = {unit.pk: unit.short_name for unit in found.units} if len(ids) > 1 else {}
    ids += [part.pk for part in plan.parts]
    found.people = _people(plan, ids)
    found.invitations = Invitation.objects.filter(unit__in=ids).open().count()
    staying = OrganisationUnit.objects.filter(parent__in=ids).exclude(pk__in=ids).valid_on(plan.effective_on)
    found.sub_units = list(_named(staying.values_list("pk", flat=True), plan.last_day))
    _count(found, ids, several, by)
    if found.is_reporting:
        reporting = OrganisationUnit.objects.reporting()
        found.reporting_before = reporting.valid_on(plan.last_day).count()
        still = reporting.valid_on(plan.effective_on).exclude(pk__in=ids).count()
        is_named = plan.kind_after in OrganisationUnit.REPORTING_KINDS
        found.reporting_after = still + (len(plan.results) if is_named else 0)
    return found


def _count(found: Preview, ids: list[str], several: dict[str, str], by: User | None) -> None:
    for reference in references_to(ids, outside=True):
        count = reference.count(several)
        if not count.rows:
            continue
        found.staying.append(count)
        waiting = reference.open_work(by)
        found.open_work += [waiting] if waiting and waiting.rows else []
        younger = reference.count_from(found.effective_on)
        found.younger += [younger] if younger and younger.rows else []


def as_kept(found: Preview) -> dict[str, Any]:
    """What stays with the act: as it stood when it was recorded, readable without the units."""
    left: Iterable[Any] = found.sub_units
    return {
        "people": [asdict(row) for row in found.people],
        "staying": [asdict(count) for count in found.staying],
        "sub_units": [
            {"id": unit.pk, "name": unit.full_name, "above": unit.parent_name, "is_focal": unit.is_focal}
            for unit in left
        ],
    }


def _named(units: Iterable[str], day: date) -> QuerySet[OrganisationUnit]:
    """With their names, and that of the unit above, on that day."""
    above = UnitName.objects.filter(unit=OuterRef("parent")).valid_on(day).values("short_name")[:1]
    rows = OrganisationUnit.objects.filter(pk__in=list(units))
    return rows.with_names(day).annotate(parent_name=Subquery(above)).in_order()


def _people(plan: Plan, ids: list[str]) -> list[Moving]:
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, {"eve": plan.last_day, "day": plan.effective_on, "units": ids})
        rows = cursor.fetchall()
    names = {unit.pk: last_name(unit).short_name for unit in (*plan.units, *plan.parts)}
    heir = next(result for result in plan.results if result.takes_members)
    homes = dict.fromkeys((unit.pk for unit in plan.units), _placed(plan, heir))
    homes |= {part.pk: result.short_name for part, result in plan.part_results()}
    return [Moving(str(ROLE_LABELS.get(role, role)), people, names[unit], homes[unit]) for unit, role, people in rows]


def _placed(plan: Plan, heir: Result) -> str:
    """A unit that moves is called as before: the unit above tells the two apart."""
    if plan.kind != Reorganisation.Kind.TRANSFER or heir.parent is None:
        return heir.short_name
    return f"{heir.short_name} ({last_name(heir.parent).short_name})"
