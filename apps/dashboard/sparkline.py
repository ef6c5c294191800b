"""A small line of a series, drawn by the server: accepted points full, a preliminary one hollow."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from apps.core.templatetags.ui import number

LEFT, RIGHT, TOP, FLOOR = 3.0, 109.0, 5.0, 26.0


@dataclass(frozen=True)
class Dot:
    x: float
    y: float
    is_open: bool


@dataclass(frozen=True)
class Sparkline:
    points: str
    dots: list[Dot]  # the last accepted one, and the preliminary one after it
    words: str


def sparkline(series: Sequence[tuple[int, Decimal, bool]], decimals: int) -> Sparkline | None:
    """Of year, value, whether accepted, in order of time; a single point makes no line. `decimals`: of what it says."""
    if len(series) < 2:
        return None
    most = max((value for _year, value, _accepted in series), default=Decimal(0)) or Decimal(1)
    step = (RIGHT - LEFT) / (len(series) - 1)
    places = [
        Dot(round(LEFT + at * step, 1), round(FLOOR - (FLOOR - TOP) * float(max(value, Decimal(0)) / most), 1), not ok)
        for at, (_year, value, ok) in enumerate(series)
    ]
    accepted = [dot for dot in places if not dot.is_open]
    shown = accepted[-1:] + [dot for dot in places if dot.is_open][-1:]
    told = "; ".join(f"{year}: {number(value, decimals)}" for year, value, _ok in series)
    return Sparkline(" ".join(f"{dot.x},{dot.y}" for dot in places), shown, _("Diễn biến %(told)s") % {"told": told})
