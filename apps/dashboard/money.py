"""The dashboard's card of money: of each source how much of the year's plan was spent."""

from dataclasses import dataclass

from apps.accounts.models import User
from apps.funding.asked import FundingQuery
from apps.funding.selectors.sums import EMPTY, Sums, sums_by_source
from apps.tasks.models.money import Source


@dataclass(frozen=True)
class MoneyCard:
    query: FundingQuery
    whole: Sums
    sources: list[tuple[str, str, Sums, str]]  # code, name, sums, width of the bar in percent

    @property
    def year(self) -> int:
        return self.query.year


def money_card(user: User, year: int, unit: str | None = None) -> MoneyCard | None:
    """None where the year has no figure in the person's sight."""
    query = FundingQuery.of_year(year, unit=unit)
    found = sums_by_source(query, user, years=[year]).get(year)
    if not found:
        return None
    rows = [(code, str(name), found.get(code, EMPTY)) for code, name in Source.choices]
    told = [(code, name, sums, f"{min(sums.rate or 0, 100):.1f}") for code, name, sums in rows]
    return MoneyCard(query, found.get("", EMPTY), [one for one in told if one[2] is not EMPTY])
