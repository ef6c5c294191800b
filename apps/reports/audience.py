"""Which form a unit fills in, and who must report in a round by the rule."""

from collections.abc import Iterator

from django.db.models import Q

from apps.accounts.models import User
from apps.organisations.models import OrganisationUnit, Succession
from apps.organisations.models.units import OrganisationUnitQuerySet
from apps.reports.models import FormVersion, ReportingRound

Kind, Audience = OrganisationUnit.Kind, FormVersion.Audience
_AUDIENCES = {
    Kind.PROVINCE: Audience.PROVINCE,
    Kind.MINISTRY: Audience.MINISTRY,
    Kind.MINISTERIAL_AGENCY: Audience.MINISTRY,
    Kind.GOVERNMENT_AGENCY: Audience.MINISTRY,
    Kind.ORGANISATION: Audience.ASSOCIATION,
}


def audience_of(unit: OrganisationUnit) -> str:
    """Nothing of a unit that is part of another: that one reports."""
    return str(_AUDIENCES.get(Kind(unit.kind), ""))


def proposed_units(made: ReportingRound) -> Iterator[tuple[str, str, bool]]:
    """Unit, form, and whether it reports for its predecessors too.

    Those of the reporting kinds that are valid on the last day of the figures, and the associations of the tree's top.
    Where a merger fell within the window its successor reports for the whole of it.
    """
    rows = OrganisationUnit.objects.valid_on(made.ends_on).filter(
        Q(kind__in=OrganisationUnit.REPORTING_KINDS) | Q(kind=Kind.ORGANISATION, parent__isnull=True)
    )
    merged = merged_within(made)
    for unit in rows.order_by("id"):
        yield unit.pk, audience_of(unit), unit.pk in merged


def merged_within(made: ReportingRound) -> set[str]:
    """Units that took over from others between the first and the last day of the figures."""
    within = Succession.objects.filter(effective_on__gt=made.starts_on, effective_on__lte=made.ends_on, share__gt=0)
    return set(within.values_list("successor", flat=True))


def units_to_add(user: User) -> OrganisationUnitQuerySet:
    """Those of the kinds that have a form, today's and yesterday's: a round may be of a year gone by."""
    units = OrganisationUnit.objects.all() if user.has_perm("reports.change_reportinground") else None
    return units.filter(kind__in=_AUDIENCES) if units is not None else OrganisationUnit.objects.none()
