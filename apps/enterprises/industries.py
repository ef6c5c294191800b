"""Finding the VSIC section or division of a code, in the version of its day."""

import datetime
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from apps.core.text import fold
from apps.enterprises.models import Industry

# `C`, `10`, `C10`, `1020`, `C.10`, `10.20`. A lone digit or «1.5» has lost something, and «10 20» are two.
_CODE = r"(?P<letter>[A-Z])?[ .\-]?(?P<digits>\d\d(?:\.\d\d|\d{0,3}))?"
_WHOLE = re.compile(_CODE, re.ASCII)
_WITH_NAME = re.compile(rf"{_CODE}(?P<gap> ?[-–—:.,(/] ?| )(?P<name>[^\W\d].*)", re.ASCII)
_SECOND_CODE = re.compile(r"[A-Za-z][ .\-]?\d", re.ASCII)  # «C10, C11» is two trades, not one with its name
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "l": "1"})
LISTED = 2  # digits of the codes that the list holds: levels 3 to 5 are kept as typed
LONGEST = 5
NEAREST = 3  # named where a name was typed
RARE = 5  # names that may share two syllables in a row before these say nothing: «sản xuất» stands in dozens
MESSAGE = gettext_noop(
    "Không có trong danh mục ngành kinh tế (VSIC). Nhập mã ngành cấp 1 đến cấp 5, ví dụ C10 hoặc 1020"
)


def letter_and_code(industry: Industry) -> str:
    """As people write it: C, C10."""
    return industry.code if industry.code == industry.section else f"{industry.section}{industry.code}"


def label_of_industry(industry: Industry) -> str:
    return f"{letter_and_code(industry)} – {industry.name}"


def offered(on: datetime.date) -> list[Industry]:
    """Sections, each before its divisions, of the version of that day."""
    valid = list(Industry.objects.filter(valid_from__lte=on).order_by("-valid_from", "section", "level", "code"))
    return [one for one in valid if one.version == valid[0].version]


def industries_like(text: str) -> list[Industry]:
    """Those of today by the beginning of the code, with its letter or without, or by words of the name."""
    words, every = _key(text), offered(timezone.localdate())
    coded = [one for one in every if letter_and_code(one).lower().startswith(words) or one.code.startswith(words)]
    return coded + [one for one in every if one not in coded and words in _key(one.name)]


@dataclass(frozen=True)
class Found:
    """The section or division of a code; `code` as it is kept.

    `is_named_otherwise`: beside it stood a name that is not, letter by letter, the list's own of any version.
    """

    industry: Industry
    code: str
    is_named_otherwise: bool
    is_of_its_day: bool

    @property
    def is_unchecked(self) -> bool:
        """Whether the code goes deeper than the list."""
        return len(self.code) > LISTED


class IndustryFinder:
    """The whole list in memory (about 220 rows), read once per form or file."""

    def __init__(self) -> None:
        self.versions: list[tuple[datetime.date, str]] = []
        self.by_code: dict[tuple[str, str], Industry] = {}
        self.by_name: dict[str, set[str]] = defaultdict(set)
        self.named: set[tuple[str, str]] = set()
        for industry in Industry.objects.all():
            self.by_code[industry.version, industry.code] = industry
            self.by_name[_key(industry.name)].add(industry.code)
            self.named.add((industry.code, industry.name))
            if (industry.valid_from, industry.version) not in self.versions:
                self.versions.append((industry.valid_from, industry.version))
        self.versions.sort(reverse=True)

    def find(self, text: str, on: datetime.date) -> Found:
        """The version of the day first, then the others: the section must hold the division in the same version."""
        letter, digits, name = self._parts(text, on)
        order = self._order(on)
        meant = [
            industry
            for version in order
            if (industry := self.by_code.get((version, digits[:LISTED] or letter))) and letter in ("", industry.section)
        ]
        if not meant:
            raise self._unknown(text, on)
        # A whole name tells of two trades under one code which it is: K of 2018 is finance, of 2025 it is not.
        industry = next((one for one in meant if name and _key(one.name) == _key(name)), meant[0])
        self._check_name(industry, name)
        is_named_otherwise = bool(name) and (industry.code, name) not in self.named
        return Found(industry, digits or letter, is_named_otherwise, industry.version == order[0])

    def meant_by_number(self, number: str) -> str:
        """What Excel took for a number: 111 was 0111, as one or three digits hardly make a code without a zero."""
        if not (number.isascii() and number.isdecimal() and len(number) <= LONGEST):
            return ""
        code = number if len(number) in (2, 4, 5) else f"0{number}"
        return code if self._is_division(code[:LISTED]) else ""

    def _parts(self, text: str, on: datetime.date) -> tuple[str, str, str]:
        match = _WHOLE.fullmatch(text.upper())
        name = ""
        if match is None:
            match = _WITH_NAME.fullmatch(text[:1].upper() + text[1:])
            # Without a dash a letter may be a word of a name: «Y tế».
            if match is None or (match["gap"] == " " and not match["digits"]):
                raise self._unknown(text, on)
            name = match["name"]
            if _SECOND_CODE.match(name):
                raise self._unknown(text, on)
        letter, digits = match["letter"] or "", (match["digits"] or "").replace(".", "")
        if not letter and not digits:
            raise self._unknown(text, on)
        return letter, digits, name

    def _check_name(self, industry: Industry, name: str) -> None:
        codes = self.by_name.get(_key(name), set()) if name else set()
        if codes and industry.code not in codes:
            wrong = _("Mã %(code)s và tên “%(name)s” là hai ngành khác nhau. Chỉ nhập mã")
            raise ValidationError(wrong % {"code": industry.code, "name": name[:100]}, code="industry")

    def _unknown(self, text: str, on: datetime.date) -> ValidationError:
        message, suggestion = _(MESSAGE), self._suggestion(text, on)
        near = [] if suggestion else self.near(text, on)[:NEAREST]
        if near:
            message += ". " + _("Gần nhất: %(names)s") % {"names": "; ".join(map(label_of_industry, near))}
        return ValidationError(message, code="industry", params={"suggestion": suggestion})

    def near(self, text: str, on: datetime.date) -> list[Industry]:
        """Trades whose names share rare words with the text: two syllables in a row, as most words have two."""
        [version, *_others] = self._order(on) or [""]
        pairs = {one: _pairs(one.name) for (of, _code), one in self.by_code.items() if of == version}
        shared = Counter(pair for of_one in pairs.values() for pair in of_one)
        typed = {pair for pair in _pairs(text) if 0 < shared[pair] <= RARE}
        found = [(len(typed & of_one), one) for one, of_one in pairs.items() if typed & of_one]
        return [one for _count, one in sorted(found, key=lambda pair: (-pair[0], pair[1].section, pair[1].code))]

    def _suggestion(self, text: str, on: datetime.date) -> str:
        """A zero lost from a text too, a letter for a digit, a name for its code; nothing where two are possible."""
        if len(text) == 1 and self.meant_by_number(text):
            return self.meant_by_number(text)
        digits = text[:1] + text[1:].translate(_LOOKALIKES)
        match = _WHOLE.fullmatch(digits.upper())
        if digits != text and match and match["digits"]:
            return digits.upper()
        codes = self.by_name.get(_key(text), set())
        for version in self._order(on)[:1]:
            known = [code for code in codes if (version, code) in self.by_code]
            if len(known) == 1:
                return letter_and_code(self.by_code[version, known[0]])
        return ""

    def _is_division(self, code: str) -> bool:
        return any((version, code) in self.by_code for _start, version in self.versions)

    def _order(self, on: datetime.date) -> list[str]:
        """Versions in force on the day first: companies' papers mostly still carry the earlier codes."""
        valid = [version for start, version in self.versions if start <= on]
        return valid + [version for _start, version in reversed(self.versions) if version not in valid]


def _key(name: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9]+", " ", fold(name)).split())


def _pairs(name: str) -> set[tuple[str, str]]:
    words = _key(name).split()
    return set(pairwise(words))
