"""Text typed for the fonts of before Unicode: TCVN3 (.VnTime) and VNI (VNI-Times).

In a Unicode file «Công ty cổ phần» then stands as «C«ng ty cæ phÇn» or «Coâng ty coå phaàn»: nobody finds it, and a
printer without those fonts shows it so. A text is taken for one of them where its words become Vietnamese syllables by
that font and are none as they stand.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# Letter by letter, as the font draws it.
_TCVN3 = str.maketrans(
    "µ¶·¸¹¨»¼½¾Æ©ÇÈÉÊËÌÎÏÐÑªÒÓÔÕÖ×ØÜÝÞßáâãä«åæçèé¬êëìíîïñòóô\u00adõö÷øùúûüýþ®¡¢£¤¥¦§",
    "àảãáạăằẳẵắặâầẩẫấậèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵđĂÂÊÔƠƯĐ",
)
# A vowel and the sign that follows it; then what stands alone.
_MARKS = dict(
    zip("ùøûõïâáàåãäêéèúüë", ["́", "̀", "̉", "̃", "̣", "̂", "̂́", "̂̀", "̂̉", "̂̃", "̣̂", "̆", "̆́", "̆̀", "̆̉", "̆̃", "̣̆"], strict=True)
)
_MARKED_BY = {"a": "ùøûõïâáàåãäêéèúüë", "e": "ùøûõïâáàåãä", "o": "ùøûõïâáàåãä", "u": "ùøûõï", "y": "ùøûõ"} | {
    "ô": "ùøûõï",
    "ö": "ùøûõï",
}
_ALONE = {"ô": "ơ", "ö": "ư", "ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}

_ONSET = "ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdđghklmnprstvx]"
_OPEN = (
    "a ai ao au ay âu ây e eo ê êu i ia iêu iu o oa oai oao oay oe oeo oi ô ôi ơ ơi "
    "u ua uây uê ui uôi uơ uy uya uyu ư ưa ưi ươi ươu ưu y yêu"
)
_CLOSED = "a ă â e ê i iê o oa oă oe oo ô ơ u uâ uê uô uy uyê ư ươ y yê"
_RHYME = f"(?:{_OPEN.replace(' ', '|')})|(?:{_CLOSED.replace(' ', '|')})(?:ch|nh|ng|[ckmnpt])"
_SYLLABLE = re.compile(f"(?:{_ONSET})?(?:{_RHYME})")
_TONES = "\u0300\u0309\u0303\u0301\u0323"
WORDS = 4096  # remembered: a file of thousands of names has a few hundred
_EDGES = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_PUNCTUATION = "".join(char for char in map(chr, range(33, 127)) if not char.isalpha())
# They stand in texts of measurement as what they are: µm, N·m, 3×4, ±5÷10, Ø20.
_MEASURING = re.compile(r"·|(?<![^\W\d_])[µ×÷Ø]|[×÷](?![^\W\d_])")
_UNICODE_ONLY = re.compile("[\u0102\u0103\u0110\u0111\u0128\u0129\u0168\u0169\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9]")


def meant_by_old_font(text: str) -> tuple[str, str]:
    """(name of the font's code, the text in Unicode), or two empty texts where nothing speaks for an old font."""
    text = unicodedata.normalize("NFC", text)  # marks beside their letters are no signs of a font
    if needs_no_look(text):
        return "", ""
    evidence = {font: _evidence(text, font) for font in _FONTS}
    best = max(evidence, key=evidence.__getitem__)
    return (best, unicodedata.normalize("NFC", _FONTS[best](text))) if evidence[best] > 0 else ("", "")


def needs_no_look(text: str) -> bool:
    """That a composed text was surely not typed for an old font: nearly all are told by one letter."""
    return text.isascii() or _UNICODE_ONLY.search(text) is not None or _MEASURING.sub("", text).isascii()


def refuse_old_font(text: str) -> None:
    code, meant = meant_by_old_font(text)
    if code:
        raise ValidationError(
            _("Chữ gõ theo bảng mã cũ %(code)s. Chuyển sang Unicode rồi nhập lại: “%(meant)s”"),
            code="old_font",
            params={"code": code, "meant": meant, "suggestion": meant},
        )


def _evidence(text: str, font: str) -> int:
    """How many more words become Vietnamese by the font than are Vietnamese without it.

    A lone word with a lone odd letter proves nothing: «Thaï» is French.
    """
    hits, plain, signs = 0, 0, 0
    for word in text.split():
        if not word.isascii():
            speaks, odd = _word(word, font)
            hits += speaks > 0
            plain += speaks < 0
            signs += odd
    return hits - plain if signs > 1 else 0


@lru_cache(WORDS)
def _word(word: str, font: str) -> tuple[int, int]:
    """1: the word becomes Vietnamese by the font, -1: it is as it stands, 0: neither; and by how many odd signs."""
    odd = [char for char in _MEASURING.sub("", word) if not char.isascii()]
    bare = _EDGES.sub("", word)
    if not odd:
        return 0, 0
    if not bare.isascii() and _is_syllable(bare):
        return -1, 0
    if _is_syllable(_FONTS[font](word).strip(_PUNCTUATION)):
        return 1, len(odd) + (not any(map(str.isalpha, odd)))
    return 0, 0


def _from_tcvn3(text: str) -> str:
    return text.translate(_TCVN3)


def _from_vni(text: str) -> str:
    read = []
    for before, char in pairwise(f" {text}"):
        low, small = before.lower(), char.lower()
        if small in _MARKED_BY.get(low, ""):
            read.append(unicodedata.normalize("NFC", _MARKS[small]))
        else:
            alone = _ALONE.get(small, small)
            read.append(alone if char == small else alone.upper())
    return unicodedata.normalize("NFC", "".join(read))


_FONTS: dict[str, Callable[[str], str]] = {"TCVN3": _from_tcvn3, "VNI": _from_vni}


@lru_cache(WORDS)
def _is_syllable(word: str) -> bool:
    """One tone at most, and the letters of a Vietnamese syllable around it."""
    letters = unicodedata.normalize("NFD", word.lower())
    if sum(letters.count(tone) for tone in _TONES) > 1:
        return False
    bare = unicodedata.normalize("NFC", "".join(char for char in letters if char not in _TONES))
    return _SYLLABLE.fullmatch(bare) is not None
