"""Which item of the plan people mean: «B.6», «6 danh mục B», or its title as the plan has it."""

import re
from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.core.slips import slip_of
from apps.core.text import fold
from apps.framework.models import FrameworkItem

_WORD, _NUMBER = (
    r"(?:(?:hang muc|muc|diem|nhiem vu|so thu tu|so|stt)[\s:]*)?",
    r"(?P<number>\d+(?:\.\d+|\.[a-z](?![a-z]))*)\.?",
)
_WAYS = [
    re.compile(rf"{_WORD}(?P<list>[ab])[\s.\-]*{_NUMBER}(?:[\s.:–\-]+\D.*)?"),
    re.compile(rf"{_WORD}{_NUMBER}[\s,;(]*(?:thuoc )?danh muc (?P<list>[ab])\)?"),
    re.compile(rf"danh muc (?P<list>[ab])[\s,;:.\-–]*{_WORD}{_NUMBER}"),
]
_BARE = re.compile(rf"{_WORD}{_NUMBER}")


def item_reader() -> Callable[[str], str]:
    """What a text means: the code of an item, or a refusal. The plan is read once."""
    items = {item.code: item for item in FrameworkItem.objects.all()}
    known: dict[str, str] = {}  # a file says the same few texts in thousands of rows
    titles: dict[str, list[str]] = {}
    for item in items.values():
        titles.setdefault(fold(item.title), []).append(item.code)

    def read(text: str) -> str:
        if text in known:
            return known[text]
        found = _said(text, items, titles)
        if found is None:
            raise _unknown(text, items, titles)
        if items[found].kind != FrameworkItem.Kind.ITEM:
            below = [code for code, one in items.items() if code.startswith(f"{found}.") and one.kind != "group"]
            told = _("%(code)s là đề mục, không phải hạng mục. Chọn một hạng mục thuộc đề mục này: %(below)s")
            raise ValidationError(told % {"code": found, "below": ", ".join(below)}, code="heading")
        known[text] = found
        return found

    return read


def _said(text: str, items: dict[str, FrameworkItem], titles: dict[str, list[str]]) -> str | None:
    typed = fold(text).strip()
    named = titles.get(typed.rstrip("."))
    if named:
        tasks = [code for code in named if items[code].kind == FrameworkItem.Kind.ITEM]
        if len(tasks or named) > 1:
            told = _("Nhiều hạng mục có tên này: ghi mã %(codes)s") % {"codes": ", ".join(tasks or named)}
            raise ValidationError(told, code="item")
        return (tasks or named)[0]
    for way in _WAYS:
        found = way.fullmatch(typed)
        if found and (code := f"{found['list'].upper()}.{found['number']}") in items:
            return code
    return None


def _unknown(text: str, items: dict[str, FrameworkItem], titles: dict[str, list[str]]) -> ValidationError:
    bare = _BARE.fullmatch(fold(text).strip())
    both = [code for code in (f"A.{bare['number']}", f"B.{bare['number']}") if code in items] if bare else []
    if both:
        told = _("Ghi cả danh mục: %(codes)s") % {"codes": _(" hoặc ").join(both)}
        return ValidationError(told, code="item", params={"suggestion": both[0] if len(both) == 1 else ""})
    near = slip_of(text, {title: codes[0] for title, codes in titles.items()})
    told = _("Không có hạng mục này trong kế hoạch. Ghi mã như B.6, hoặc tên hạng mục như trong kế hoạch")
    return ValidationError(told, code="item", params={"suggestion": near})
