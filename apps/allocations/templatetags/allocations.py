"""What stands in the field of a number: what was just typed and refused, else what is stored."""

from decimal import Decimal

from django import template
from django.urls import reverse

from apps.allocations.forms import Typed
from apps.allocations.models import Allocation
from apps.allocations.selectors import Row, Sheet
from apps.core.kept_words import in_vietnamese
from apps.core.numbers import plain_decimal
from apps.core.templatetags.ui import number

register = template.Library()


@register.simple_tag
def cell_url(allocation: Allocation, unit: str, year: int | None) -> str:
    args = [allocation.pk, unit] if year is None else [allocation.pk, unit, year]
    return reverse("allocations:allocation_cell", args=args)


@register.simple_tag
def group_id(sheet: Sheet, row: Row) -> str:
    """Where the sums of its region stand, which its number changes; nothing of a part beside."""
    if row.portion.is_beside:
        return ""
    return f"#g-{next(one for one in sheet.groups if one.rows[0].unit.region == row.unit.region).rows[0].unit.id},"


@register.simple_tag
def typed_text(typed: Typed, code: str, value: Decimal | None, decimals: int) -> str:
    if code in typed.errors and code in typed.texts:
        return typed.texts[code]
    with in_vietnamese():  # as numbers are typed, whoever reads
        return number(value, decimals) if value is not None and not decimals else plain(value)


@register.simple_tag
def typed_error(typed: Typed, code: str) -> str:
    return typed.errors.get(code, "")


@register.simple_tag
def plain(value: Decimal | None) -> str:
    """As a form takes it back: no mark between its digits."""
    return "" if value is None else plain_decimal(value).replace(".", ",")
