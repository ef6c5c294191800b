"""Personal numbers in text that others wrote: a household's 12 digits are a person's identity number."""

import re

# 12 digits and no more, in one piece or in groups of three or four as people write them.
_IDENTITY = re.compile(
    r"(?<!\d)(?:\d{12}|\d{3}(?:[ .\-]\d{3}){3}|\d{4}(?:[ .\-]\d{4}){2})(?!\d)",
)
# What stands where a code should: digits, blanks and marks, and letters that are taken for digits.
_CODE = re.compile(r"^[\d\s.\-'OoIl\u00a0]+$")
SHOWN = 4


def hide_identity_numbers(text: str) -> str:
    """Of every such number in the text only the end."""
    return _IDENTITY.sub(lambda found: _end_of(found.group()), text)


def hide_code(text: str) -> str:
    """A code that is no enterprise's (10 or 13 digits) may be an identity number with a digit lost or mistyped."""
    digits = sum(char.isdecimal() or char in "OoIl" for char in text)
    if _CODE.match(text) and digits > 2 * SHOWN and digits not in (10, 13):
        return _end_of(text.strip())
    return hide_identity_numbers(text)


def _end_of(text: str) -> str:
    return "•" * (len(text) - SHOWN) + text[-SHOWN:]
