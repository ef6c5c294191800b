"""Figures in texts are bound, never typed: `{{mt5.2025}}` stands for the figure of that key.

Resolving is a pure function of a text and a book's frozen facts.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from apps.publications.facts.told import Bound

# Each pattern looks at a sign a bounded number of times, however long a run of blanks, letters or digits is.
TOKEN = re.compile(r"\{\{([^{}\n]{1,100})\}\}")
# What has digits and is no figure: days, numbers of acts, codes, years, marks of a list, times.
_NO_FIGURE = re.compile(
    r"\d{1,2}/\d{1,2}/\d{4}|\d{1,2}/\d{4}\b|(?<!\d)\d+(?:/\d{4})?/[A-ZĐ][\w.-]*|(?<![^\W\d_])[^\W\d_]+\d[\w.]*"
    r"|\d{1,2}:\d{2}|(?m:^[^\S\n]*\d{1,2}[.)]\s)|\b(?:19|20)\d{2}\b(?!\.\d)"
)
_BRACES = re.compile(r"\{\{.{0,30}|.{0,30}\}\}")
_NUMBER = re.compile(r"\d+(?:\.\d{3})*(?:,\d+)?%?")


@dataclass(frozen=True)
class Piece:
    """A stretch of text, or a figure within it; a key that nothing is called by has neither figure nor words."""

    text: str
    key: str = ""
    figure: Bound | None = None

    @property
    def is_unknown(self) -> bool:
        return bool(self.key) and self.figure is None


def pieces_of(text: str, figures: Mapping[str, Bound]) -> Iterator[Piece]:
    at = 0
    for found in TOKEN.finditer(text):
        if found.start() > at:
            yield Piece(text[at : found.start()])
        key = _key(found)
        figure = figures.get(key)
        yield Piece(figure.text if figure else found[0], key, figure)
        at = found.end()
    if at < len(text):
        yield Piece(text[at:])


def keys_in(text: str) -> list[str]:
    return [_key(found) for found in TOKEN.finditer(text)]


def _key(found: re.Match[str]) -> str:
    return found[1].strip().lower() or found[0]


def broken_tokens(text: str) -> list[str]:
    """Double braces that make no token, with the signs beside them: they would be printed as they stand."""
    return [" ".join(found[0].split()) for found in _BRACES.finditer(TOKEN.sub(" ", text))]


def typed_numbers(text: str) -> list[str]:
    """Numbers that somebody typed into a text, as they stand there, each once."""
    plain = _NO_FIGURE.sub(" ", TOKEN.sub(" ", text))
    return list(dict.fromkeys(_NUMBER.findall(plain)))


def number_in(typed: str) -> Decimal:
    return Decimal(typed.rstrip("%").replace(".", "").replace(",", "."))
