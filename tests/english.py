"""What Vietnamese an English page says, but for what people wrote: words of ours that nobody translated."""

import ast
import gettext
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings as project
from django.utils.translation.template import templatize
from lxml import html

from apps.core.marking import VIETNAMESE

CATALOGUE = project.BASE_DIR / "program996/locale/en/LC_MESSAGES/django.mo"
TAKERS = {
    *("_", "_lazy", "_now", "now", "gettext", "gettext_lazy", "gettext_noop"),
    *("ngettext", "ngettext_lazy", "pgettext", "pgettext_lazy", "npgettext"),
}
WITH_CONTEXT = ("pgettext", "pgettext_lazy", "npgettext")
SHOWN = ("title", "alt", "aria-label", "placeholder")
_PLACE = re.compile(r"%\(\w+\)[sd]|%%|\{\w*\}|%[nmsc]\b")
_TEXT = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_ASKED = re.compile(rf"(?:\b_\(|\bn?gettext\(|\bn?pgettext\({_TEXT}, ?)\s*({_TEXT})")
TITLES = ("tình hình thực hiện đề án 996",)  # of documents, as they were issued
SHORTEST = 12  # letters of a part of a sentence by which it is known


def translations() -> dict[str, str]:
    """What the catalogue says, by the Vietnamese words; of words with a context one of their senses."""
    return dict(entries())


@cache
def entries() -> list[tuple[str, str]]:
    with CATALOGUE.open("rb") as file:
        told = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]  # there is no other door to all
    words = ((key[0] if isinstance(key, tuple) else key, value) for key, value in told.items() if value)
    return [(key.rpartition("\x04")[2], value) for key, value in words]


def python_files() -> Iterator[Path]:
    for folder in ("apps", "program996"):
        yield from sorted((project.BASE_DIR / folder).rglob("*.py"))


def asked_of_catalogue(path: Path) -> Iterator[str]:
    """Every string that a file hands to gettext; templates are read as Django's own makemessages reads them."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        yield from (ast.literal_eval(found) for found in _ASKED.findall(templatize(text)))
        return
    for call in ast.walk(ast.parse(text)):
        if isinstance(call, ast.Call) and name_of(call) in TAKERS and call.args:
            told = call.args[1 if name_of(call) in WITH_CONTEXT else 0]
            if isinstance(told, ast.Constant) and isinstance(told.value, str) and told.value:
                yield told.value


def name_of(call: ast.Call) -> str:
    return getattr(call.func, "id", "") or getattr(call.func, "attr", "")


@cache
def _parts() -> tuple[frozenset[str], dict[str, str]]:
    """Whole sentences of ours, and the long parts of those in which something is filled in."""
    whole, parts = set(), {}
    for words in translations():
        if VIETNAMESE.search(words):
            pieces = [" ".join(piece.split()) for piece in _PLACE.split(words)]
            if len(pieces) == 1:
                whole.add(pieces[0].casefold())
            parts |= {piece.casefold(): words for piece in pieces if len(piece) >= SHORTEST and len(pieces) > 1}
    return frozenset(whole), parts


def untranslated(page: str, written: frozenset[str] = frozenset()) -> list[str]:
    """Texts of a page that are words of ours in Vietnamese, and not said to be; `written`: people wrote the same."""
    whole, parts = _parts()
    tree = html.fromstring(page)
    for one in tree.xpath("//script | //style | //*[@lang='vi']"):
        one.drop_tree()
    told = [*tree.itertext(), *(one.get(name) for name in SHOWN for one in tree.xpath(f"//*[@{name}]"))]
    found = []
    for text in (" ".join(one.split()).casefold() for one in told):
        bare, after_code = text.rstrip(" *:."), text.partition(" ")[2]  # «B1 Tổng số nhiệm vụ»
        if not VIETNAMESE.search(text) or {text, bare, after_code} & written or text.startswith(TITLES):
            continue
        if bare in whole or text in whole or any(piece in text and piece not in written for piece in parts):
            found.append(text)
    return found
