"""What people type in a province column, and the unit it means on a day."""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.slips import slip_of
from apps.core.text import fold
from apps.organisations.models import OrganisationUnit, Succession, UnitName

# Written so in offices all over the country, and in no list of names.
ALIASES = {
    "hcm": "hochiminh",
    "hcmc": "hochiminh",
    "tphcm": "hochiminh",
    "saigon": "hochiminh",
    "tthue": "thuathienhue",
    "brvt": "bariavungtau",
    "baccan": "backan",
    "hn": "hanoi",
    "hnoi": "hanoi",
    "hp": "haiphong",
    "hphong": "haiphong",
    "dnang": "danang",
    "tth": "thuathienhue",
    "daclac": "daklak",
    "dacnong": "daknong",
}
# Short for more than one.
AMBIGUOUS = {
    "dn": "Đà Nẵng, Đồng Nai, Đắk Nông",
    "qn": "Quảng Ninh, Quảng Nam, Quảng Ngãi",
    "bd": "Bình Dương, Bình Định",
    "hg": "Hà Giang, Hậu Giang",
    "tn": "Thái Nguyên, Tây Ninh",
}
# Provinces that ended before the list begins (01/08/2008). Near in letters to others of today, and none of them.
_ENDED_BEFORE = (
    "hatay habac namha hanamninh haihung hasonbinh bacthai hatuyen hoanglienson vinhphu caolang nghetinh binhtrithien "
    "nghiabinh phukhanh thuanhai gialaikontum quangnamdanang songbe cuulong minhhai vungtaucondao"
)
BEFORE_THE_LIST = frozenset(_ENDED_BEFORE.split())
# «Thái Nguyên (Bắc Kạn cũ)», «Bắc Kạn, nay là Thái Nguyên», «Bắc Giang (cũ)»: which of the two is the old one is said.
_OLD_IN_BRACKETS = re.compile(r"(?P<now>[^(]+)\((?:tỉnh |thuộc )?(?P<old>[^()]+?) (?:cũ|trước đây)\)", re.IGNORECASE)
_OLD_BEFORE = re.compile(r"(?P<old>[^(,]+?)[\s(,]+nay (?:là|thuộc) (?:tỉnh )?(?P<now>[^()]+)\)?", re.IGNORECASE)
_FORMERLY = re.compile(r"(?P<now>[^(]+)\((?:trước là|trước đây là|tên cũ:?|cũ:?) ?(?P<old>[^()]+)\)", re.IGNORECASE)
_AGE = re.compile(r"\s*(?:\((?:cũ|mới|sau sáp nhập)\)|\bcũ)\s*$|,\s*việt nam\s*$", re.IGNORECASE)
KIND_BEFORE_NAME = re.compile(r"^(?:(?:tinh|thanh pho|tp|t p|t) )+")


@dataclass(frozen=True)
class ProvinceMatch:
    """The unit meant, or none; `note` says what was mended or what is wrong, in the reader's words."""

    unit_id: str | None
    note: str = ""
    suggestion: str = ""


@dataclass(frozen=True)
class Era:
    """One name of one unit for one time."""

    unit_id: str
    short_name: str
    valid_from: date | None
    valid_to: date | None
    unit_from: date | None
    unit_to: date | None

    def named_on(self, day: date) -> bool:
        return _covers(self.valid_from, self.valid_to, day)

    def in_force_on(self, day: date) -> bool:
        return _covers(self.unit_from, self.unit_to, day)


class ProvinceMatcher:
    """Built once (two queries), asked for every row."""

    def __init__(self, eras: list[Era], successions: list[tuple[str, str, date]], today: date) -> None:
        self.today = today
        self.by_key: dict[str, list[Era]] = defaultdict(list)
        self.by_unit: dict[str, list[Era]] = defaultdict(list)
        for era in eras:
            self.by_key[province_key(era.short_name)].append(era)
            self.by_unit[era.unit_id].append(era)
        self.followers: dict[str, list[tuple[str, date]]] = defaultdict(list)
        for predecessor, successor, effective_on in successions:
            self.followers[predecessor].append((successor, effective_on))
        self.keys: dict[str, str] = {}
        self.unknown: dict[str, ProvinceMatch] = {}

    @classmethod
    def load(cls, today: date | None = None) -> "ProvinceMatcher":
        names = UnitName.objects.filter(unit__kind=OrganisationUnit.Kind.PROVINCE).order_by("unit", "valid_from")
        columns = ("unit_id", "short_name", "valid_from", "valid_to", "unit__valid_from", "unit__valid_to")
        eras = [Era(*row) for row in names.values_list(*columns)]
        carried = Succession.objects.filter(share__gt=0).order_by("effective_on", "successor")
        successions = list(carried.values_list("predecessor_id", "successor_id", "effective_on"))
        return cls(eras, successions, today or timezone.localdate())

    def match(self, text: str, on: date) -> ProvinceMatch:
        """The unit of that name on that day; an ended one carried to its successor, a later one to who stood before."""
        key = self.keys.get(text)
        if key is None:
            key = self.keys[text] = province_key(text)
        eras = self.by_key.get(key)
        if not eras and text in self.by_unit:  # its code
            eras = self.by_unit[text]
        if not eras:
            return self._qualified(text, on) or self._unknown(text, key)
        named = next((era for era in eras if era.named_on(on)), None)
        if named:
            return ProvinceMatch(named.unit_id, self._past_name_note(named, on))
        renamed = next((era for era in eras if era.in_force_on(on)), None)
        if renamed:
            return ProvinceMatch(renamed.unit_id, self._renamed_note(renamed, renamed.unit_id, on))
        ended = [era for era in eras if era.unit_to and era.unit_to < on]
        if ended:
            return self._carried(max(ended, key=lambda era: (era.unit_to, era.valid_to or date.max)), on)
        return ProvinceMatch(None, _("“%(name)s” chưa là tỉnh, thành phố vào ngày %(day)s.") % _words(eras[0], day=on))

    def _carried(self, era: Era, on: date) -> ProvinceMatch:
        units = self._carriers(era.unit_id, on)
        if len(units) != 1:
            names = ", ".join(sorted(self._name(unit, on) for unit in units))
            note = _("“%(name)s” là đơn vị đến %(end)s, sau đó chia thành %(units)s: ghi rõ đơn vị.")
            return ProvinceMatch(None, note % _words(era, end=era.unit_to, units=names))
        if era.valid_to != era.unit_to:
            return ProvinceMatch(units[0], self._renamed_note(era, units[0], on))
        start = min(day for _unit, day in self.followers[era.unit_id])
        heirs = ", ".join(sorted(self._name(unit, start) for unit in self._carriers(era.unit_id, start)))
        note = _("“%(name)s” là đơn vị đến %(end)s, từ %(start)s thuộc %(heirs)s: ghi vào %(unit)s.")
        words = _words(era, end=era.unit_to, start=start, heirs=heirs, unit=self._name(units[0], on))
        return ProvinceMatch(units[0], note % words)

    def _past_name_note(self, era: Era, on: date) -> str:
        """The name was right on its day; said all the same when nothing bears it today."""
        if self._is_name_today(era):
            return ""
        now = ", ".join(self._name(unit, self.today) for unit in self._carriers(era.unit_id, self.today))
        note = _("“%(name)s”: ghi theo đơn vị tại ngày %(day)s (%(name)s, nay thuộc %(unit)s).")
        if era.valid_to != era.unit_to:
            note = _("“%(name)s”: ghi theo đơn vị tại ngày %(day)s (%(name)s, nay là %(unit)s).")
        return note % _words(era, day=on, unit=now)

    def _renamed_note(self, era: Era, unit_id: str, on: date) -> str:
        if self._is_name_today(era):
            return ""
        note = _("“%(name)s” là tên đến %(end)s, sau đó là %(unit)s: ghi vào %(unit)s.")
        return note % _words(era, end=era.valid_to, unit=self._name(unit_id, on))

    def _is_name_today(self, era: Era) -> bool:
        return any(other.named_on(self.today) for other in self.by_key[province_key(era.short_name)])

    def _carriers(self, unit_id: str, on: date) -> list[str]:
        """The units that carry the past of `unit_id` on that day: itself until somebody follows."""
        nexts = [successor for successor, effective_on in self.followers[unit_id] if effective_on <= on]
        return sorted({unit for successor in nexts for unit in self._carriers(successor, on)}) if nexts else [unit_id]

    def _name(self, unit_id: str, on: date) -> str:
        eras = self.by_unit[unit_id]
        return next((era.short_name for era in eras if era.named_on(on)), eras[-1].short_name)

    def _qualified(self, text: str, on: date) -> ProvinceMatch | None:
        """A name with the one it had before, or has now: the older says more, where the newer follows from it."""
        found = next(
            (match for way in (_OLD_IN_BRACKETS, _FORMERLY, _OLD_BEFORE) if (match := way.fullmatch(text))), None
        )
        old = found["old"].strip() if found else _AGE.sub("", text)
        if old == text or not (eras := self.by_key.get(province_key(old))):
            return None
        if found:
            units = {era.unit_id for era in self.by_key.get(province_key(found["now"]), ())}
            if not units & set(self._carriers(eras[-1].unit_id, self.today)):
                return None
        meant = self.match(old, on)
        note = _("“%(text)s” được đọc là “%(name)s”.") % {"text": text.strip()[:100], "name": old}
        return ProvinceMatch(meant.unit_id, f"{note} {meant.note}".strip(), meant.suggestion)

    def _unknown(self, text: str, key: str) -> ProvinceMatch:
        found = self.unknown.get(text)
        if found is None:
            way = self._ended if key in BEFORE_THE_LIST else self._ambiguous if key in AMBIGUOUS else self._near
            found = self.unknown[text] = way(text)
        return found

    def _ended(self, text: str) -> ProvinceMatch:
        note = _("“%(text)s” là tỉnh cũ, không còn từ ngày 01/08/2008 hoặc trước đó. %(remedy)s")
        remedy = _("Nhập tỉnh, thành phố vào ngày của dòng.")
        return ProvinceMatch(None, note % {"text": text.strip()[:100], "remedy": remedy})

    def _ambiguous(self, text: str) -> ProvinceMatch:
        note = _("“%(text)s” viết tắt, có thể là %(names)s. Ghi đủ tên tỉnh, thành phố.")
        words = {"text": text.strip()[:100], "names": AMBIGUOUS[province_key(text)]}
        return ProvinceMatch(None, note % words)

    def _near(self, text: str) -> ProvinceMatch:
        """Held against every name there ever was: what is near an old name is not meant to be another's."""
        names = {_bare(eras[-1].short_name): eras[-1].short_name for eras in self.by_key.values()}
        near = slip_of(_bare(text), names)
        note = _("Không khớp tỉnh, thành phố nào trong danh mục đơn vị: “%(text)s”. Nhập tên như trong danh mục.")
        note %= {"text": text.strip()[:100]}
        if near:
            note += " " + _("Có phải “%(name)s”?") % {"name": near}
        return ProvinceMatch(None, note, near)


def province_key(text: str) -> str:
    """«TP. Hồ Chí Minh», «Thua Thien – Hue»: letters only, without the kind of province."""
    key = _bare(text).replace(" ", "")
    return ALIASES.get(key, key)


def _bare(text: str) -> str:
    return KIND_BEFORE_NAME.sub("", re.sub(r"[^a-z0-9]+", " ", fold(text)).strip())


def _covers(start: date | None, end: date | None, day: date) -> bool:
    return (start is None or start <= day) and (end is None or day <= end)


def _words(era: Era, **more: date | str | None) -> dict[str, str]:
    shown = {name: f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value) for name, value in more.items()}
    return {"name": era.short_name, **shown}
