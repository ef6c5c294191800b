"""Finding units by whatever people call them: old names, abbreviations, no accents, tone marks anywhere."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Func, Q, QuerySet, TextField, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.models import VnFold
from apps.core.text import fold, search_text
from apps.organisations.matching import ALIASES, KIND_BEFORE_NAME
from apps.organisations.models import UnitName
from apps.organisations.selectors import successor_shares

NOT_LETTERS = "[^a-z0-9]+"
CITY_BEFORE_NAME = "^tp[. ]+"
SHORTEST_ABBREVIATION = 3
OFFICE_BEFORE_NAME = re.compile("^(?:ubnd|uy ban nhan dan) ")


@dataclass(frozen=True)
class Found:
    """Which of its names were meant, or those of the units whose past it carries."""

    names: tuple[str, ...]
    is_carrier: bool = False

    def reason(self, shown: str) -> str:
        """Why it was found, where the name that is shown does not say so."""
        said = {"names": ", ".join(self.names)}
        if self.is_carrier:
            return _("kế thừa %(names)s") % said
        return "" if shown in self.names else _("tên trước đây: %(names)s") % said


def find_units(text: str, on: date | None = None) -> dict[str, Found]:
    """Units that ever bore such a name or symbol, and those that carry their past on that day.

    TP.HCM, BR-VT, TCĐLCL, Bộ KHCN, UBND tỉnh Hà Nam, Hòa Bình and Hoà Bình are understood.
    """
    named: dict[str, list[str]] = defaultdict(list)
    for unit, name in _named(text):
        named[unit].append(name)
    carried: dict[str, list[str]] = defaultdict(list)
    shares = successor_shares(on or timezone.localdate())
    for unit, names in named.items():
        for carrier, _share in shares.get(unit, []):
            carried[carrier].append(names[-1])
    direct = {unit: Found(tuple(dict.fromkeys(names))) for unit, names in named.items()}
    return {unit: Found(tuple(dict.fromkeys(names)), is_carrier=True) for unit, names in carried.items()} | direct


def _named(text: str) -> Iterable[tuple[str, str]]:
    """Unit and short name, of every name that is meant, the older first."""
    words = re.sub(NOT_LETTERS, " ", fold(search_text(text))).strip()
    if not words:
        return []
    bare = KIND_BEFORE_NAME.sub("", OFFICE_BEFORE_NAME.sub("", words))
    named = UnitName.objects.annotate(
        full=_plain("name"), short=_plain("short_name"), symbol=_plain("unit__symbol"), label=_plain("unit__id")
    ).filter(
        Q(full__contains=words)
        | Q(short__contains=words)
        | Q(short__contains=bare)
        | Q(symbol__startswith=words)
        | Q(label__startswith=words)
        | _abbreviated(words, ALIASES.get(bare.replace(" ", "")))
    )
    return named.order_by("unit", "valid_from").values_list("unit_id", "short_name")


def _abbreviated(words: str, known: str | None) -> Q:
    """Names whose first letters are these, that are written so without blanks, or that offices shorten so."""
    letters = words.replace(" ", "")
    wanted = Q(pk__in=_named_together(known)) if known else Q()
    if len(letters) >= SHORTEST_ABBREVIATION:
        wanted |= Q(pk__in=_named_together(letters))
        initials = UnitName.objects.alias(initials=_initials("name"))
        inside = Q(initials__contains=letters)
        if len(letters) == SHORTEST_ABBREVIATION:  # three letters stand in too many places
            inside = Q(initials__startswith=letters) | Q(initials__endswith=letters)
        wanted |= Q(pk__in=initials.filter(inside).order_by().values("pk"))
    return wanted


def _named_together(letters: str) -> QuerySet:
    bare = _replaced(VnFold("short_name"), CITY_BEFORE_NAME, "")
    together = UnitName.objects.alias(together=_replaced(bare, NOT_LETTERS, ""))
    return together.filter(together__startswith=letters).order_by().values("pk")


def _initials(column: str) -> Func:
    """«Bộ Lao động - Thương binh và Xã hội»: bldtbxh, as nobody writes the «và»."""
    without_and = _replaced(VnFold(column), " va ", " ")
    return _replaced(without_and, "([a-z0-9])[a-z0-9]*[^a-z0-9]*", r"\1")


def _replaced(value: Func, pattern: str, by: str) -> Func:
    parts = (Value(pattern), Value(by), Value("g"))
    return Func(value, *parts, function="regexp_replace", output_field=TextField())


def _plain(column: str) -> Func:
    """Folded, and only letters and digits: «Bà Rịa - Vũng Tàu», «Bộ KH&CN» are found without their signs."""
    return _replaced(VnFold(column), NOT_LETTERS, " ")
