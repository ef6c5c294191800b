"""What stands among and below the rows of a sheet without being one: totals, headings of the next page, place and day,
who drew it up. It is told, not read.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from apps.core.text import fold, recognisable
from apps.exchange.header import Header
from apps.exchange.parse import Cell, Row
from apps.exchange.resource import ScopedResource

MOST_CELLS = 2  # filled, of the declared columns: more is a row that somebody means; so is half of what a row needs
Taken = dict[str, Cell | None]
Line = tuple[int, Taken]

# «Tổng cộng», «Cộng: 12» and «Tổng số doanh nghiệp» are totals; «Tổng công ty Sông Đà» and «Công ty A» are none.
_TOTAL = re.compile(
    r"(?:[ivx\d]{1,4}[.)]?\s+)?(?:"
    r"(?:tổng cộng|tổng số|cộng dồn|l[ũu][yỹ] kế|tong cong(?! ty)|tong so|luy ke|cong don)\b"
    r"|(?:tổng|cộng|tong|cong)\s*(?:$|[:(=\d.]|(?:mục|nhóm|trang|phần|quý|tháng|năm|muc|nhom|phan|quy|thang)\b))"
)
# As `fold` leaves them.
_SIGNED = re.compile(
    r"\(?(?:(?:nguoi|can bo|chuyen vien) (?:lap|bao cao|tong hop|kiem tra|thuc hien|ky|duyet|phu trach)\b"
    r"|(?:pho )?(?:thu truong|lanh dao|chi cuc truong|cuc truong|truong phong)\b|ke toan\b|thu quy\b"
    r"|(?:pho )?(?:tong )?giam doc(?: so)?$|(?:pho )?chu tich(?: ubnd)?$|dai dien don vi$"
    r"|(?:tm|kt|tl|tuq|q)\. ?\S|ky(?: ten|, ghi| va ghi)\b|da ky\)?$|noi nhan\b|- ?luu\b|xac nhan cua\b)"
)
_DATED = re.compile(r"\bngay\b[\s\d.…_]*\bthang\b[\s\d.…_]*\bnam\b[\s\d.…_]*$")
_REMARK = re.compile(
    r"\(?(?:(?:ghi chu|luu y|chu thich|chu y|nguon so lieu|\*+)\s*[:.)]|bang chu\b|danh sach (?:nay )?(?:gom|co)\b"
    r"|cong hoa xa hoi chu nghia\b|doc lap\s*[-–]\s*tu do\b)"
)
_COUNTING = re.compile(r"\(?(\d{1,2}|[A-E])\)?")


class Leftover:
    """`told` are the lines that were recognised, `below` what else stood below the last row of a sheet."""

    def __init__(self, resource: ScopedResource) -> None:
        self._codes = [field.key for field in resource.fields if field.is_code]
        self._required = [field.key for field in resource.fields if field.required]
        self._most = min(MOST_CELLS, len(self._required) // 2)
        self.told: list[tuple[int, str]] = []
        self.below: list[tuple[int, str]] = []

    def rows_of(self, header: Header, rows: Iterable[Row]) -> Iterator[Line]:
        """The rows of a sheet. A line that may stand below the last one waits for what follows: a row after it makes it
        a row of its own.
        """
        places = tuple(header.places.items())
        look = _Look(header, [header.places[key] for key in self._required if key in header.places])
        waiting: list[Line] = []
        some = False
        for number, cells in rows:
            if len(cells) < look.width:
                cells += [None] * (look.width - len(cells))
            taken = {key: cells[at] for key, at in places}
            if not look.is_plainly_a_row(cells):
                filled = texts_of(taken.values())
                if self._is_told(number, cells, taken, look) or not filled:
                    continue
                if some and len(filled) <= self._most and not self._has_code(taken):
                    waiting.append((number, taken))
                    continue
            yield from waiting
            waiting, some = [], True
            yield number, taken
        self.below += [(number, "; ".join(texts_of(taken.values()))) for number, taken in waiting]

    def _is_told(self, number: int, cells: Sequence[Cell | None], taken: Taken, look: "_Look") -> bool:
        texts = texts_of(cells)
        if look.is_below_heading and _is_counting(texts):
            return True
        look.is_below_heading = look.is_heading(cells)
        found = look.is_below_heading or (not self._has_code(taken) and _is_no_row(texts))
        if found:
            self.told.append((number, "; ".join(texts[:3])))
        return found

    def _has_code(self, taken: Taken) -> bool:
        return any(_is_code(taken.get(key)) for key in self._codes)


class _Look:
    """At the rows below one header. Nearly all of them have what is required: those are not looked at twice."""

    def __init__(self, header: Header, needed: list[int]) -> None:
        self.width = 1 + max(header.places.values())
        self._needed = needed
        self._storeys = header.storeys
        first = needed[0] if needed else 0
        self._heads = {storey[first] for storey in header.storeys if len(storey) > first}
        self.is_below_heading = True

    def is_plainly_a_row(self, cells: Sequence[Cell | None]) -> bool:
        if self.is_below_heading or not self._needed:
            return False
        for at in self._needed:
            cell = cells[at]
            if cell is None or not str(cell.value).strip():
                return False
        return str(cells[self._needed[0]].value) not in self._heads  # type: ignore[union-attr]

    def is_heading(self, cells: Sequence[Cell | None]) -> bool:
        """Whether it is the header once more, at the top of the next page."""
        texts = [str(cell.value) if cell else "" for cell in cells]
        for storey in self._storeys:
            pairs = [(one, other) for one, other in zip(storey, texts, strict=False) if one.strip()]
            if len(pairs) > 1 and sum(one == other for one, other in pairs) * 2 > len(pairs):
                return True
        return False


def texts_of(cells: Iterable[Cell | None]) -> list[str]:
    return [text for cell in cells if cell is not None and (text := str(cell.value).strip())]


def _is_no_row(texts: list[str]) -> bool:
    """A total, a signature, place and day, a remark."""
    words = [recognisable(text) for text in texts if not text.replace(".", "").isdecimal()]
    if not words:
        return False
    if _TOTAL.match(words[0].casefold()):
        return True
    folded = [fold(text) for text in words]
    return bool(_REMARK.match(folded[0])) or any(_SIGNED.match(text) or _DATED.search(text) for text in folded)


def _is_counting(texts: list[str]) -> bool:
    """The line (1) (2) (3), or A B 1 2, that forms have under their header."""
    signs = [match[1] for text in texts if (match := _COUNTING.fullmatch(text))]
    numbers = [int(sign) for sign in signs if sign.isdecimal()]
    letters = "".join(sign for sign in signs if not sign.isdecimal())
    if len(signs) != len(texts) or len(texts) < 3 or not "ABCDE".startswith(letters) or not numbers:
        return False
    return numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _is_code(cell: Cell | None) -> bool:
    """«0100109106», «01O0109106» and C10 are codes; «Tổng cộng» and «Bắc Ninh, ngày 20/11/2026» are none."""
    text = str(cell.value).strip() if cell is not None else ""
    return any(sign.isdecimal() for sign in text) and not any(sign.isspace() for sign in text)
