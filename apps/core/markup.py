"""Much markup of one kind, written quickly: rows of a list, options of a select."""

from collections.abc import Iterable
from html import escape
from typing import Any

from django.utils.safestring import SafeString


def markup(pattern: str, lines: Iterable[tuple[Any, ...]]) -> SafeString:
    """The pattern (of our own, with a %s for each value) once for each line, all values escaped that are not markup.

    As format_html_join; but for hundreds of cells what that does beside escaping is most of its time.
    """
    return SafeString("".join([pattern % tuple(map(_escaped, values)) for values in lines]))


def _escaped(value: Any) -> str:
    if type(value) is str:
        return escape(value)
    return value.__html__() if hasattr(value, "__html__") else escape(str(value))
