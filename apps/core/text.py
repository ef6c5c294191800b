"""Text at the gate: one normal form, nothing invisible. Used by forms, API, imports, commands and searches alike.

A sign that only looks like a Vietnamese letter becomes that letter, a sign that nobody sees is taken out, every line
break is one; what has no place in a text is refused by its name. `read_text` also tells what was changed.
"""

import re
import unicodedata
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.old_fonts import meant_by_old_font

_TONES = "\u0300\u0309\u0303\u0301\u0323"
_PLAIN = str.maketrans("ăâêôơưđ", "aaeooud") | {
    ord(unicodedata.normalize("NFC", vowel + tone)): plain
    for vowel, plain in zip("aăâeêioôơuưy", "aaaeeiooouuy", strict=True)
    for tone in _TONES
}
_LETTERS = "".join(map(chr, _PLAIN))

# Nearly every text holds nothing else, which rules out all that is looked for below: an import asks a million times.
_SIGNS = rf"[!-~{_LETTERS}{_LETTERS.upper()}“”‘’–—…°±×÷·²³µ≤≥]+"
_ORDINARY = re.compile(rf"(?:{_SIGNS}(?: {_SIGNS})*)?").fullmatch
_BREAKS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_BLANKS = re.compile(r"[^\S\n]|\u2800")  # whatever stands for a blank, an empty braille cell too
_WORDS = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f])*")

# Pictures of Latin letters that stand elsewhere in Unicode; of Greek and Cyrillic only those that print the same.
_TWINS = str.maketrans("ÐƉðɖıɑɡ", "ĐĐđđiag")
_CARON = re.compile("([aA])\u030c")  # ǎ, where the breve of ă is meant: no Vietnamese letter has a caron
_FOREIGN_TWINS = str.maketrans(
    "АВЕЅІЈКМНОРСТУХҮԚԜӀаеѕіјорсухһԁԛԝӏΑΒΕΖΗΙΚΜΝΟΡΤΥΧοϹϲϳ",
    "ABESIJKMHOPCTYXYQWIaesijopcyxhdqwlABEZHIKMNOPTYXoCcj",
)
_FOREIGN = re.compile("[\u0370-\u03ff\u0400-\u052f]")
_STROKED_D = re.compile("([dD])[\u0335\u0336]")  # a d with a stroke laid over it has no composed form of its own

# These turn what follows from right to left: the eye reads another text than the one that would be kept.
_TURNING = frozenset("\u202b\u202e\u2067")
_UNSEEN = "\ufffc"  # where a picture stood; beside category Cf
# Ignorable without being of category Cf: fillers, joiners, variation selectors; and what stands for a lost sign.
_IGNORABLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\ufffd\U000e0000-\U000e0fff]"
)
_STRANGE = {
    "Cn": gettext_lazy("ký tự chưa có trong Unicode"),
    "Co": gettext_lazy("ký tự riêng của một phông chữ"),
    "Cs": gettext_lazy("ký tự bị cắt đôi"),
}


class Reading(NamedTuple):
    """A text as it is kept, and what was changed in it beside blanks and line breaks."""

    text: str
    dropped: tuple[str, ...] = ()  # unseen signs, each once
    twins: tuple[tuple[str, str], ...] = ()  # (as typed, the letter meant), each once
    composed: bool = False  # marks stood beside their letters


def fold(value: str) -> str:
    """What SQL `vn_fold` gives, for texts that are compared outside the database."""
    text = unicodedata.normalize("NFC", value).lower().translate(_PLAIN)
    return re.sub(r"\s+", " ", text).replace("dam bao", "bao dam")


def clean_text(value: str, *, multiline: bool = False) -> str:
    """The text as it is kept: composed, trimmed, inner blanks single; refuses what has no place in a text."""
    return read_text(value, multiline=multiline).text


def refuse_many_lines(text: str, most: int) -> None:
    """Of a text that is printed: each of its lines is a paragraph, and tens of thousands keep a server busy for
    minutes, however short they are.
    """
    count = sum(1 for line in text.splitlines() if line.strip())
    if count > most:
        words = _("Nội dung có %(count)s dòng, nhiều nhất %(most)s. Gộp các dòng ngắn thành đoạn.")
        raise ValidationError(words, code="too_many_lines", params={"count": count, "most": most})


def is_ordinary(value: str) -> bool:
    """Whether it is kept as it is: nothing in it that is not looked for first."""
    return _ORDINARY(value) is not None


def read_text(value: str, *, multiline: bool = False) -> Reading:
    if _ORDINARY(value):
        return Reading(value)
    text = unicodedata.normalize("NFC", _BREAKS.sub("\n", value))
    if strange := strange_sign(text):
        raise _refusal(text, strange)
    text, dropped = _without_unseen(text)
    text, twins = _with_latin_letters(text)
    composed = not unicodedata.is_normalized("NFC", value)
    return Reading(_spaced(text, multiline), dropped, twins, composed)


def search_text(value: str) -> str:
    """What is looked for, where there is no field to refuse it."""
    return recognisable(meant_by_old_font(value)[1] or value)


def recognisable(value: str) -> str:
    """For words that are looked for or recognised (searches, headers): nothing is refused, the unseen passed over."""
    if _ORDINARY(value):
        return value
    text = "".join(char for char in _BREAKS.sub("\n", value) if not _strangeness(char))
    text, _dropped = _without_unseen(unicodedata.normalize("NFC", text))
    return _spaced(_with_latin_letters(text)[0], multiline=False)


def strange_sign(text: str) -> str:
    """The first sign that has no place in a text, or nothing."""
    if text.isprintable() and not _IGNORABLE.search(text):
        return ""
    return next((char for char in text if _strangeness(char)), "")


def _strangeness(char: str) -> str:
    """What a sign is that no text may hold, in the reader's words."""
    category = unicodedata.category(char)
    if category == "Cf":
        return _("ký tự đảo chiều chữ") if char in _TURNING else ""
    if category == "Cc":
        return "" if char in "\n\t" else _("ký tự điều khiển")
    if category in _STRANGE:
        return str(_STRANGE[category])
    if not _IGNORABLE.match(char):
        return ""
    return _("dấu thay cho một ký tự đã mất") if char == "\N{REPLACEMENT CHARACTER}" else _("ký tự ẩn")


def _refusal(text: str, char: str) -> ValidationError:
    """Names the sign and the word it comes after: most of them cannot be seen."""
    words = recognisable(text[: text.index(char)]).split()
    place = _(" sau “%(word)s”") % {"word": words[-1][-40:]} if words else ""
    return ValidationError(
        _("Có %(kind)s (U+%(code)s)%(place)s. Xóa ký tự đó hoặc nhập lại phần này."),
        code="control_character",
        params={"kind": _strangeness(char), "code": f"{ord(char):04X}", "place": place},
    )


def _without_unseen(text: str) -> tuple[str, tuple[str, ...]]:
    """Without category Cf and the like. Taking them out may bring a letter and its mark together."""
    if text.isprintable() and _UNSEEN not in text:
        return text, ()
    dropped = {char: None for char in text if char == _UNSEEN or unicodedata.category(char) == "Cf"}
    if not dropped:
        return text, ()
    return unicodedata.normalize("NFC", "".join(char for char in text if char not in dropped)), tuple(dropped)


def _with_latin_letters(text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Letters that only look Latin become Latin, in words that make sense so; a text in Greek or Cyrillic stays."""
    plain = unicodedata.normalize("NFD", text)
    read = _STROKED_D.sub(lambda found: "đ" if found[1] == "d" else "Đ", _ascii_letters(plain.translate(_TWINS)))
    read = _CARON.sub("\\1\u0306", read)
    if _FOREIGN.search(read):
        whole = not _FOREIGN.search(read.translate(_FOREIGN_TWINS))
        read = _WORDS.sub(lambda word: _latin_word(word[0], whole=whole), read)
    if read == plain:
        return text, ()
    read = unicodedata.normalize("NFC", read)
    return read, _changed(text, read)


def _latin_word(word: str, *, whole: bool) -> str:
    """`whole`: every foreign letter of the whole text has a Latin twin."""
    read = word.translate(_FOREIGN_TWINS)
    is_mixed = any("LATIN" in unicodedata.name(char, "") for char in word)
    return read if whole or (is_mixed and not _FOREIGN.search(read)) else word


def _ascii_letters(text: str) -> str:
    """Full-width, mathematical and joined letters (ﬁ): letters by category, of which plain ones are a variant."""
    odd = {char for char in text if char > "\u2000" and unicodedata.category(char) in ("Lu", "Ll")}
    for char in odd:
        plain = unicodedata.normalize("NFKC", char)
        if plain != char and plain.isascii() and plain.isalpha():
            text = text.replace(char, plain)
    return text


def _changed(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """Pairs for the note; a joined letter shifts what follows, so then the words are told."""
    if len(before) == len(after):
        pairs = zip(before, after, strict=True)
    else:
        pairs = zip(before.split(), after.split(), strict=False)
    return tuple(dict.fromkeys((old, new) for old, new in pairs if old != new))


def _spaced(text: str, multiline: bool) -> str:
    if not multiline:
        return " ".join(_BLANKS.sub(" ", text).split())
    lines = (_BLANKS.sub(lambda found: found[0] if found[0] == "\t" else " ", line) for line in text.split("\n"))
    return "\n".join(line.rstrip() for line in lines).strip()
