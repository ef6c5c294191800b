"""MT7 after mergers, of domain.md section 3, with the rules that decision 0051 draws from it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from apps.plans.models import UnitPlan
from tests.opinion.counting import Window
from tests.opinion.units import REPORTING, Link, Unit

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Plan:
    issued: date
    first_year: int
    last_year: int
    ended: date | None

    def has_begun_by(self, day: date) -> bool:
        """Written: "one issued in August 2025 for 2026-2030 does not end what is inherited for 2025" (0051)."""
        return self.issued <= day and self.first_year <= day.year

    def is_in_force_on(self, day: date) -> bool:
        return self.has_begun_by(day) and day.year <= self.last_year and (self.ended is None or day < self.ended)


class Plans:
    def __init__(self, units: dict[str, Unit], links: list[Link]):
        self.units, self.links = units, links
        self.plans: dict[str, list[Plan]] = defaultdict(list)
        rows = UnitPlan.objects.values("unit_id", "issued_on", "first_year", "last_year", "ended_on", "withdrawn_at")
        for row in rows:
            if row["withdrawn_at"] is None:
                self.plans[row["unit_id"]].append(
                    Plan(row["issued_on"], row["first_year"], row["last_year"], row["ended_on"])
                )

    def on(self, window: Window) -> dict[str, str]:
        """By unit: "the denominator is the reporting kinds valid on the period's last day"; of each "own",
        "inherited" or "".

        Of a running period the plans are those of its last day, as far as they are known (0048), the units today's: an
        act on units "counts from its day on, planned ones do not" (0051).
        """
        must = [unit for unit in self.units.values() if unit.kind in REPORTING and unit.stands_on(window.last)]
        self.in_effect = [link for link in self.links if link.day <= window.last]
        return {unit.id: self._standing(unit.id, window.ends) for unit in must}

    def _standing(self, unit: str, day: date) -> str:
        plans = self._own(unit)
        if any(plan.is_in_force_on(day) for plan in plans):
            return "own"
        if any(plan.has_begun_by(day) for plan in plans):
            return ""  # "once its own has begun and ended, there is nothing to inherit any more"
        return "inherited" if self._inherits(unit, day, day) else ""

    def _own(self, unit: str) -> list[Plan]:
        """Its plans, with those of the same unit under its earlier id: "its own plan, not an inherited one"."""
        return [plan for former in self._same(unit) for plan in self.plans[former]]

    def _same(self, unit: str) -> list[str]:
        before = [link.before for link in self.in_effect if link.after == unit and link.same]
        return [unit, *(former for one in before for former in self._same(one))]

    def _inherits(self, unit: str, until: date, day: date) -> bool:
        """domain.md: "All its main predecessors had one in force"; "one that was there before it took others in has
        a part of its
        own: without a plan of that part it inherits nothing".
        """
        ids = self._same(unit)
        origins = [link for link in self.in_effect if link.after in ids and not link.same and link.day <= until]
        begins = min(self.units[one].begins for one in ids)
        if not origins or begins < min(link.day for link in origins):
            return False
        return all(self._had(link.before, link.day - DAY, day) for link in origins)

    def _had(self, unit: str, eve: date, day: date) -> bool:
        """In force when its unit went on in another, "and in force on the period's last day"."""
        plans = [plan for plan in self._own(unit) if plan.has_begun_by(eve)]
        return any(plan.is_in_force_on(day) for plan in plans) if plans else self._inherits(unit, eve, day)
