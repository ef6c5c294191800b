"""What a door made of a damaged file, held to what may come of it."""

import re
from typing import Any

from tests.soak.hostile.doors import Door, Outcome
from tests.soak.hostile.material import Claim, Place

VIETNAMESE = re.compile(r"[ăâđêôơưáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ]", re.IGNORECASE)
LEAST = 20  # characters of a message that says what is wrong and what to do
REMEDY = re.compile(
    r"tải lên lại|tải lại|nhập lại|Xóa|Bỏ|Chọn|chọn|Lưu|lưu|Sửa|sửa|Kiểm tra|Dùng|Dán|Rút gọn|Chép|Ghi|Tải|Giữ|chia"
)


def faults(door: Door, base: Outcome, found: Outcome, claim: Claim) -> list[str]:
    """What is wrong with it, in words; nothing where all is well."""
    if claim.taken is not None and claim.taken != found.taken:
        return [f"taken: {found.taken}, must be {claim.taken}: {found.words[:150]}"]
    if not found.taken:
        return _words(found.words)
    return [*_values(door, base, found, claim), *(_words_of_cells(found))]


def words_are_clear(words: str) -> bool:
    """In this country's language, what is wrong and what to do."""
    return len(words) >= LEAST and bool(VIETNAMESE.search(words)) and bool(REMEDY.search(words))


def _words(words: str) -> list[str]:
    return [] if words_are_clear(words) else [f"no clear words: {words[:200]!r}"]


def _words_of_cells(found: Outcome) -> list[str]:
    """Of each cell, that the words are this country's."""
    return [f"{place}: {words}" for place, words in found.told.items() if not all(map(VIETNAMESE.search, words))]


def _values(door: Door, base: Outcome, found: Outcome, claim: Claim) -> list[str]:
    if claim.rows_may_differ:
        return []
    wrong = []
    rows = {row for row, _at in base.values}
    if extra := {row for row, _at in found.values} - rows:
        wrong.append(f"rows {sorted(extra)} are new")
    for place in base.values.keys() | found.values.keys() | claim.shown.keys():
        before, after = base.values.get(place), found.values.get(place)
        if place in claim.shown:
            wrong += _shown(door, place, claim.shown[place], after, found)
        elif before != after and not _told(found, place[0]) and place[0] not in {row for row, _at in claim.shown}:
            wrong.append(f"{place} was {before!r}, is {after!r}")
    return wrong


def _shown(door: Door, place: Place, shown: str, after: Any, found: Outcome) -> list[str]:
    if after in (None, "") or place in found.told:
        # Nothing is understood: then it is told, or there is nothing to see.
        silent = place not in found.told and shown.strip() and not _told(found, place[0])
        typed = door.as_typed(place, shown) if silent else None
        return [f"{place} shows {shown[:60]!r}, nothing is read and nothing told"] if typed not in (None, "") else []
    if not shown:
        return []
    typed = door.as_typed(place, shown)
    return [] if same(typed, after) else [f"{place} shows {shown[:60]!r} ({typed!r} if typed), is read as {after!r}"]


def same(one: Any, other: Any) -> bool:
    """The point of a number in a text is that of the machine."""
    plain = [str(value).replace(",", ".").replace(" ", "") for value in (one, other)]
    return plain[0] == plain[1]


def _told(found: Outcome, row: int) -> bool:
    return any(number == row for number, _at in found.told)
