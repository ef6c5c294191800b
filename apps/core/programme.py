"""What the programme is, as data: a folder of facts (`FACTS`) of which `programme.json` is read once a process.

Here stands what code asks by name and what no table has: how its indicators count, which of them are the nation's or
are divided among units, and how its files are called. All else of a programme is loaded from the same folder
(`load_reference`); its words are the texts of the portal, or those of the folder's own catalogue.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from apps.core.reference import facts


@dataclass(frozen=True)
class Declared:
    """One indicator. `counts`: a way of counting with its source, as `apps/progress/declared.py` reads it; {}: nothing
    is counted. `reported`: the way in which what units report adds up; "": units do not report it. `divided`: among
    which kinds of units (`apps/targets/divisions.py`).
    """

    counts: Mapping[str, Any] = field(default_factory=dict)
    reported: str = ""
    is_of_the_nation: bool = False
    divided: Mapping[str, Sequence[str]] = field(default_factory=dict)
    note: str = ""  # why it counts so

    @property
    def sources(self) -> set[str]:
        below = self.counts.get("in_percent_of", {})
        return {told for told in (*self.counts.values(), *below.values()) if isinstance(told, str)}


@dataclass(frozen=True)
class Programme:
    slug: str  # in the names of files
    headline: str  # the indicator that comes first to mind
    plan_decision: str  # number of the act by which its plan was issued
    not_in_passwords: tuple[str, ...]
    indicators: Mapping[str, Declared]  # by code, wholes before their parts

    def fed_by(self, source: str) -> str:
        """Code of the indicator that counts the rows of this source; "" where none does."""
        return next((code for code, one in self.indicators.items() if source and source in one.sources), "")


@lru_cache(maxsize=1)
def programme() -> Programme:
    place = facts().place("programme.json")
    try:
        told = json.loads(place.read_text(encoding="utf-8"))
        indicators = {code: Declared(**one) for code, one in told.pop("indicators").items()}
        if odd := [code for code in indicators if not code.isalnum() or not code.isascii()]:
            raise ValueError(f"not a code of an indicator: {odd}")
        return Programme(**told | {"not_in_passwords": tuple(told["not_in_passwords"])}, indicators=indicators)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ImproperlyConfigured(f"{place}: {error}") from error
