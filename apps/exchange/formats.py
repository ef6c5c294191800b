"""Formats of cells under which a number shows something else than itself: 0,5 as 50%, 123 as 00123, 5 as KĐ-005,
1/3/2026 as 03/2026. Whoever looks at the sheet sees that, so that is what is read.

Every digit is kept, whatever the format leaves out. Formats by which a number is only grouped, rounded or coloured, and
money, are none of them. Standard library only, as gate.py.
"""

import datetime
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple
from xml.parsers import expat

from apps.exchange import gate

BUILT_IN = {9: "0%", 10: "0.00%", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss",
            45: "mm:ss", 47: "mmss.0"}  # fmt: skip
LONGEST = 255  # characters of a format, as in Excel
MANY = 1000  # formats of one file that need a look
WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.)|_(?P<blank>.)|\*.|\[\$(?P<money>[^\]-]*)[^\]]*\]|\[(?P<told>[^\]]*)\]'
    r"|(?P<general>General)|(?P<half>AM/PM|A/P)|(?P<power>[Ee][+-])|(?P<day>[yYmMdDhHsSeE]+)|(?P<sign>[0#?.,%/@])"
    r"|(?P<other>.)",
    re.DOTALL,
)
_MONEY = re.compile(r"(?<![^\W\d_])(?:đồng|vnđ|vnd|usd|eur|đ)(?![^\W\d_])|[₫$€£¥]", re.IGNORECASE)
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?)?")
_TIME = re.compile(r"\d+:\d\d:00")  # of a day, or a span
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


class Part(NamedTuple):
    kind: str  # by its group in _TOKEN: sign, day, general, power, half; "text" of what stands there as it is
    text: str


class Format:
    """One format: its sections for positive, negative and zero."""

    def __init__(self, code: str) -> None:
        self.sections = [list(_parts(text)) for text in _sections(code)]
        self.is_conditional = re.search(r"\[[<>=]", code) is not None
        self.days = "".join(part.text.lower() for part in self.sections[0] if part.kind == "day")

    @property
    def is_odd(self) -> bool:
        """Whether some number or day shows something else under it."""
        if self.is_conditional:
            return False
        return not _has_day(self.days) if self.days else any(_is_odd(section) for section in self.sections[:3])

    def shown(self, value: str) -> str:
        """What is seen of a number or an ISO day; nothing where that is the value itself."""
        if _ISO.fullmatch(value):
            return _day(datetime.datetime.fromisoformat(value), self.days) if self.days else ""
        if _TIME.fullmatch(value) and self.days and "s" not in self.days:
            return value[:-3]
        if self.days or not _NUMBER.fullmatch(value):
            return ""
        number = Decimal(value)
        at = 1 if number < 0 and len(self.sections) > 1 else 2 if number == 0 and len(self.sections) > 2 else 0
        section = self.sections[at]
        if not _is_odd(section):
            return ""
        found = _Number(section).of(abs(number))
        return f"-{found}" if found and number < 0 and at == 0 else found


def odd_formats(file: Any, styles: Any) -> tuple[dict[int, int], list[Format]]:
    """Of the styles by their numbers, the odd formats: places in the list."""
    reader = _Styles()
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    gate.parse_xml(gate.inflate(file, styles), styles.orig_filename, parser)
    formats: list[Format] = []
    places: dict[int, int] = {}  # of the formats, by their numbers
    for number in sorted(set(reader.used.values())):
        found = Format(reader.codes.get(number, BUILT_IN.get(number, ""))[:LONGEST])
        if found.is_odd:
            places[number] = len(formats)
            formats.append(found)
        if len(formats) > MANY:
            raise gate.refused("too_heavy")
    return {style: places[number] for style, number in reader.used.items() if number in places}, formats


class _Styles:
    def __init__(self) -> None:
        self.codes: dict[int, str] = {}
        self.used: dict[int, int] = {}  # number of the format by that of the style, but for the general one
        self._inside = False
        self._style = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "numFmt":
            self.codes[_whole(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif local == "cellXfs":
            self._inside = True
        elif local == "xf" and self._inside:
            if number := _whole(attributes.get("numFmtId")):
                self.used[self._style] = number
            self._style += 1

    def end(self, name: str) -> None:
        if name.rpartition(":")[2] == "cellXfs":
            self._inside = False


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 9 else 0


def _sections(code: str) -> list[str]:
    """At each semicolon that stands in no quotation."""
    found, start = [], 0
    for match in _TOKEN.finditer(code):
        if match["other"] == ";":
            found.append(code[start : match.start()])
            start = match.end()
    return [*found, code[start:]]


def _parts(section: str) -> Iterator[Part]:
    for match in _TOKEN.finditer(section):
        kind = match.lastgroup or ""
        if kind == "told":  # a colour, or a span: [h]
            if match[kind].lower() in ("h", "hh", "m", "mm", "s", "ss"):
                yield Part("day", f"[{match[kind]}")
        elif kind in ("quoted", "escaped", "money", "other"):
            yield Part("text", match[kind])
        elif kind == "blank":
            yield Part("text", " ")
        elif kind:
            yield Part(kind, match[kind])


# --- days -------------------------------------------------------------------------------------------------------------


def _has_day(days: str) -> bool:
    return re.search(r"(?<!d)d{1,2}(?!d)", days) is not None


def _day(moment: datetime.datetime, days: str) -> str:
    if _has_day(days) or "[" in days:
        return ""
    if "h" in days or "s" in days:
        return f"{moment:%H:%M:%S}" if "s" in days else f"{moment:%H:%M}"
    if "y" in days:
        return f"{moment:%m/%Y}" if "m" in days else f"{moment:%Y}"
    return f"Tháng {moment.month}" if "m" in days else WEEKDAYS[moment.weekday()] if "d" in days else ""


def has_words(text: str, *, isalnum: bool = False) -> bool:
    """Letters (or digits, too) beside those of money."""
    return any(map(str.isalnum if isalnum else str.isalpha, _MONEY.sub("", text)))


# --- numbers ----------------------------------------------------------------------------------------------------------


def _is_odd(section: list[Part]) -> bool:
    kinds = {part.kind for part in section}
    signs = "".join(part.text for part in section if part.kind == "sign")
    if kinds & {"power", "half", "day"} or "/" in signs or "@" in signs:
        return False
    if "%" in signs or has_words("".join(part.text for part in section if part.kind == "text"), isalnum=True):
        return True
    if "general" in kinds:
        return False
    whole = signs.partition(".")[0]
    return signs.rstrip(".").endswith(",") or whole.lstrip("#,?").count("0") > 1 or (
        whole.startswith("0") and "#" in whole
    )  # fmt: skip


class _Number:
    """A section as it shows a number that is not negative. Where no place is left for digits its words are all."""

    def __init__(self, section: list[Part]) -> None:
        self.section = section
        self.places = [at for at, part in enumerate(section) if part.kind == "general" or (part.text in ("0", "#", "?")
                       and part.kind == "sign")]  # fmt: skip
        self.signs = "".join(part.text for part in section if part.kind == "sign")
        point = next((at for at, part in enumerate(section) if part == Part("sign", ".")), len(section))
        self.wholes = [at for at in self.places if at < point]
        self.decimals = [at for at in self.places if at > point]

    def of(self, number: Decimal) -> str:
        scale = re.search(r"[0#?](,+)(?:\.|%|$)", self.signs)
        number = number * 100 ** self.signs.count("%") / 1000 ** (len(scale[1]) if scale else 0)
        whole, _, rest = f"{number:f}".partition(".")
        digits = dict(self._wholes(whole, is_grouped=re.search(r"[0#?],+[0#?]", self.signs) is not None))
        if self.wholes or self.decimals:
            last = (self.wholes or self.decimals)[-1]
            least = sum(self.section[at].text == "0" for at in self.decimals)
            rest = rest.rstrip("0").ljust(least, "0")
            digits[last] = digits.get(last, "") + (f",{rest}" if rest else "")
        return "".join(self._told(digits)).strip()

    def _wholes(self, whole: str, *, is_grouped: bool) -> Iterator[tuple[int, str]]:
        """From the right a digit for each place, what is over for the first."""
        if is_grouped or (self.wholes and self.section[self.wholes[0]].kind == "general"):
            least = sum(self.section[at].text == "0" for at in self.wholes)
            padded = whole.zfill(least)
            yield self.wholes[-1], re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ".", padded) if is_grouped else padded
            return
        left = "" if whole == "0" else whole
        for at in reversed(self.wholes):
            digit, left = (left, "") if at == self.wholes[0] and left else (left[-1:], left[:-1])
            yield at, digit or ("0" if self.section[at].text == "0" else "")

    def _told(self, digits: dict[int, str]) -> Iterable[str]:
        for at, part in enumerate(self.section):
            if at in digits:
                yield digits[at]
            elif part.kind == "text" or part.text == "%":
                yield part.text
