"""A number divided so that its parts add up to it exactly."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

NOTHING = Decimal(0)


def quantum(decimals: int) -> Decimal:
    """The smallest part that is still told: 1 of what is counted in whole numbers."""
    return Decimal(1).scaleb(-decimals)


def divided(total: Decimal, weights: Sequence[Decimal], step: Decimal) -> list[Decimal]:
    """`total` by the weights, each part a multiple of `step`; who lost most by rounding down gets what is left, of
    equal ones the first. Nothing weighs anything: nobody gets anything.
    """
    whole = sum(weights, NOTHING)
    if whole <= 0:
        return [NOTHING] * len(weights)
    exact = [total * weight / whole for weight in weights]
    parts = [(one / step).to_integral_value(ROUND_FLOOR) * step for one in exact]
    left = int(((total - sum(parts, NOTHING)) / step).to_integral_value(ROUND_HALF_UP))
    lost = sorted(range(len(exact)), key=lambda at: (parts[at] - exact[at], at))
    for at in lost[:left]:
        parts[at] += step
    return parts


def needs(base: Decimal, years: Sequence[int], goals: Mapping[int, Decimal], step: Decimal) -> dict[int, Decimal]:
    """What is to be added in each of the years so that every goal is met in its year: even between two of them."""
    found: dict[int, Decimal] = {}
    level, begun = base, years[0]
    for goal_year in sorted(year for year in goals if years[0] <= year <= years[-1]):
        span = [year for year in years if begun <= year <= goal_year]
        missing = max(goals[goal_year] - level, NOTHING)
        parts = divided(missing, [Decimal(1)] * len(span), step)
        # What cannot be divided evenly comes later: a programme grows.
        found |= dict(zip(span, sorted(parts), strict=True))
        level, begun = max(level, goals[goal_year]), goal_year + 1
    return {year: found.get(year, NOTHING) for year in years}
