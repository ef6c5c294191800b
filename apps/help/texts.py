"""The texts of the help: docs/help/<language>/<slug>.md, read once by each process, as they come with a release.

Whom a text is for, what kind it is and which pages it explains, its Vietnamese file says; another language's gives its
title and its words. What that one lacks is told in Vietnamese.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FOLDER = Path(settings.BASE_DIR) / "docs/help"
ORIGINAL = "vi"
# In the order in which the help shows them.
KINDS: dict[str, str | Promise] = {
    "role": _("Việc đầu tiên của bạn"),
    "task": _("Hướng dẫn từng việc"),
    "message": _("Thông báo thường gặp"),
    "reference": _("Tra cứu"),
}
FIELDS = {"title", "kind", "order", "roles", "explains"}
ALSO = "also"  # a line more, where people look for a text by words that it does not say
_FILE = re.compile(r"---\n(?P<head>.*?)\n---\n(?P<body>.*)", re.DOTALL)
_NOTE = re.compile(r"\s+#.*$")


@dataclass(frozen=True)
class Topic:
    """`roles`: whom it is for, everybody where there are none. `explains`: names of the routes of pages. `also`:
    words by which it is looked for, beside its own.
    """

    slug: str
    language: str
    title: str
    kind: str
    order: int
    roles: tuple[str, ...]
    explains: tuple[str, ...]
    body: str
    also: str = ""

    @property
    def listed(self) -> str:
        """Its title in the list of its kind, whose name need not be said again."""
        told = self.title.removeprefix(f"{KINDS[self.kind]}: ")
        return told[:1].upper() + told[1:]

    @property
    def place(self) -> tuple[int, int, str]:
        return list(KINDS).index(self.kind), self.order, self.slug


def topics(language: str | None) -> Mapping[str, Topic]:
    """All by their slugs, in the order in which they are shown."""
    return _topics(language or ORIGINAL)


@cache
def _topics(language: str) -> Mapping[str, Topic]:
    found = {path.stem: read(path.stem, ORIGINAL, path.read_text("utf-8")) for path in _files(ORIGINAL)}
    if language != ORIGINAL:
        for path in _files(language):
            head, body = _parts(path.stem, path.read_text("utf-8"))
            also = head.get(ALSO, "")
            found[path.stem] = replace(found[path.stem], language=language, title=head["title"], also=also, body=body)
    return MappingProxyType({one.slug: one for one in sorted(found.values(), key=lambda one: one.place)})


def read(slug: str, language: str, text: str) -> Topic:
    head, body = _parts(slug, text)
    if head.keys() - {ALSO} != FIELDS:
        raise ValueError(f"{slug}: says {sorted(head)} of itself, not {sorted(FIELDS)}")
    if head["kind"] not in KINDS:
        raise ValueError(f"{slug}: is of no kind {head['kind']}")
    return Topic(
        slug=slug,
        language=language,
        title=head["title"],
        kind=head["kind"],
        order=int(head["order"]),
        roles=_listed(head["roles"]),
        explains=_listed(head["explains"]),
        body=body,
        also=head.get(ALSO, ""),
    )


def _parts(slug: str, text: str) -> tuple[dict[str, str], str]:
    """What stands between the two lines of dashes, a name and its value a line; a title may have a colon."""
    found = _FILE.fullmatch(text)
    if not found:
        raise ValueError(f"{slug}: does not begin with what it says of itself")
    lines = (_NOTE.sub("", line).partition(":") for line in found["head"].splitlines())
    return {name.strip(): value.strip() for name, _colon, value in lines if name.strip()}, found["body"]


def _listed(value: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in value.strip("[]").split(",") if one.strip())


def _files(language: str) -> list[Path]:
    return sorted((FOLDER / language).glob("*.md"))


@cache
def digest() -> str:
    """Of all texts and of what is known of the pictures: an answer is another once one of them is."""
    paths = sorted(path for path in FOLDER.rglob("*") if path.is_file())
    return hashlib.blake2b(b"".join(path.read_bytes() for path in paths), digest_size=8).hexdigest()


def explaining(route: str, language: str | None) -> Topic | None:
    """The text that explains the page of this route."""
    return next((one for one in topics(language).values() if route in one.explains), None)
