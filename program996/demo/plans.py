"""Invented plans of ministries and provinces: own, inherited over the mergers of 2025, in part, some that ran out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from apps.organisations.models import OrganisationUnit
from apps.plans.models import UnitPlan
from program996.demo.dice import Dice
from program996.demo.programmes import MARK
from program996.demo.years import LAST_DAY

FIRST, FIRST_WAVE_ENDS = date(2019, 1, 15), date(2023, 6, 30)
MERGED_SINCE = date(2025, 1, 1)  # whoever began since then is made of others, or goes on under another id
HAVE_ONE, TO_2030, RAN_OUT, REPLACED, ANEW = 0.82, 0.6, 0.06, 0.08, 0.3
# So that the provinces with demonstration accounts show what a merger does, whatever the seed.
ALWAYS = ("VN-24-2008", "VN-27-2008", "VN-68-2008", "VN-60-2008")  # Bắc Ninh inherits, Lâm Đồng in part:
NEVER = ("VN-24-2025", "VN-68-2025", "VN-67-2008")  # Đắk Nông had none


@dataclass(frozen=True)
class Issued:
    day: date
    years: tuple[int, int]
    ended: date | None = None


def load_plans(dice: Dice) -> int:
    rows, number = [], 0
    units = OrganisationUnit.objects.reporting().with_names().order_by("pk")
    for unit in units:
        for plan in _plans(dice, unit):
            number += 1
            kind = "KH-UBND" if unit.kind == OrganisationUnit.Kind.PROVINCE else f"KH-{unit.pk}"
            rows.append(
                UnitPlan(
                    number=f"{number}/{kind}", title=f"Kế hoạch minh họa {number:03} – {unit.short_name}", unit=unit,
                    issued_on=plan.day, first_year=plan.years[0], last_year=plan.years[1], ended_on=plan.ended,
                    aims="Mục tiêu minh họa", note=MARK,
                )
            )  # fmt: skip
    return len(UnitPlan.objects.bulk_create(rows))


def _plans(dice: Dice, unit: OrganisationUnit) -> Iterator[Issued]:
    if unit.pk in NEVER:
        return
    if unit.valid_from is not None and unit.valid_from >= MERGED_SINCE:
        if dice.chance(ANEW):
            yield Issued(dice.day(unit.valid_from + timedelta(days=30), LAST_DAY), (2026, 2030))
        return
    if unit.pk not in ALWAYS and not dice.chance(HAVE_ONE):
        return
    day = dice.day(FIRST, min(FIRST_WAVE_ENDS, unit.valid_to or FIRST_WAVE_ENDS))
    if unit.pk in ALWAYS or dice.chance(TO_2030):
        yield Issued(day, (day.year, 2030))
    elif dice.chance(RAN_OUT / (1 - TO_2030)):
        yield Issued(day, (day.year, day.year + 1))
    elif dice.chance(REPLACED / (1 - TO_2030)):
        later = day + timedelta(days=dice.number(200, 500))
        yield Issued(day, (day.year, 2025), later)
        yield Issued(later, (later.year, 2030))
    else:
        yield Issued(day, (day.year, 2025))
