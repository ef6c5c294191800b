"""The provinces as invented enterprises spread over them: old territory, and whom it belongs to on a day."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from apps.organisations.models import OrganisationUnit, Succession
from program996.demo.dice import Dice, Weighted

# Province until 30/06/2025: the tax offices' prefix, and its weight in the country's active enterprises.
WEIGHTS = {
    "VN-01-2008": ("01", 228.0), "VN-02-2008": ("51", 2.7), "VN-04-2008": ("48", 2.2), "VN-06-2008": ("47", 1.3),
    "VN-08-2008": ("50", 3.0), "VN-10-2008": ("53", 5.6), "VN-11-2008": ("56", 2.0), "VN-12-2008": ("62", 2.1),
    "VN-14-2008": ("55", 3.6), "VN-15-2008": ("52", 3.4), "VN-17-2008": ("54", 4.4), "VN-19-2008": ("46", 9.2),
    "VN-20-2008": ("49", 4.6), "VN-22-2008": ("57", 13.0), "VN-24-2008": ("24", 11.5), "VN-25-2008": ("26", 8.4),
    "VN-26-2008": ("25", 11.0), "VN-27-2008": ("23", 14.5), "VN-30-2008": ("08", 13.6), "VN-31-2008": ("02", 25.0),
    "VN-33-2008": ("09", 11.2), "VN-34-2008": ("10", 9.3), "VN-35-2008": ("07", 7.2), "VN-36-2008": ("06", 9.6),
    "VN-37-2008": ("27", 8.1), "VN-38-2008": ("28", 22.5), "VN-40-2008": ("29", 17.5), "VN-42-2008": ("30", 8.0),
    "VN-44-2008": ("31", 6.1), "VN-45-2008": ("32", 4.6), "VN-46-2008": ("33", 7.4), "VN-48-2008": ("04", 27.0),
    "VN-49-2008": ("40", 10.2), "VN-51-2008": ("43", 7.5), "VN-52-2008": ("41", 9.7), "VN-54-2008": ("44", 4.5),
    "VN-56-2008": ("42", 15.0), "VN-58-2008": ("45", 4.2), "VN-60-2008": ("34", 9.0), "VN-62-2008": ("61", 3.1),
    "VN-64-2008": ("59", 6.6), "VN-66-2008": ("60", 10.4), "VN-67-2008": ("64", 4.0), "VN-68-2008": ("58", 12.5),
    "VN-70-2008": ("38", 9.5), "VN-72-2008": ("39", 8.1), "VN-74-2008": ("37", 46.0), "VN-75-2008": ("36", 31.0),
    "VN-77-2008": ("35", 15.0), "VN-79-2008": ("03", 280.0), "VN-80-2008": ("11", 16.0), "VN-82-2008": ("12", 7.6),
    "VN-83-2008": ("13", 5.0), "VN-84-2008": ("21", 3.6), "VN-86-2008": ("15", 4.7), "VN-87-2008": ("14", 5.6),
    "VN-89-2008": ("16", 7.6), "VN-91-2008": ("17", 11.3), "VN-92-2008": ("18", 11.6), "VN-93-2008": ("63", 3.6),
    "VN-94-2008": ("22", 4.4), "VN-95-2008": ("19", 3.5), "VN-96-2008": ("20", 6.2),
}  # fmt: skip

# Province since 01/07/2025: enterprises reached in every 1,000 active ones at the end of 2025.
REACH = {
    "VN-01-2025": 36.5, "VN-04-2025": 28.5, "VN-08-2025": 33.5, "VN-11-2025": 26.5, "VN-12-2025": 27.5,
    "VN-14-2025": 29.5, "VN-15-2025": 35.5, "VN-19-2025": 49.5, "VN-20-2025": 32.5, "VN-22-2025": 51.0,
    "VN-24-2025": 60.5, "VN-25-2025": 44.0, "VN-31-2025": 55.0, "VN-33-2025": 49.5, "VN-37-2025": 43.5,
    "VN-38-2025": 34.5, "VN-40-2025": 34.0, "VN-42-2025": 31.5, "VN-44-2025": 29.0, "VN-46-2025": 38.0,
    "VN-48-2025": 47.5, "VN-51-2025": 31.5, "VN-52-2025": 28.5, "VN-56-2025": 44.0, "VN-66-2025": 26.5,
    "VN-68-2025": 36.0, "VN-75-2025": 49.0, "VN-79-2025": 22.5, "VN-80-2025": 42.5, "VN-82-2025": 35.5,
    "VN-86-2025": 36.5, "VN-91-2025": 29.0, "VN-92-2025": 35.5, "VN-96-2025": 36.5,
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """One old territory, with the units that held it one after another."""

    units: tuple[tuple[str, date | None], ...]  # unit and its last day, None for the present one
    tax_prefix: str
    active: float
    reach: float

    def unit_on(self, day: date) -> str:
        return next(unit for unit, last_day in self.units if last_day is None or day <= last_day)

    @property
    def current(self) -> str:
        return self.units[-1][0]


class Places:
    def __init__(self) -> None:
        units = OrganisationUnit.objects.filter(kind=OrganisationUnit.Kind.PROVINCE)
        ends = dict(units.values_list("id", "valid_to"))
        following = dict(
            Succession.objects.filter(predecessor__in=units, share__gt=0).values_list("predecessor", "successor")
        )
        origins = sorted(set(ends) - set(following.values()))
        self.all = [self._place(unit, ends, following) for unit in origins]
        self._weighted = Weighted({place: place.active * place.reach for place in self.all})

    @staticmethod
    def _place(unit: str, ends: dict[str, date | None], following: dict[str, str]) -> Place:
        prefix, active = WEIGHTS[unit]
        chain = [unit]
        while chain[-1] in following:
            chain.append(following[chain[-1]])
        return Place(tuple((link, ends[link]) for link in chain), prefix, active, REACH[chain[-1]])

    def draw(self, dice: Dice) -> Place:
        return self._weighted.draw(dice)

    def reached(self) -> float:
        """Enterprises reached in the whole country at the end of 2025, in the weights' own scale."""
        return sum(place.active * place.reach for place in self.all) / 1000

    def active_by_unit(self) -> dict[str, float]:
        """Weight of every unit that ever held a territory."""
        weights: dict[str, float] = defaultdict(float)
        for place in self.all:
            for unit, _last_day in place.units:
                weights[unit] += place.active
        return dict(weights)
