"""What our indicators are called in the national reporting system, as data: `handover.json` of the folder of facts.

Read once a process. The portal's own file is invented, and says so: messages by it are marked as tests.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.core.exceptions import ImproperlyConfigured

from apps.core.reference import facts

CODE = re.compile(r"[A-Za-z0-9_@$-]{1,60}")  # as SDMX has identifiers
MOST = 12  # powers of ten, up and down


@dataclass(frozen=True)
class Mapped:
    """Of one indicator, or part of one. Sent is the published figure divided by ten to the power of `multiplier`."""

    code: str
    unit_of_measure: str
    multiplier: int = 0


@dataclass(frozen=True)
class HandoverMapping:
    note: str
    is_illustrative: bool
    dataflow: str
    sender: str
    nation: str  # the area that stands for all of them
    dimensions: Mapping[str, str]  # indicator, unit, period
    measure: str
    attributes: Mapping[str, str]  # unit_of_measure, multiplier
    receipt: str  # where in an answer their number of the receipt stands
    indicators: Mapping[str, Mapped]  # by our code


@lru_cache(maxsize=1)
def mapping() -> HandoverMapping:
    place = facts().place("handover.json")
    try:
        told = json.loads(place.read_text(encoding="utf-8"))
        told["indicators"] = {code: Mapped(**one) for code, one in told["indicators"].items()}
        found = HandoverMapping(**told)
        _check(found)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ImproperlyConfigured(f"{place}: {error}") from error
    return found


def _check(told: HandoverMapping) -> None:
    rows = list(told.indicators.values())
    names = [
        told.dataflow,
        told.sender,
        told.nation,
        told.measure,
        *told.dimensions.values(),
        *told.attributes.values(),
    ]
    names += [name for one in rows for name in (one.code, one.unit_of_measure)]
    if odd := [name for name in names if not CODE.fullmatch(name)]:
        raise ValueError(f"no identifiers of SDMX: {odd}")
    if set(told.dimensions) != {"indicator", "unit", "period"} or len(set(told.dimensions.values())) != 3:
        raise ValueError("dimensions: one name each for indicator, unit, period")
    if set(told.attributes) != {"unit_of_measure", "multiplier"}:
        raise ValueError("attributes: unit_of_measure and multiplier")
    if len({one.code for one in rows}) != len(rows):
        raise ValueError("two indicators of one code")
    if any(type(one.multiplier) is not int or abs(one.multiplier) > MOST for one in rows):
        raise ValueError("a multiplier is a whole power of ten")
