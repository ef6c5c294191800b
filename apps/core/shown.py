"""Rows of a page as answers have them, read by the very expressions that the list's file is read by (lines.py): no row
becomes an object, no serializer is asked, and page and file say the same because they ask the same.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone

from apps.core.lines import Fields, kind_of


def told_rows(rows: Iterable[tuple[Any, ...]], model: type[models.Model], fields: Fields) -> list[dict[str, Any]]:
    """`rows`: of the values of `fields`."""
    names = list(fields)
    moments = [name for name, read in fields.items() if kind_of(model, read) is models.DateTimeField]
    found = [dict(zip(names, row, strict=True)) for row in rows]
    for row in found:
        for name in moments:
            row[name] = told_moment(row[name])
    return found


def told_moment(moment: datetime | None) -> str | None:
    """As serializers have it: in the portal's zone, where a file has UTC."""
    return None if moment is None else timezone.localtime(moment).isoformat()
