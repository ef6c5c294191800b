"""The readings behind a page, one figure at a time."""

from typing import Any

from apps.accounts.scope import UnitScope
from apps.organisations.asked import UnitView
from apps.progress.provenance import Step, behind_figure
from apps.progress.selectors import Gain, Place, denominators_of, units_in_year
from apps.targets.models import Indicator, Period


def step_of(code: str, period: Period, **asked: Any) -> Step:
    return behind_figure(code, period, UnitScope(), **asked).step


def places(indicator: Indicator, year: int, view: UnitView = UnitView.CURRENT) -> list[Place]:
    return units_in_year(indicator, year, view).places(denominators_of(indicator, view))


def gains(indicator: Indicator, year: int, view: UnitView = UnitView.CURRENT) -> list[Gain]:
    return units_in_year(indicator, year, view).gains()
