"""Both bases of an indicator side by side: what registers count, what units reported; and who owes an explanation."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Q

from apps.organisations.asked import UnitView
from apps.organisations.selectors import UnitLabel, kin, unit_labels
from apps.progress.figures import figures
from apps.progress.sources import counts
from apps.progress.windows import gained
from apps.targets.models import AcceptedValue, Exclusion, Indicator

REGISTER, REPORT = str(Indicator.Basis.REGISTER), str(Indicator.Basis.REPORT)
MOST_UNITS = 10
Places = dict[tuple[int, str | None], Decimal | None]


@dataclass(frozen=True)
class Owing:
    """What a unit reported of a year and what the register has of the same; unlike each other, it has to explain."""

    label: UnitLabel
    register: Decimal
    report: Decimal

    @property
    def difference(self) -> Decimal:
        return self.report - self.register


@dataclass(frozen=True)
class LeftOut:
    """What a unit reported of a year and no figure counts, by which decision."""

    label: UnitLabel
    report: Decimal
    decision: Exclusion


@dataclass(frozen=True)
class Both:
    """One year. `register` and `report` are the nation's figures, which of what adds years up reach back to the first;
    they are not of the same units. What is: `told`, the accepted numbers of the year, each beside what the register has
    of just that (of what came within the year, or of a stock what stands), but those that a decision leaves out.
    """

    year: int
    register: Decimal | None
    report: Decimal | None
    told: list[Owing]
    left_out: list[LeftOut]

    @property
    def owing(self) -> list[Owing]:
        """Whose two numbers differ, the most first."""
        unlike = (one for one in self.told if one.difference)
        return sorted(unlike, key=lambda one: (-abs(one.difference), one.label.sort))

    @property
    def of_register(self) -> Decimal:
        return sum((one.register for one in self.told), Decimal(0))

    @property
    def of_report(self) -> Decimal:
        return sum((one.report for one in self.told), Decimal(0))

    @property
    def difference(self) -> Decimal:
        return self.of_report - self.of_register


@dataclass(frozen=True)
class Bases:
    years: list[Both]  # the newest first
    adds_years: bool

    @property
    def told(self) -> Both | None:
        """The newest year of which somebody owes an explanation."""
        return next((one for one in self.years if one.owing), None)

    @property
    def named(self) -> list[Owing]:
        return self.told.owing[:MOST_UNITS] if self.told else []

    @property
    def more(self) -> int:
        return max(0, len(self.told.owing) - MOST_UNITS) if self.told else 0


def bases_of(indicator: Indicator, known_on: datetime | None = None) -> Bases | None:
    """None where the indicator is made in one way only, or nothing was accepted by then. At most five queries."""
    ways = {basis for code, basis in counts() if code == indicator.code}
    if not {REGISTER, REPORT} <= ways:
        return None
    in_force = _in_force(known_on)
    accepted = list(AcceptedValue.objects.filter(in_force, indicator=indicator).select_related("period"))
    if not accepted:
        return None
    register, report = (_by_place(indicator, basis, known_on) for basis in (REGISTER, REPORT))
    told: dict[int, list[Owing]] = {}
    left_out: dict[int, list[LeftOut]] = {}
    decided = {(one.period_id, one.unit_id): one for one in Exclusion.objects.filter(in_force, indicator=indicator)}
    for row in accepted:
        if decision := decided.get((row.period_id, row.unit_id)):
            out = LeftOut(unit_labels()[row.unit_id], row.value, decision)
            left_out.setdefault(row.period.year, []).append(out)
            continue
        known = _within(indicator, register, row.period.year, row.unit_id, with_past=row.covers_predecessors)
        told.setdefault(row.period.year, []).append(Owing(unit_labels()[row.unit_id], known, row.value))
    years = sorted({row.period.year for row in accepted}, reverse=True)
    both = [
        Both(
            year, register.get((year, None)), report.get((year, None)), told.get(year, []),
            sorted(left_out.get(year, []), key=lambda one: one.label.sort),
        )
        for year in years
    ]  # fmt: skip
    return Bases(both, indicator.aggregation != Indicator.Aggregation.LATEST)


def _in_force(known_on: datetime | None) -> Q:
    """What is written once and at most withdrawn, as it stood at that moment."""
    if known_on is None:
        return Q(withdrawn_at__isnull=True)
    return Q(Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=known_on), created_at__lte=known_on)


def _by_place(indicator: Indicator, basis: str, known_on: datetime | None) -> Places:
    """As known then, in every year: of the nation (None) and of each unit that reported."""
    rows = figures(indicator, view=UnitView.AS_REPORTED, basis=basis, accepted=False, known_on=known_on)
    return {(row.year, row.unit_id): row.value for row in rows}


def _within(indicator: Indicator, register: Places, year: int, unit: str, *, with_past: bool) -> Decimal:
    """What the register has of what such a report tells: of what adds years up what came within the year."""
    units = [unit, *_before(unit)] if with_past else [unit]
    return sum((_of_unit(indicator, register, year, one) for one in units), Decimal(0))


def _of_unit(indicator: Indicator, register: Places, year: int, unit: str) -> Decimal:
    return gained(indicator, register.get((year, unit)), register.get((year - 1, unit)))


def _before(unit: str) -> Iterator[str]:
    for one in kin().before.get(unit, []):
        yield one
        yield from _before(one)
