"""Much markup of one kind, written quickly: rows of a list, options of a select."""

import re
from collections.abc import Iterable
from html import escape
from typing import Any

from django.utils.safestring import SafeString

_special = re.compile("[&<>\"']").search  # most values have none of what is escaped


def markup(pattern: str, lines: Iterable[tuple[Any, ...]], between: str = "") -> SafeString:
    """The pattern (ours, a %s for each value) once for each line; every value is escaped that is not markup already.

    As format_html_join; but for hundreds of cells what that does beside escaping is most of its time.
    """
    return SafeString(between.join([pattern % tuple(map(_escaped, values)) for values in lines]))


def _escaped(value: Any) -> str:
    kind = type(value)
    if kind is str:
        return escape(value) if _special(value) else value
    if kind is SafeString:
        return value
    return value.__html__() if hasattr(value, "__html__") else escape(str(value))
