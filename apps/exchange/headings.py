"""What the heading of a column means: the register's own name for it, spelt in any way, or a usual other name."""

import re
from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple

from apps.core.slips import slip_of
from apps.core.text import fold
from apps.exchange.resource import ScopedResource

_MARKS = re.compile(r"\s*(?:\(\*\)|[*:])+\s*$")  # of a column that must be filled in
_BRACKETS = re.compile(r"\s*([()])\s*")
_NOTE = re.compile(r"\s*[(\[{][^()\[\]{}]*[)\]}]\s*")  # «(10 hoặc 13 chữ số)»
_NUMBERED = re.compile(r"^\(?(?:\d{1,2}|[ivx]{1,4}|[a-h])[.)]\s+")
_UNIT = re.compile(r"\b(?:dong|trieu|ty|nghin|ngan|vnd|usd|%)(?!\w)")
_BETWEEN = re.compile(r"[^a-z0-9%&]+")
_OR = re.compile(r"\s*/\s*|\s*;\s*|\s+hoặc\s+", re.IGNORECASE)
# Of whole words, as people shorten them in the head of a table.
_SHORTENED = {
    "mst": "ma so thue", "dn": "doanh nghiep", "dnghiep": "doanh nghiep", "dv": "don vi", "qd": "quyet dinh",
    "tp": "thanh pho", "sl": "so luong", "vb": "van ban", "tc": "to chuc", "ptn": "phong thi nghiem", "hv": "hoc vien",
    "cty": "cong ty", "nv": "nhiem vu", "kp": "kinh phi", "dt": "doi tuong", "bc": "bao cao",
}  # fmt: skip
COUNTERS = frozenset(("stt", "tt", "so tt", "so thu tu", "thu tu", "no", "so"))  # headings of the column 1, 2, 3


class How(IntEnum):
    """By what a heading was recognised, the surest last."""

    UNKNOWN = 0
    SLIP = 1  # one letter off: asked about
    NAME = 2  # a usual other name
    KEPT = 3  # as somebody of the unit said before
    EXACT = 4
    ASKED = 5  # as somebody said of this very file


class Meaning(NamedTuple):
    how: How
    keys: tuple[str, ...] = ()  # of the columns that it may name


UNKNOWN = Meaning(How.UNKNOWN)


def heading(text: str) -> str:
    """For comparing headings: no case, no blanks at brackets, no mark of what must be filled in."""
    return _BRACKETS.sub(r"\1", _MARKS.sub("", text)).casefold()


def spelt(text: str) -> str:
    """Letters and digits of a heading, without accents and the number in front."""
    return _BETWEEN.sub(" ", _NUMBERED.sub("", fold(_MARKS.sub("", text)).strip())).strip()


def plain(text: str) -> str:
    """The same without the note in brackets."""
    bare = _MARKS.sub("", text).strip()
    return spelt(_NOTE.sub(" ", bare)) or spelt(bare)


def whole(text: str) -> str:
    """The same, shortened words written out."""
    return " ".join(_SHORTENED.get(word, word) for word in plain(text).split())


def is_counter(text: str) -> bool:
    return plain(text) in COUNTERS


class Names:
    """The headings that a register understands: put together once, asked for every cell of every possible header."""

    def __init__(self, resource: type[ScopedResource]) -> None:
        fields = resource.fields
        self._exact = {heading(field.header): field.key for field in fields}
        self._headers = {field.header: field.key for field in fields}
        self._spelt = _unique((spelt(field.header), field.key) for field in fields)
        self._units = {field.key: _units(field.header) for field in fields}
        self._named: dict[str, set[str]] = {}
        for field in fields:
            for name in (field.header, *field.aliases):
                self._named.setdefault(whole(str(name)), set()).add(field.key)
        for header, key in self._headers.items():
            if len(self._named[whole(header)]) > 1 and whole(header) == spelt(header):
                self._named[whole(header)] = {key}  # its own header before another one's other name

    def meaning_of(self, text: str) -> Meaning:
        exact = self._exact.get(heading(text)) or self._spelt.get(spelt(text))
        if exact:
            return Meaning(How.EXACT, (exact,))
        keys = tuple(sorted(self._named.get(whole(text)) or self._either(text)))
        if not keys:
            return UNKNOWN
        same = all(_units(text) == self._units[key] for key in keys)
        return Meaning(How.NAME, keys) if same else UNKNOWN

    def near(self, text: str) -> str:
        """The column of which the heading is a slip of the hand."""
        return slip_of(text, self._headers)

    def _either(self, text: str) -> set[str]:
        """«Mã số thuế/Mã số DN»: each side names the same column."""
        sides = [self._named.get(whole(side), set()) for side in _OR.split(text)]
        found = set.union(*sides)
        return found if len(sides) > 1 and all(sides) and len(found) == 1 else set()


_names: dict[type[ScopedResource], Names] = {}


def names_of(resource: type[ScopedResource]) -> Names:
    if resource not in _names:
        _names[resource] = Names(resource)
    return _names[resource]


def _units(text: str) -> frozenset[str]:
    """«(triệu đồng)» and «(đồng)» are no notes: the same number is another amount."""
    return frozenset(_UNIT.findall(fold(text)))


def _unique(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Without what would name two columns."""
    found: dict[str, str] = {}
    twice = set()
    for name, key in pairs:
        if found.setdefault(name, key) != key:
            twice.add(name)
    return {name: key for name, key in found.items() if name and name not in twice}
