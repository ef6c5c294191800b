"""Units in time, as domain.md section 2 has them: who followed whom, and where a figure stands in either view."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from apps.organisations.models import OrganisationUnit, Succession

REPORTING = ("province", "ministry", "ministerial_agency", "government_agency")


@dataclass(frozen=True)
class Link:
    before: str
    after: str
    day: date
    same: bool  # the same unit under another id
    share: Fraction


@dataclass(frozen=True)
class Unit:
    id: str
    kind: str
    begins: date
    ends: date

    def stands_on(self, day: date) -> bool:
        return self.begins <= day <= self.ends


def read_units() -> dict[str, Unit]:
    """Written: "dates are inclusive", an empty one is open (README of the data)."""
    rows = OrganisationUnit.objects.values("id", "kind", "valid_from", "valid_to")
    return {
        row["id"]: Unit(row["id"], row["kind"], row["valid_from"] or date.min, row["valid_to"] or date.max)
        for row in rows
    }


def read_links() -> list[Link]:
    """domain.md: "`main` carries the whole past and `partial` none": a share of 0 carries nothing."""
    rows = Succession.objects.values("predecessor_id", "successor_id", "effective_on", "relation", "share")
    return [
        Link(
            row["predecessor_id"], row["successor_id"], row["effective_on"],
            row["relation"] in ("unchanged", "renamed"), Fraction(row["share"]),
        )
        for row in rows
        if row["share"]
    ]  # fmt: skip


def heirs(unit: str, links: list[Link], on: date) -> dict[str, Fraction]:
    """Who has how much of a unit's past on a day: "following successions to the units valid on a given day"."""
    steps = [link for link in links if link.before == unit and link.day <= on]
    if not steps:
        return {unit: Fraction(1)}
    found: dict[str, Fraction] = defaultdict(Fraction)
    for link in steps:
        for heir, share in heirs(link.after, links, on).items():
            found[heir] += share * link.share
    return dict(found)


def carried(of_units: Mapping[str, Fraction], links: list[Link], on: date) -> dict[str, Fraction]:
    """domain.md: "Flows and cumulative counts add up": the view `units=current` of figures as they were reported."""
    found: dict[str, Fraction] = defaultdict(Fraction)
    for unit, value in of_units.items():
        for heir, share in heirs(unit, links, on).items():
            found[heir] += value * share
    return dict(found)
