"""When the programme reached how many: the shape of the growth, and the windows of days it falls into."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from apps.targets.models import Period
from program996.demo.day import FULL_DAY
from program996.demo.dice import Dice, Weighted

FIRST_DAY = date(2019, 1, 1)  # the figures are cumulative since 2019
LAST_DAY = date(2026, 11, 20)

# Of 1,000 enterprises that apply a programme at all, how many first do so in the year: a slow start, then a plateau.
PACE = {2019: 42, 2020: 53, 2021: 77, 2022: 124, 2023: 179, 2024: 183, 2025: 178, 2026: 164}
REPORTED_YEARS = range(2019, 2026)  # closed; 2026 is still running
APPLYING = 0.92  # of those approached


@dataclass(frozen=True)
class Cycle:
    """Of which years there are reports: the closed ones, and the running one as it stands on `day`.

    Until that day enterprises come in and people are trained, at this pace; the other registers end on LAST_DAY.
    """

    closed: range
    day: date
    pace: Mapping[int, int]
    cells: int = 0  # so many are asked of everybody; 0: as the forms are
    units: frozenset[str] = frozenset()  # only these; none named: all that report

    @property
    def running(self) -> int:
        return self.closed.stop

    @property
    def years(self) -> range:
        return range(self.closed.start, self.running + 1)


USUAL = Cycle(REPORTED_YEARS, LAST_DAY, PACE)
FULL = Cycle(range(2019, 2030), FULL_DAY, {**PACE, 2027: 150, 2028: 140, 2029: 130, 2030: 120}, cells=200)


def reached_by(year: int) -> float:
    """Share of the applying enterprises that have begun by the end of the year."""
    return sum(pace for begun, pace in PACE.items() if begun <= year) / sum(PACE.values())


class Years:
    """Days drawn as they fall to a cycle's years."""

    def __init__(self, cycle: Cycle = USUAL) -> None:
        self.last_day = cycle.day
        self.windows = {
            period.year: (max(period.starts_on, FIRST_DAY), min(period.ends_on, cycle.day))
            for period in Period.objects.filter(year__in=cycle.pace)
        }
        self._weighted = Weighted(dict(cycle.pace))

    def draw_day(self, dice: Dice) -> date:
        return self.day_in(self._weighted.draw(dice), dice)

    def day_in(self, year: int, dice: Dice) -> date:
        return dice.day(*self.windows[year])
