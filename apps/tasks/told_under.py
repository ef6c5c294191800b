"""Under which unit the tasks of a unit are told. Of today's units: the one that carries its past, else the one above
it. Of units as they led the work: the one above it only.

Every unit stands under exactly one at the top, so that what is told of each adds up to the whole. A unit whose past
several carry stands under the one with the greatest share.
"""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from apps.core.memo import once_per_request
from apps.organisations.asked import UnitView
from apps.organisations.selectors import successor_shares, unit_labels


@once_per_request
def _ways_of_today() -> dict[str, list[str]]:
    return _ways(successor_shares(timezone.localdate()))


@once_per_request
def _ways_as_reported() -> dict[str, list[str]]:
    return _ways({})


def ways_up(view: UnitView = UnitView.CURRENT) -> dict[str, list[str]]:
    """Of each unit: itself, and those it stands under, the highest last."""
    return _ways_of_today() if view == UnitView.CURRENT else _ways_as_reported()


def _ways(shares: Any) -> dict[str, list[str]]:
    labels = unit_labels()
    above = {
        pk: _heir(pk, shares.get(pk, [])) or (label.parent if label.parent in labels else None)
        for pk, label in labels.items()
    }
    ways = {}
    for pk in labels:
        way, here = [pk], above[pk]
        while here is not None and here not in way:
            way.append(here)
            here = above[here]
        ways[pk] = way
    return ways


def _heir(unit: str, shares: list) -> str | None:
    found = min(shares, key=lambda one: (-one[1], one[0]), default=(unit, 1))[0]
    return None if found == unit else found


def standing_under(unit: str, view: UnitView = UnitView.CURRENT) -> frozenset[str]:
    """The unit, those whose past it carries, and the sub-units of them all."""
    return frozenset(pk for pk, way in ways_up(view).items() if unit in way)


def under(units: Iterable[str]) -> set[str]:
    """All that is told under any of these units, themselves included, however little is known of them."""
    return {one for unit in units for one in (unit, *standing_under(unit))}


def tops(view: UnitView = UnitView.CURRENT) -> dict[str, str]:
    """Of each unit the one under which it is told."""
    return {pk: way[-1] for pk, way in ways_up(view).items()}
