"""What the pages say, in Vietnamese or in English. The portal itself is Vietnamese: here alone both are read."""

from functools import lru_cache
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from apps.apidocs.english import ENGLISH

VIETNAMESE, ENGLISH_CODE = "vi", "en"


def language_of(request: Any) -> str:
    return ENGLISH_CODE if request.GET.get("lang") == ENGLISH_CODE else VIETNAMESE


def said(text: str, language: str) -> SafeString:
    """Words between ` are code. What has no English stays Vietnamese, and says so to whoever has it read out."""
    if language == VIETNAMESE:
        return with_code(text)
    english = ENGLISH.get(text)
    if english is None:
        return format_html('<span lang="vi">{}</span>', with_code(text))
    return with_code(english)


def plain(text: str, language: str) -> str:
    """For an attribute."""
    return ENGLISH[text] if language == ENGLISH_CODE else text


def with_code(text: str) -> SafeString:
    return _with_code(str(text))


@lru_cache(maxsize=10_000)
def _with_code(text: str) -> SafeString:
    """A page says 1,500 texts of the description, which are always the same: marking them took a third of its time."""
    parts = text.split("`")
    found = (("<code>{}</code>" if place % 2 else "{}", part) for place, part in enumerate(parts))
    return format_html_join("", "{}", ((format_html(pattern, part),) for pattern, part in found))
