"""Which word of a list a misspelt one was meant to be: only where the difference is a slip of the hand.

A suggestion is applied to thousands of rows by one click, so it must never turn a meaning round: «Không áp dụng» is
near «Đang áp dụng» only in letters.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from apps.core.text import fold

# Words that turn round what they stand beside; without marks only those that are no other word so («dung» is «dụng»).
_NEGATING = "không ko k hông chưa chẳng chả phi ngoài ngoại trừ vô bất phản hết thôi ngừng ngưng dừng bỏ hủy huỷ tạm"
NEGATIONS = frozenset(f"{_NEGATING} khong chua ngoai no non not".split())
# Sounds that are confused at the beginning of a word; any other first letter makes another word: Bắc Kinh, Bắc Ninh.
_CONFUSED = {frozenset(pair) for pair in ("sx", "ln", "ck", "iy")}
SHORT = 3  # letters of a word in which another letter makes another word: Lai, Lâm, Nam, Nai


class _Word(NamedTuple):
    folded: str
    written: str  # with its marks

    @property
    def negates(self) -> bool:
        return self.written in NEGATIONS


def slip_of(typed: str, known: Mapping[str, str]) -> str:
    """What the known word means that `typed` is a slip of; nothing where two meanings are as near, or where none is."""
    words = _words(typed)
    found = {meaning for name, meaning in known.items() if _is_slip(words, _words(name))}
    return found.pop() if len(found) == 1 else ""


def _words(text: str) -> list[_Word]:
    return [_Word(fold(word), word) for word in re.findall(r"[^\W_]+", text.lower())]


def _is_slip(typed: list[_Word], meant: list[_Word]) -> bool:
    if "".join(word.folded for word in typed) == "".join(word.folded for word in meant):  # blanks and marks only
        return bool(typed)
    if len(typed) != len(meant):
        return False
    different = [(one, other) for one, other in zip(typed, meant, strict=True) if one.folded != other.folded]
    if any(word.negates for pair in different for word in pair):
        return False
    return len(different) * 2 <= len(meant) + 1 and all(
        _is_one_off(one.folded, other.folded) for one, other in different
    )


def _is_one_off(typed: str, meant: str) -> bool:
    """One letter too many, one missing, two that changed places, or one that is another."""
    if len(typed) != len(meant):
        short, long = sorted((typed, meant), key=len)
        return len(long) - len(short) == 1 and any(long[:at] + long[at + 1 :] == short for at in range(len(long)))
    at = [place for place, (one, other) in enumerate(zip(typed, meant, strict=True)) if one != other]
    if len(at) == 2:
        first, second = at
        return second == first + 1 and typed[first] == meant[second] and typed[second] == meant[first]
    if len(at) != 1:
        return False
    if at[0] == len(meant) - 1 and {typed[-1], meant[-1]} == {"m", "n"}:  # «Kom Tum»
        return True
    return len(meant) > SHORT if at[0] > 0 else frozenset((typed[0], meant[0])) in _CONFUSED
