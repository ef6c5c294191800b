"""One thing that the search found, and those of one kind, as its page tells them."""

from dataclasses import dataclass, replace
from typing import TypeAlias

from django.utils.translation import gettext as _

from apps.core.text import fold
from apps.registers.columns import Words

COUNTED = 100  # of one kind; what is more is not counted
Parts: TypeAlias = tuple[str, str, str]  # before the words that were looked for, these, and after them


@dataclass(frozen=True)
class Hit:
    """`reason`: which part of it was meant. `is_past`: a name of other days, or of another unit."""

    url: str
    title: str
    reason: Words
    note: str = ""
    code: str = ""
    is_past: bool = False
    is_code: bool = False
    parts: Parts = ("", "", "")


@dataclass(frozen=True)
class Group:
    """Of one kind what was found. `more`: its own list at the same words."""

    key: str
    title: Words
    icon: str
    hits: list[Hit]
    count: int
    more: str = ""

    @property
    def is_capped(self) -> bool:
        return self.count > COUNTED

    @property
    def counted(self) -> str:
        return f"{COUNTED}+" if self.is_capped else str(self.count)

    @property
    def has_more(self) -> bool:
        return self.count > len(self.hits)


def marked(hit: Hit, text: str) -> Hit:
    """Whole words around what was looked for: folding keeps the length of a clean text."""
    at = fold(hit.title).find(fold(text))
    if at < 0 or len(fold(hit.title)) != len(hit.title):
        return replace(hit, parts=(hit.title, "", ""))
    start = hit.title.rfind(" ", 0, at) + 1
    end = hit.title.find(" ", at + len(text))
    end = len(hit.title) if end < 0 else end
    return replace(hit, parts=(hit.title[:start], hit.title[start:end], hit.title[end:]))


def within(text: str, *places: tuple[str, str]) -> str:
    """The first place that holds the words; «nội dung» where they stand in several."""
    asked = fold(text)
    return next((name for words, name in places if asked in fold(words)), _("nội dung"))


def holds(names: str, text: str) -> bool:
    """Each word somewhere in it; of one or two letters where a word begins, as lists find them."""
    folded = f" {fold(names)}"
    return all((f" {word}" if len(word) < 3 else word) in folded for word in fold(text).split())
