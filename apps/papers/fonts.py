"""The typeface of papers: which letters it has, and how wide they stand."""

from functools import cache

from django.conf import settings
from fontTools.ttLib import TTFont

FILES = {
    "regular": "400Regular/Tinos_400Regular.ttf",
    "italic": "400Regular_Italic/Tinos_400Regular_Italic.ttf",
    "bold": "700Bold/Tinos_700Bold.ttf",
    "bold italic": "700Bold_Italic/Tinos_700Bold_Italic.ttf",
}
NO_LETTER = "\N{WHITE SQUARE}"


@cache
def advances(style: str) -> dict[int, float]:
    """The width of each sign, as a share of the size."""
    with TTFont(settings.PAPER_FONTS / FILES[style], lazy=True) as font:
        em, metrics = font["head"].unitsPerEm, font["hmtx"].metrics
        return {sign: metrics[glyph][0] / em for sign, glyph in font.getBestCmap().items()}


@cache
def known_signs() -> frozenset[int]:
    """What every one of the four faces can draw."""
    first, *others = (advances(style).keys() for style in FILES)
    return frozenset(first).intersection(*others)


def drawable(text: str) -> str:
    """A box for each sign that the typeface lacks: a hole would not say that something stood there."""
    known = known_signs()
    return "".join(sign if ord(sign) in known or sign == "\n" else NO_LETTER for sign in text)


def width(text: str, size: float, *, style: str = "regular") -> float:
    """In points, without kerning."""
    widths = advances(style)
    return size * sum(widths.get(ord(sign), 1) for sign in text)
