"""Ways of counting out of a programme's facts: {"first": source, "of": {…}, "where": {…}} (`apps/core/programme.py`).

What is put into SQL are names of columns and values in a bare form; anything else is refused at start.
"""

import re
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from apps.progress.counting import Count, Counting, Cumulative, First, Held, Ratio, Stock, Sum
from apps.targets.facts import Source

WAYS: dict[str, type[Count]] = {
    "stock": Stock, "held": Held, "first": First, "cumulative": Cumulative, "sum": Sum,
}  # fmt: skip
_BARE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def counting_of(told: Mapping[str, Any], sources: Mapping[str, Source]) -> Counting:
    """ImproperlyConfigured where a way, a source, a column or a value is none."""
    rest = dict(told)
    below = rest.pop("in_percent_of", None)
    numerator = _count(rest, sources)
    return numerator if below is None else Ratio(numerator, _count(dict(below), sources))


def _count(told: dict[str, Any], sources: Mapping[str, Source]) -> Count:
    way = next((name for name in told if name in WAYS), "")
    source = sources.get(told.pop(way, ""))
    where = {column: tuple(values) for column, values in told.pop("where", {}).items()}
    of = dict(told.pop("of", {}))
    texts = (*where, *of, *of.values(), *(value for values in where.values() for value in values))
    if source is None or told or (of and way != "first") or not all(map(_BARE.fullmatch, texts)):
        raise ImproperlyConfigured(f"programme.json: {way or told} of {sorted(sources)}: {told, where, of}")
    return First(source, where, of=of) if way == "first" else WAYS[way](source, where)
