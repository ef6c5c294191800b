"""Reads over the plan: the act it stands on, and who carries today what it gave to units of its day."""

from datetime import date

from django.db.models import QuerySet
from django.utils import timezone

from apps.core.programme import programme
from apps.documents.models import LegalDocument
from apps.framework.models import FrameworkItem, ItemUnit
from apps.organisations.selectors import UnitLabel, kin, unit_labels


def plan_decision() -> LegalDocument | None:
    return LegalDocument.objects.numbered(programme().plan_decision).order_by("issued_on").first()


def with_parts(items: QuerySet[FrameworkItem]) -> QuerySet[FrameworkItem]:
    """With units, targets, group and aim: three statements, whatever the number of items."""
    return items.select_related("group__aim").prefetch_related("units", "indicators")


def carriers_of(unit: str, on: date | None = None) -> list[UnitLabel]:
    """Who does on that day what was given to the unit: itself, or those that followed it."""
    day, labels, known = on or timezone.localdate(), unit_labels(), kin()
    found, waiting = {}, [unit]
    while waiting:
        one = waiting.pop()
        heirs = [heir for heir in known.after.get(one, ()) if known.since[one, heir] <= day]
        waiting += heirs
        if not heirs:
            found[one] = labels[one]
    return sorted(found.values(), key=lambda label: label.sort)


def units_of(item: FrameworkItem, role: str) -> list[ItemUnit]:
    """Of an item read `with_parts`, in the order of the plan."""
    return [one for one in item.units.all() if one.role == role]


def headings_above(item: FrameworkItem) -> list[FrameworkItem]:
    """The highest first."""
    return [*headings_above(item.parent), item.parent] if item.parent else []
