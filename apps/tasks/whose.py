"""With whom a task is, by name: the unit that leads it or whoever decides on it. A unit that is no more does nothing:
who carries its past on goes on with its tasks.
"""

from collections.abc import Callable

from django.db.models import Case, CharField, F, Q, Value, When
from django.db.models.functions import Concat
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.memo import once_per_request
from apps.organisations.selectors import UnitLabel, programme_office, successor_shares, unit_labels
from apps.tasks.models import PlanTask
from apps.tasks.routes import authority_of

State, Route = PlanTask.State, PlanTask.Route
WITH_LEAD = frozenset({State.DRAFT, State.RETURNED, State.APPROVED, State.IN_PROGRESS})
LEADS, DECIDES, CENTRAL = "l:", "d:", "c:"


@once_per_request
def _heirs() -> dict[str, list[str]]:
    shares = successor_shares(timezone.localdate())
    return {unit: [heir for heir, _share in found if heir != unit] for unit, found in shares.items()}


def _of_today(unit: str, name: Callable[[UnitLabel], str]) -> str:
    """An heir of the same name is named once: «Sơn La», not «Sơn La (kế thừa Sơn La)»."""
    labels = unit_labels()
    label = labels[unit]
    heirs = _heirs().get(unit, []) if label.ended_on else []
    if not heirs:
        return name(label)
    told = ", ".join(name(labels[heir]) for heir in heirs)
    [first, *more] = [labels[heir] for heir in heirs]
    if not more and (first.short_name, first.above) == (label.short_name, label.above):
        return told
    return _("%(heirs)s (kế thừa %(lead)s)") % {"heirs": told, "lead": name(label._replace(ended_on=None))}


def who_leads(unit: str) -> str:
    return _of_today(unit, lambda label: label.distinct_name)


def authority_today(unit: str) -> str:
    return _of_today(unit, lambda label: authority_of(label.id).short)


def deciders(task: PlanTask) -> str:
    return _deciders(task.approving_unit_id, is_central=task.route == Route.CENTRAL)


def _deciders(unit: str, *, is_central: bool) -> str:
    """On the central route the programme office decides as well as the ministry above it."""
    above, office = authority_today(unit), programme_office()
    if is_central and office and office.id != unit:
        return _("%(office)s hoặc %(ministry)s") % {"office": office.short_name, "ministry": above}
    return above


def whose() -> Concat:
    """As a column of a list: which side's turn it is and which unit's, a key of `names_of_whose`."""
    side = Case(
        When(state__in=WITH_LEAD, then=Value(LEADS)),
        When(Q(route=Route.CENTRAL), then=Value(CENTRAL)),
        default=Value(DECIDES),
    )
    unit = Case(When(state__in=WITH_LEAD, then=F("lead_unit_id")), default=F("approving_unit_id"))
    return Concat(side, unit, output_field=CharField())


@once_per_request
def names_of_whose() -> dict[str, str]:
    """For every unit, so that a list of any length asks once."""
    found = {}
    for unit in unit_labels():
        found[LEADS + unit], found[DECIDES + unit] = who_leads(unit), authority_today(unit)
        found[CENTRAL + unit] = _deciders(unit, is_central=True)
    return found
