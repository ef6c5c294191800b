"""Sums of money on the page: «≥ 28.300», each of them open to what it is made of."""

from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apps.core.templatetags.ui import NO_DATA, percent
from apps.funding.asked import FundingQuery
from apps.funding.board import amount_words
from apps.funding.filters import LACKING
from apps.funding.models import VarianceExplanation
from apps.funding.selectors.sums import Amount, Sums
from apps.funding.tables import difference_words
from apps.tasks.amounts import said
from apps.tasks.models.money import Stage

register = template.Library()
register.filter("amount", amount_words)
register.filter("said", said)
register.filter("difference", difference_words)


@register.simple_tag
def money(query: FundingQuery, amount: Amount, stage: str, year: int, source: str = "", unit: Any = None) -> SafeString:
    """The sum in triệu đồng, a link to its parts; where none is known, to what is missing."""
    asked = {"year": year, "source": source, "unit": unit.id if unit else query.unit}
    if amount.value is not None:
        return format_html('<a href="{}">{}</a>', listed(query, stage=stage, **asked), amount_words(amount))
    if not amount.lacking or stage not in LACKING:
        return format_html("{}", NO_DATA)
    title = _("Chưa có số")
    address = listed(query, what=LACKING[stage], **asked)
    return format_html('<a href="{}" title="{}">{}</a>', address, title, NO_DATA)


@register.simple_tag
def listed(query: FundingQuery, **asked: Any) -> str:
    """The address of the list behind a sum, in the page's unit view."""
    told = query.pairs | {"group": query.group} | {"unit": query.unit} | asked
    kept = {name: value for name, value in told.items() if value not in (None, "")}
    return f"{reverse('funding:line_list')}?{urlencode(kept, safe='/')}"


@register.simple_tag
def part_of_plan(sums: Sums, stage: str = Stage.DISBURSED, decimals: int = 1) -> str:
    """A share of the plan; a minimum where the sum is one."""
    part = sums.part(stage)
    if part is None:
        return NO_DATA
    return f"≥ {percent(part, decimals)}" if sums.amounts[stage].is_least else percent(part, decimals)


@register.simple_tag
def explanation_of(cell: Any, said: dict[tuple[int, str], VarianceExplanation]) -> VarianceExplanation | None:
    return said.get((cell.year, cell.source))
