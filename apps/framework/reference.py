"""The plan's items from the facts' files, with the headings under which they are read and the units they name."""

import re
from collections.abc import Iterator
from datetime import date

from django.core.exceptions import ValidationError

from apps.core.programme import programme
from apps.core.reference import Changes, Fact, Facts, align, align_sets
from apps.framework.models import FrameworkItem, GeneralAim, ItemUnit, SolutionGroup
from apps.targets.models import Indicator

FIXTURE = "50_framework"
_SCHEDULE = re.compile(
    r"(?P<timing>once|span|annual|every5):(?P<first>\d{4})(?:Q(?P<quarter>\d))?(?:-(?P<last>\d{4}))?"
)


def load_framework(facts: Facts) -> Changes:
    changes = align(GeneralAim, ["code"], facts.fixture(FIXTURE, "framework.generalaim"))
    groups = facts.fixture(FIXTURE, "framework.solutiongroup")
    changes += align(SolutionGroup, ["code"], [_renamed(group, aim="aim_id") for group in groups])
    rows = facts.table("plan_tasks")
    codes = {_code(row["list"], row["code"]) for row in rows}
    beside = {row["code"]: row for row in facts.fixture(FIXTURE, "framework.frameworkitem")}
    items = [_item(at, row, codes, beside) for at, row in enumerate(rows, 1)]
    changes += align(FrameworkItem, ["code"], items)
    changes += align_sets(ItemUnit, "item_id", _item_units(facts, items))
    return changes + _link_indicators(beside)


def _renamed(fact: Fact, **names: str) -> Fact:
    return {names.get(name, name): value for name, value in fact.items()}


def _code(plan_list: str, number: str) -> str:
    return f"{plan_list}.{number}"


def _item(at: int, row: dict[str, str], codes: set[str], beside: dict[str, Fact]) -> Fact:
    code = _code(row["list"], row["code"])
    above = code.rpartition(".")[0]
    found = _SCHEDULE.fullmatch(row["schedule"])
    told = found.groupdict() if found else {}
    return {
        "code": code,
        "list": row["list"],
        "number": row["code"],
        "parent_id": above if above in codes else None,
        "position": at,
        "kind": row["kind"],
        "title": row["content_vi"],
        "timing": told.get("timing", ""),
        "first_year": told.get("first"),
        "last_year": told.get("last") or told.get("first"),
        "quarter": told.get("quarter"),
        "timing_text": row["period_vi"],
        "lead_text": row["lead_vi"],
        "coordinating_text": row["coordinating_vi"],
        "group_id": beside.get(code, {}).get("group"),
    }


def _link_indicators(beside: dict[str, Fact]) -> Changes:
    """Which targets an item feeds is our own reading of the plan."""
    through = FrameworkItem.indicators.through
    ids = dict(Indicator.objects.values_list("code", "pk"))
    wanted = {(code, ids[one]) for code, row in beside.items() for one in row.get("indicators", ())}
    there = {(row.frameworkitem_id, row.indicator_id): row.pk for row in through.objects.all()}
    stale = [pk for pair, pk in there.items() if pair not in wanted]
    through.objects.filter(pk__in=stale).delete()
    new = [through(frameworkitem_id=item, indicator_id=indicator) for item, indicator in wanted - there.keys()]
    through.objects.bulk_create(new)
    return Changes(created=len(new), removed=len(stale))


# How the plan begins what names no unit, and what of it means every ministry and province, each for itself.
_GROUP, _REPORTING = "Các ", "Các bộ, ngành, địa phương"
# «Vụ KHCN các ngành kinh tế - kỹ thuật (Vụ CNN)»: a name written out once, with the label used from then on.
_WITH_LABEL = re.compile(r".+ \((?P<label>[^()]+)\)")
_TEXTS = {ItemUnit.Role.LEAD: "lead_text", ItemUnit.Role.COORDINATING: "coordinating_text"}


def _item_units(facts: Facts, items: list[Fact]) -> Iterator[Fact]:
    called = _units_by_label(facts)
    for item in items:
        for role, column in _TEXTS.items():
            parts = filter(None, (part.strip() for part in item[column].split(";")))
            for at, text in enumerate(parts, 1):
                yield {"item_id": item["code"], "role": role, "position": at, "text": text, **_meant(text, called)}


def _meant(text: str, called: dict[str, str]) -> Fact:
    found = _WITH_LABEL.fullmatch(text)
    unit = called.get(text) or called.get(found["label"] if found else "")
    if unit:
        return {"rule": ItemUnit.Rule.UNIT, "unit_id": unit}
    if not text.startswith(_GROUP):
        raise ValidationError(f"{text}: neither a unit nor a group", code="unknown_unit")
    rule = ItemUnit.Rule.REPORTING if text.startswith(_REPORTING) else ItemUnit.Rule.NAMED
    return {"rule": rule, "unit_id": None}


def _units_by_label(facts: Facts) -> dict[str, str]:
    """What the plan calls units, as they were on the day on which it was issued."""
    acts = facts.fixture("10_documents", "documents.legaldocument")
    issued = next(act["issued_on"] for act in acts if act["number"] == programme().plan_decision)
    day = date.fromisoformat(issued)
    return {
        row["seed_label"]: row["id"]
        for row in facts.table("most_units")
        if row["seed_label"]
        and (not row["valid_from"] or date.fromisoformat(row["valid_from"]) <= day)
        and (not row["valid_to"] or date.fromisoformat(row["valid_to"]) >= day)
    }
