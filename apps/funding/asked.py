"""What the pages of money may be asked; anything else falls back to the default, never into a query."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils import timezone

from apps.core.numbers import asked_whole
from apps.framework.models import SolutionGroup
from apps.organisations.asked import UnitQuery, UnitView
from apps.organisations.selectors import UnitLabel, unit_labels
from apps.tasks.models.money import Stage
from apps.tasks.years import FIRST_YEAR, LAST_YEAR


@dataclass(frozen=True, kw_only=True)
class FundingQuery(UnitQuery):
    year: int
    unit: str | None = None
    group: str | None = None
    stage: str = Stage.DISBURSED
    is_whole: bool = False  # every unit by itself

    @classmethod
    def from_request(cls, data: QueryDict) -> "FundingQuery":
        year, stage = asked_whole(data.get("year")), data.get("stage", "")
        unit, group = data.get("unit", ""), data.get("group", "")
        return cls(
            year=year if year and FIRST_YEAR <= year <= LAST_YEAR else timezone.localdate().year,
            unit=unit if unit in unit_labels() else None,
            group=group if group in groups() else None,
            stage=stage if stage in Stage.values else Stage.DISBURSED,
            is_whole=data.get("all") == "1",
            **cls.read(data),
        )

    @classmethod
    def of_year(cls, year: int, view: UnitView = UnitView.CURRENT, **asked: Any) -> "FundingQuery":
        return cls(view=view, year=year, **asked)

    @property
    def unit_label(self) -> UnitLabel | None:
        return unit_labels()[self.unit] if self.unit else None

    @property
    def is_running(self) -> bool:
        """Money of the year is still being spent: what is known of it is preliminary."""
        return self.year >= timezone.localdate().year

    @property
    def narrowing(self) -> dict[str, str]:
        """As the list behind the sums takes it."""
        told = {"unit": self.unit, "group": self.group}
        return self.pairs | {name: value for name, value in told.items() if value}

    def lines(self, **asked: Any) -> str:
        """The query string by which the list shows what a sum is made of."""
        return urlencode(self.narrowing | {name: value for name, value in asked.items() if value not in (None, "")})


def groups() -> dict[str, str]:
    """The six groups of solutions; a small table that changes with the plan only."""
    return dict(SolutionGroup.objects.values_list("code", "title"))
