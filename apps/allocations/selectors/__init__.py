"""What an allocation stands on and what its page shows."""

from apps.allocations.selectors.ground import Ground, ground_of, suggestion
from apps.allocations.selectors.lists import all_allocations, drafted_goals
from apps.allocations.selectors.sheet import Difference, Row, Sheet, differences, sheet_of

__all__ = [
    "Difference",
    "Ground",
    "Row",
    "Sheet",
    "all_allocations",
    "differences",
    "drafted_goals",
    "ground_of",
    "sheet_of",
    "suggestion",
]
