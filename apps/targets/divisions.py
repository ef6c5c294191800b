"""Who may be given a share of which target: it follows from whose figure it is, as the programme declares it.

What belongs to the nation, and a rate of units, cannot be divided among units. What is counted where it was made or
held adds up over all units; what is counted by its place over provinces, and its ministry's part lies within that.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from apps.core.programme import programme
from apps.organisations.models import OrganisationUnit

Kind = OrganisationUnit.Kind
PROVINCES = (str(Kind.PROVINCE),)
CENTRAL = tuple(str(kind) for kind in OrganisationUnit.REPORTING_KINDS if kind != Kind.PROVINCE)
BESIDE_BY = "ministry"  # the breakdown of a figure by which a part beside is judged


@dataclass(frozen=True)
class Division:
    """The kinds of units whose parts add up to the nation, and those whose part lies within that and is only told."""

    adds: tuple[str, ...]
    beside: tuple[str, ...] = ()

    @property
    def units(self) -> Q:
        return Q(kind__in=self.adds + self.beside)


_KINDS = {"province": PROVINCES, "central": CENTRAL}


def _among(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(kind for name in names for kind in _KINDS[name])


DIVISIONS = {
    code: Division(**{name: _among(kinds) for name, kinds in one.divided.items()})
    for code, one in programme().indicators.items()
    if one.divided
}
