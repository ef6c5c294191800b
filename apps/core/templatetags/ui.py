"""What templates need to speak Vietnamese: numbers, dates, status chips, icons. Knows no word of our domain."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.contrib.staticfiles import finders
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.http import HttpRequest
from django.template.loader import get_template, render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from apps.core.days import WRITTEN_AS
from apps.core.markup import markup
from apps.core.plurals import noun_of

register = template.Library()
register.filter(noun_of)

SPRITE = "img/icons.svg"
NO_DATA = "–"
MINUS = "\u2212"
DONG_IN_A_MILLION = 1_000_000

# Status families of the style sheet: letter, its word in code, the icon a chip has unless told otherwise.
FAMILIES = {
    "g": ("good", "circle-check"),
    "w": ("warn", "alert-triangle"),
    "d": ("bad", "circle-x"),
    "n": ("neutral", "minus"),
    "i": ("info", "send"),
    "r": ("review", "hourglass"),
    "k": ("closed", "lock"),
}
LETTERS = {word: letter for letter, (word, _) in FAMILIES.items()} | {"b": "i", "v": "r"}  # b(lue), v(iolet)


# --- numbers and dates ------------------------------------------------------------------------------------------------


@register.filter
def number(value: Any, decimals: int | None = None) -> str:
    """38450 → 38.450, 1234.5 → 1.234,5 (in English 1,234.5); nothing known is a dash, zero is 0. Without `decimals`,
    those it has.
    """
    if value is None or value == "":
        return NO_DATA
    amount = Decimal(str(value))
    if decimals is None:
        decimals = max(0, -int(amount.normalize().as_tuple().exponent))
    amount = amount.quantize(Decimal(1).scaleb(-int(decimals)), rounding=ROUND_HALF_UP)
    text = f"{abs(amount):,.{int(decimals)}f}"
    if get_language() != "en":
        text = text.translate(str.maketrans(",.", ".,"))
    return f"{MINUS}{text}" if amount < 0 else text


@register.filter
def at_most(value: Any, decimals: int) -> str:
    """As `number`, but no decimals that say nothing: 70 → 70, and 1159.6667 without decimals 1.160."""
    if value is None or value == "":
        return NO_DATA
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-int(decimals)), rounding=ROUND_HALF_UP)
    return number(rounded)


@register.filter
def signed(value: Any, decimals: int | None = None) -> str:
    """A change: +1.234, −164, 0."""
    text = number(value, decimals)
    return f"+{text}" if text[0] not in (MINUS, NO_DATA) and text.strip("0,.") else text


@register.filter
def percent(value: Any, decimals: int | None = 1) -> str:
    """A figure that is a percentage already: 61.4 → 61,4%."""
    text = number(value, decimals)
    return text if text == NO_DATA else f"{text}%"


@register.filter
def share(value: Any) -> str:
    """A part of one: 0.6 → 60%, 0.333333 → 33,3333%."""
    return percent(Decimal(str(value)) * 100, None) if value not in (None, "") else NO_DATA


@register.filter
def millions(value: Any) -> str:
    """Đồng as triệu đồng, without decimals; the unit stands in the header."""
    return number(None if value in (None, "") else Decimal(str(value)) / DONG_IN_A_MILLION, 0)


@register.filter
def vn_issue_day(value: date | datetime) -> str:
    """«ngày 05 tháng 02 năm 2026»: a day below 10 and the months 1 and 2 take a zero (NĐ 30/2020/NĐ-CP)."""
    day = _local(value)
    month = f"{day.month:02}" if day.month < 3 else f"{day.month}"
    return f"ngày {day.day:02} tháng {month} năm {day.year}"


@register.filter
def vn_date(value: date | datetime | None) -> str:
    """31/12/2026, in local time."""
    return _local(value).strftime("%d/%m/%Y") if value else NO_DATA


@register.filter
def vn_datetime(value: datetime | None) -> str:
    """20/11/2026 09:42, in local time."""
    return _local(value).strftime("%d/%m/%Y %H:%M") if value else NO_DATA


@register.filter
def told_date(value: date | datetime | None) -> str:
    """31/12/2026; on an English page in words, for the English and the Americans read such a day differently."""
    if not value or get_language() != "en":
        return vn_date(value)
    return date_format(_local(value), "j F Y")


@register.filter
def told_datetime(value: datetime | None) -> str:
    """20/11/2026 09:42; on an English page 20 November 2026, 09:42."""
    if not value or get_language() != "en":
        return vn_datetime(value)
    return date_format(_local(value), "j F Y, H:i")


def _local(value: Any) -> Any:
    return timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value


# --- status chips and icons -------------------------------------------------------------------------------------------


@register.filter
def status_class(family: str) -> str:
    """The letter of a family, given by letter or word. An unknown family is a mistake and must be seen."""
    letter = LETTERS.get(family, family)
    if letter not in FAMILIES:
        raise ValueError(f"Unknown status family: {family!r}")
    return letter


@register.filter
def status_icon(family: str) -> str:
    return FAMILIES[status_class(family)][1]


@register.simple_tag
def badge(family: str, label: str | Promise, icon: str = "", size: str = "") -> SafeString:
    """{% badge "good" "Đang áp dụng" %} or {% badge "w" label icon="clock" size="lg" %}."""
    return _badge(family, str(label), icon, size)


@lru_cache(maxsize=500, typed=True)  # markup is not text
def _badge(family: str, label: str, icon: str, size: str) -> SafeString:
    """Kept by all that it is made of: rows of a list say the same few."""
    told = {"family": family, "label": label, "icon": icon, "size": size}
    return render_to_string("components/badge.html", told)


@lru_cache(maxsize=1)
def icon_names() -> frozenset[str]:
    sprite = finders.find(SPRITE)
    if sprite is None:
        raise FileNotFoundError(SPRITE)
    return frozenset(re.findall(r'<symbol id="([^"]+)"', Path(sprite).read_text(encoding="utf-8")))


@register.simple_tag
@lru_cache(maxsize=500)
def icon(name: str) -> SafeString:
    """One drawing of the sprite, silent to screen readers: the word stands beside it."""
    if name not in icon_names():
        raise ValueError(f"Icon {name!r} is not in {SPRITE}")
    return format_html('<svg class="ti" aria-hidden="true"><use href="{}#{}"/></svg>', static(SPRITE), name)


@register.simple_tag
def day_written_as() -> str:
    """What stands in an empty field for a day, as in those of forms."""
    return str(WRITTEN_AS)


@register.simple_tag
def constant(name: str) -> str:
    """Includes a template that knows nothing of person, page or moment: it is rendered once for each language."""
    return _constant(name, get_language())


@lru_cache(maxsize=100)
def _constant(name: str, _language: str | None) -> str:
    return get_template(name).render()


ENGLISH = "/en"


@register.simple_tag(takes_context=True)
def other_language(context: template.Context) -> str:
    """The address of the same page in the other language: English ones have one prefix, Vietnamese none."""
    address = context["request"].get_full_path()
    if get_language() == "en":
        return address.removeprefix(ENGLISH)
    return f"{ENGLISH}{address}"


@register.filter
def as_written(text: Any) -> str:
    """A name or a text that nobody translates: an English page says that it is Vietnamese."""
    return format_html('<span lang="vi">{}</span>', text) if get_language() == "en" and text else text


# --- lists and forms --------------------------------------------------------------------------------------------------


@register.filter
def page_range(page: Page) -> Iterator[int | None]:
    """Page numbers to show, None for a gap: 1 2 3 … 920."""
    for shown in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1):
        yield shown if isinstance(shown, int) else None


@register.filter
def query_without(request: HttpRequest, names: str) -> list[tuple[str, str]]:
    """The query string as pairs, but for `names` ("page sort"): what a second form on the page has to carry along."""
    return [(key, value) for key, values in request.GET.lists() if key not in names.split() for value in values]


@register.filter
def query_only(request: HttpRequest, names: str) -> list[tuple[str, str]]:
    return [(key, value) for key, values in request.GET.lists() if key in names.split() for value in values]


@register.filter
def chosen(field: BoundField) -> str:
    """What a filter is set to, in the words of its choices; empty when it is not set."""
    value = field.value()
    if isinstance(value, list | tuple):
        value = [part for part in value if part not in (None, "")]
    if value in (None, "", []):
        return ""
    labels = [str(option.data["label"]) for option in field.subwidgets if option.data.get("selected")]
    if labels:
        return ", ".join(labels)
    return " – ".join(map(str, value)) if isinstance(value, list) else str(value)


@register.filter
def attributes(attrs: dict[str, Any]) -> SafeString:
    """Of a widget, as Django's own template has them: True says the name alone, False nothing."""
    kept = ((name, value) for name, value in attrs.items() if value is not False)
    return markup(" %s%s", ((name, "" if value is True else markup('="%s"', [(value,)])) for name, value in kept))


@register.filter
def options(groups: list[tuple[Any, list[dict[str, Any]], int]]) -> SafeString:
    """The options of a select, in their groups."""
    return markup("%s", ((_group(name, found),) for name, found, _index in groups))


def _group(name: Any, found: list[dict[str, Any]]) -> SafeString:
    said = ((one["value"], attributes(one["attrs"]), one["label"]) for one in found)
    lines = markup('<option value="%s"%s>%s</option>', said)
    return markup('<optgroup label="%s">%s</optgroup>', [(name, lines)]) if name else lines


@register.filter
def ticks(options: list[dict[str, Any]]) -> SafeString:
    """Boxes to tick, as many as there are provinces."""
    box = '<label for="%s"><input type="checkbox" name="%s" value="%s" id="%s"%s> <span>%s</span></label>'
    keys = ((one["attrs"].get("id", ""), one) for one in options)
    said = (
        (key, one["name"], one["value"], key, " checked" if one["selected"] else "", one["label"]) for key, one in keys
    )
    return markup(box, said)


@register.filter
def error_count(form: BaseForm) -> int:
    return sum(len(errors) for errors in form.errors.values())


_CODE = re.compile(r"\b[A-ZĐ]{2,4}-\d{2,4}-\d{3,6}\b")


@register.filter
def codes(text: Any) -> SafeString:
    """A sentence whose codes do not break at their hyphens: «MH-2026-00586»."""
    pairs, at = [], 0
    for found in _CODE.finditer(said := str(text)):
        pairs.append((said[at : found.start()], found[0]))
        at = found.end()
    return format_html("{}{}", markup('%s<span class="code">%s</span>', pairs), said[at:])
