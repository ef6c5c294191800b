"""What tells of people in text that others wrote: a household's 12 digits are a person's identity number; in what is
sent without a name, addresses and telephone numbers too.
"""

import re

# 12 digits and no more, in one piece or in groups as people write them, of three, four or six, or three and the rest.
_GAP = "[ .\\-\u00a0–]"
_GROUPS = ((12,), (3, 3, 3, 3), (4, 4, 4), (6, 6), (3, 9), (3, 3, 6), (6, 3, 3), (3, 1, 2, 6))
_IDENTITY = re.compile(
    "(?<!\\d)(?:" + "|".join(_GAP.join(f"\\d{{{size}}}" for size in group) for group in _GROUPS) + ")(?!\\d)"
)
# What stands where a code should: digits, blanks and marks, and letters that are taken for digits.
_CODE = re.compile(r"^[\d\s.\-'OoIl\u00a0]+$")
SHOWN = 4
_ADDRESS = re.compile(r"""[^\s@<>()\[\],;:"“”]+@[^\s@<>()\[\],;:"“”]+""")
# Nine digits or more, as people write telephone numbers; a day has eight. No slash among them: it parts days.
_LONG_NUMBER = re.compile("(?<!\\d)\\+?\\d(?:[ .\\-\u00a0–()]{0,2}\\d){8,}(?!\\d)")
# What `hide_code` leaves as it is, for the database to know: nearly all codes there are.
SHOWN_WHOLE = "(octet_length({code}) = 10 AND ltrim({code}, '0123456789') = '' OR {code} ~ '^[0-9]{{10}}-[0-9]{{3}}$')"


def hide_identity_numbers(text: str) -> str:
    """Of every such number in the text only the end."""
    return _IDENTITY.sub(lambda found: _end_of(found.group()), text)


def hide_contacts(text: str) -> str:
    """Without e-mail addresses and long numbers: where nobody needs them nobody should read them."""
    text = _ADDRESS.sub("•••", text)
    return _LONG_NUMBER.sub(lambda found: "•" * len(found.group()), text)


def hide_code(text: str) -> str:
    """A code that is no enterprise's (10 or 13 digits) may be an identity number with a digit lost or mistyped."""
    digits = sum(char.isdecimal() or char in "OoIl" for char in text)
    if _CODE.match(text) and digits > 2 * SHOWN and digits not in (10, 13):
        return _end_of(text.strip())
    return hide_identity_numbers(text)


def _end_of(text: str) -> str:
    return "•" * (len(text) - SHOWN) + text[-SHOWN:]
