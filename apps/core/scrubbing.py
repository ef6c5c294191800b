"""Addresses that open a door by themselves (an invitation, a new password), without what opens it.

Logs and the audit are read by people who must not come in by what they read. The secret parts are those arguments of
our routes that are called `token` or `key`; wherever such an address stands in a text, they become "…". So do
keys of the API, which have a sign of their own.
"""

import re
from collections.abc import Iterator
from functools import cache

from django.urls import get_resolver

# A slash may be spelled out, where the address is quoted in another one's query.
_SLASH = "(?:/|%2F)"
_PART = r"(?:(?!%2F)[^/\s\"'<>?&#])+"
_SECRET = re.compile(r"%\((?:token|key)\)s")
_ARGUMENT = re.compile(r"(%\(\w+\)s)")
# A key of the API, wherever it got to: it belongs into one header, and is pasted elsewhere all the same.
KEY_SIGN = "p996_"
_KEY = re.compile(rf"{KEY_SIGN}[A-Za-z0-9_-]+")


def scrub(text: str) -> str:
    """`text` with every secret part of an address replaced, and every key."""
    if KEY_SIGN in text:
        text = _KEY.sub(f"{KEY_SIGN}…", text)
    for pattern in _patterns() if "/" in text or "%2F" in text.upper() else ():
        text = pattern.sub(r"\1…", text)
    return text


@cache
def _patterns() -> list[re.Pattern[str]]:
    starts = {_SECRET.split(form)[0] for form in _forms() if _SECRET.search(form)}
    return [_pattern(start) for start in sorted(starts)]


def _pattern(start: str) -> re.Pattern[str]:
    pieces = _ARGUMENT.split(f"/{start}")
    words = [f"{_PART}?" if _ARGUMENT.match(one) else re.escape(one).replace("/", _SLASH) for one in pieces]
    return re.compile(f"({''.join(words)}){_PART}", re.IGNORECASE)


def _forms() -> Iterator[str]:
    """Every address of the portal, as `accounts/invitation/%(token)s/`."""
    resolver = get_resolver()
    spaces = [("", resolver), *resolver.namespace_dict.values()]
    for prefix, space in spaces:
        for name in space.reverse_dict:
            for forms, *_rest in space.reverse_dict.getlist(name):
                yield from (prefix + form for form, _arguments in forms)
