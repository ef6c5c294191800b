"""What the help's own search finds, and what of it the search over the whole portal shows."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

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


@dataclass(frozen=True)
class Found:
    """A text or a part of it. `rank`: found by its title, a heading, the words as they stand, all of them anywhere."""

    topic: Topic
    heading: Heading | None
    excerpt: str
    rank: int

    @property
    def url(self) -> str:
        anchor = f"#{self.heading.anchor}" if self.heading else ""
        return f"{reverse('help:topic', args=[self.topic.slug])}{anchor}"

    @property
    def kind(self) -> str | Promise:
        return KINDS[self.topic.kind]


def found(text: str, language: str | None) -> list[Found]:
    """Best first; of each text its best part alone, as a second is on the same page."""
    best: dict[str, Found] = {}
    for one in sorted(_found(text, language), key=lambda one: (one.rank, one.topic.place)):
        best.setdefault(one.topic.slug, one)
    return list(best.values())[:SHOWN]


def _found(text: str, language: str | None) -> Iterator[Found]:
    if not text.strip():
        return
    for topic, parts in _parts(language or ""):
        if holds(topic.title, text):
            yield Found(topic, None, excerpt(parts[0][1], text), 0)
        for heading, words in parts:
            if heading and holds(heading.text, text):
                yield Found(topic, heading, excerpt(words, text), 1)
            elif fold(text) in fold(words):
                yield Found(topic, heading, excerpt(words, text), 2)
            elif holds(f"{topic.title} {heading.text if heading else ''} {words}", text):
                yield Found(topic, heading, excerpt(words, text), 3)


@cache
def _parts(language: str) -> list[tuple[Topic, list[tuple[Heading | None, str]]]]:
    return [(topic, list(sections_of(topic))) for topic in topics(language).values()]


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
