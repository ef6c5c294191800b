"""Who may be given a share of which target: it follows from whose figure it is (domain: whose figure).

MT1 and MT2 belong to the nation, MT7 is a rate of units: none of them can be divided among units.
"""

from dataclasses import dataclass

from django.db.models import Q

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


DIVISIONS = {
    "MT3": Division(PROVINCES + CENTRAL),  # the producer's unit
    "MT4": Division(PROVINCES + CENTRAL),  # the organiser's
    "MT5": Division(PROVINCES, CENTRAL),  # the place of the enterprise; the ministry that manages it
    "MT6": Division(PROVINCES),  # where the laboratory stands
}
