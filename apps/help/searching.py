"""What the help's own search finds, and what of it the search over the whole portal shows."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.text import fold
from apps.dashboard.hits import Group, Hit, holds, marked
from apps.help.marking import Heading, sections_of
from apps.help.texts import KINDS, Topic, topics

SHOWN = 40
AROUND = 90  # signs of the text on either side of the words that were looked for
SCATTERED = 3  # the rank of what holds the words, or some of them, anywhere
# What to do comes before whom it is for.
ORDER = {kind: place for place, kind in enumerate(("task", "message", "role", "reference"))}
# Words that stand in every text and tell none apart, in both languages, without marks.
COMMON = frozenset(
    re.findall(
        r"\w+",
        "a an and at be bi cac can cho chua co cua da dang de den do duoc em gi hay hoac i in is it khi khong la lai "
        "lam may moi mot nao nay neu nhu nhung nua o of on or ra roi sao se tai the thi to toi trong tu va vao ve voi",
    )
)


@dataclass(frozen=True)
class Found:
    """A text or a part of it. `rank`: found by its title or the words said of it beside; a heading; the words as they
    stand; all or some of them anywhere, where `lacking` is how many it has not, less those that stand in a row.
    """

    topic: Topic
    heading: Heading | None
    excerpt: str
    rank: int
    lacking: int = 0

    @property
    def url(self) -> str:
        anchor = f"#{self.heading.anchor}" if self.heading else ""
        return f"{reverse('help:topic', args=[self.topic.slug])}{anchor}"

    @property
    def kind(self) -> str | Promise:
        return KINDS[self.topic.kind]

    @property
    def place(self) -> tuple[Any, ...]:
        return self.rank, self.lacking, ORDER[self.topic.kind], self.topic.place


@dataclass(frozen=True)
class Part:
    """What stands below one heading. Of its words, without marks: `row`, as they stand; `every`, with those of its
    heading and its text.
    """

    heading: Heading | None
    words: str
    row: str
    every: frozenset[str]


def found(text: str, language: str | None) -> list[Found]:
    """Best first; of each text its best part alone, as a second is on the same page."""
    best: dict[str, Found] = {}
    for one in sorted(_found(text, language), key=lambda one: one.place):
        best.setdefault(one.topic.slug, one)
    return list(best.values())[:SHOWN]


def _found(text: str, language: str | None) -> Iterator[Found]:
    if not text.strip():
        return
    asked = _words(text)
    for topic, parts in _parts(language or ""):
        if holds(f"{topic.title} {topic.also}", text):
            yield Found(topic, None, excerpt(parts[0].words, text), 0)
        for part in parts:
            rank, lacking = _rank(topic, part, text, asked)
            if rank is not None:
                yield Found(topic, part.heading, excerpt(part.words, text), rank, lacking)


def _rank(topic: Topic, part: Part, text: str, asked: list[str]) -> tuple[int | None, int]:
    """Of what holds fewer than half of the words that tell anything, none."""
    if part.heading and holds(part.heading.text, text):
        return 1, 0
    if fold(text) in fold(part.words):
        return 2, 0
    telling = set(asked) - COMMON
    lacking = len(telling - part.every)
    is_whole = holds(f"{topic.title} {part.heading.text if part.heading else ''} {part.words}", text)
    if is_whole or (telling and lacking * 2 <= len(telling) and lacking < len(telling)):
        return SCATTERED, lacking - _run(asked, part.row)
    return None, 0


def _run(asked: list[str], row: str) -> int:
    """How many of the words, as they follow each other, stand so in the row."""
    longest = start = 0
    for end in range(1, len(asked) + 1):
        while start < end and f" {' '.join(asked[start:end])} " not in row:
            start += 1
        longest = max(longest, end - start)
    return longest


@cache
def _parts(language: str) -> list[tuple[Topic, list[Part]]]:
    return [(topic, [_part(topic, *one) for one in sections_of(topic)]) for topic in topics(language).values()]


def _part(topic: Topic, heading: Heading | None, words: str) -> Part:
    said = f"{topic.title} {topic.also} {heading.text if heading else ''} {words}"
    return Part(heading, words, f" {' '.join(_words(words))} ", frozenset(_words(said)))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", fold(text))


def excerpt(words: str, text: str) -> str:
    """A few words around what was looked for; the beginning where it stands elsewhere."""
    at = max(fold(words).find(fold(text)), 0)
    start = words.rfind(" ", 0, at - AROUND) + 1 if at > AROUND else 0
    end = words.find(" ", at + len(text) + AROUND)
    told = words[start : end if end > 0 else len(words)].strip()
    return f"{'… ' if start else ''}{told}{' …' if end > 0 else ''}"


def group_of(_user: User, text: str, limit: int) -> Group:
    """For the search over the portal. One word alone is looked for in titles: a code or a name stands in many texts."""
    is_phrase = len(text.split()) > 1
    told = [one for one in found(text, None) if one.rank < 2 or (is_phrase and one.rank == 2)]
    hits = [marked(Hit(one.url, one.topic.title, _("trợ giúp"), _note(one)), text) for one in told[:limit]]
    return Group("help", _("Trợ giúp"), "help-circle", hits, len(told), reverse("help:index", query={"q": text}))


def _note(one: Found) -> str:
    return one.heading.text if one.heading else str(one.kind)
