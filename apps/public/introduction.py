"""What the programme is, from `fixtures/introduction.json` and the plan's aims and groups: each part with its source.

The texts are the programme's own. English stands beside them; nothing is said that they do not say.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language

from apps.core.reference import facts
from apps.framework.models import GeneralAim, SolutionGroup


@dataclass(frozen=True)
class Part:
    """`key`: where links lead to it."""

    key: str
    title: str
    items: Sequence[str]
    source: str = ""


@lru_cache(maxsize=1)
def _facts() -> list[dict[str, Any]]:
    with facts().place("introduction.json").open(encoding="utf-8") as stream:
        return [{"model": one["model"], **one["fields"]} for one in json.load(stream)]


def _told(fact: dict[str, Any], name: str) -> Any:
    return fact[f"{name}_en" if get_language() == "en" else name]


def parts_of(name: str) -> list[Part]:
    """`situation`: how things stood when the programme was drawn up; `who`: who does what in it."""
    return [
        Part(one["key"], _told(one, "title"), _told(one, "items"), _told(one, "source"))
        for one in _facts()
        if one.get("list") == name
    ]


def source_of_plan() -> str:
    return str(next(_told(one, "source") for one in _facts() if one["model"] == "public.source"))


def _in_english(kind: str) -> dict[str, list[str]]:
    if get_language() != "en":
        return {}
    return {one["code"]: one["items_en"] for one in _facts() if one.get("of") == kind and "code" in one}


def aims() -> list[str]:
    english = _in_english("aim")
    return [english.get(one.code, [one.text])[0] for one in GeneralAim.objects.all()]


def groups() -> list[Part]:
    english, found = _in_english("group"), []
    for one in SolutionGroup.objects.all():
        title, *items = english.get(one.code) or [one.title, *one.text.splitlines()]
        found.append(Part(f"group-{one.code}", title, items))
    return found
