"""What an act would move and what would stay, counted before anything is written."""

from dataclasses import dataclass, field
from datetime import date

from django.db import connection
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from apps.organisations.models import Invitation, OrganisationUnit, UnitName
from apps.organisations.roles import ROLE_LABELS
from apps.organisations.services.plans import Plan, Result, check_plan, last_name
from apps.organisations.services.references import Count, references_to


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
    sub_units: list[OrganisationUnit] = field(default_factory=list)
    open_work: list[Count] = field(default_factory=list)
    staying: list[Count] = field(default_factory=list)
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
        return self.units[0].kind in OrganisationUnit.REPORTING_KINDS


_PEOPLE = """
    SELECT h.unit_id, g.name, count(DISTINCT m.user_id)
    FROM organisations_membership m
    JOIN unit_heirs(%(eve)s) h ON h.origin_id = m.unit_id
    JOIN auth_group g ON g.id = m.role_id
    WHERE h.unit_id = ANY(%(units)s) AND (m.valid_to IS NULL OR m.valid_to >= %(day)s)
    GROUP BY 1, 2 ORDER BY 1, 2
"""


def preview_of(plan: Plan) -> Preview:
    """Everything a person should know before confirming; a plan that would be refused is refused here too."""
    check_plan(plan)
    ids = [unit.pk for unit in plan.units]
    shown = OrganisationUnit.objects.filter(pk__in=ids).with_names(plan.last_day)
    found = Preview(plan, sorted(shown, key=lambda unit: ids.index(unit.pk)), list(plan.results))
    if plan.keeps_unit:
        return found
    found.people = _people(plan, ids)
    found.invitations = Invitation.objects.filter(unit__in=ids).open().count()
    parts = OrganisationUnit.objects.filter(parent__in=ids).exclude(pk__in=ids).valid_on(plan.effective_on)
    above = UnitName.objects.filter(unit=OuterRef("parent")).valid_on(plan.last_day).values("short_name")[:1]
    found.sub_units = list(parts.with_names(plan.effective_on).annotate(parent_name=Subquery(above)).in_order())
    for reference in references_to(ids, outside=True):
        found.staying += [reference.count()] if reference.rows.exists() else []
        waiting = reference.count_open()
        found.open_work += [waiting] if waiting and waiting.rows else []
    if found.is_reporting:
        reporting = OrganisationUnit.objects.reporting()
        found.reporting_before = reporting.valid_on(plan.last_day).count()
        still = reporting.valid_on(plan.effective_on).exclude(pk__in=ids).count()
        found.reporting_after = still + len(plan.results)
    return found


def _people(plan: Plan, ids: list[str]) -> list[Moving]:
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, {"eve": plan.last_day, "day": plan.effective_on, "units": ids})
        rows = cursor.fetchall()
    names = {unit.pk: last_name(unit).short_name for unit in plan.units}
    heir = next(result for result in plan.results if result.takes_members).short_name
    return [Moving(str(ROLE_LABELS.get(role, role)), people, names[unit], heir) for unit, role, people in rows]
