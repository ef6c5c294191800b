"""What was accepted of the same cells in years before: of the unit itself, and of those whose past it carries."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Q

from apps.organisations.selectors import predecessors_within
from apps.reports.models import AnnualReport, FormCell
from apps.reports.numbers import NOT_APPLICABLE, show_sum
from apps.reports.selectors.in_force import papers_in_force


@dataclass
class Before:
    """One cell in one year: by unit, and all of them together."""

    parts: list[tuple[str, Decimal]] = field(default_factory=list)

    @property
    def total(self) -> Decimal | None:
        return sum((number for _unit, number in self.parts), Decimal(0)) if self.parts else None

    @property
    def is_split(self) -> bool:
        return len(self.parts) > 1


Years = dict[int, dict[str, Before]]


def years_before(report: AnnualReport, count: int = 2) -> Years:
    """By year and key, what is in force of rounds of the same kind."""
    years = range(report.round.year - count, report.round.year)
    own = Q(report__unit=report.unit_id) | Q(report__unit__in=predecessors_within(report.unit_id))
    found: Years = {year: defaultdict(Before) for year in years}
    for paper in papers_in_force(own & Q(report__round__kind=report.round.kind, report__round__year__in=years)):
        for key, cell in paper.cells.items():
            if (number := number_in(cell)) is not None:
                found[paper.year][key].parts.append((paper.unit, number))
    return found


def number_in(cell: dict) -> Decimal | None:
    """Of a frozen cell: the number as it is kept, if it is one."""
    number = cell.get("number")
    return Decimal(number) if number not in (None, "", NOT_APPLICABLE) else None


def sum_in(cells: dict[str, dict], cell: FormCell) -> str:
    """Of what was frozen: a sum as it is shown, with how many of its parts are blank."""
    blank = sum(cells.get(key, {}).get("value") is None for key in cell.parts)
    return show_sum(cell, number_in(cells.get(cell.key, {})), blank)
