"""Rows of an answer as columns that know what their values are, for files that have dates, numbers and truth values.

The values are those of the list's own lines; what kind a field is of says the serializer that answers with it.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cached_property
from typing import Any

from django.db import models
from rest_framework import serializers

DIGITS = 20  # of a decimal whose field names no number of them


class Kind(Enum):
    TEXT = "text"
    WHOLE = "whole"
    DECIMAL = "decimal"
    REAL = "real"
    TRUTH = "truth"
    DAY = "day"
    MOMENT = "moment"


@dataclass(frozen=True)
class Column:
    name: str
    kind: Kind
    digits: int = DIGITS  # of a decimal
    places: int = 0

    @cached_property
    def read(self) -> Callable[[Any], Any]:
        """What a line of JSON says, as it is meant."""
        return _READ[self.kind]


# Also of a subclass; what stands nearer to the top is asked first.
_KINDS = (
    (serializers.BooleanField, Kind.TRUTH),
    (serializers.IntegerField, Kind.WHOLE),
    (serializers.DecimalField, Kind.DECIMAL),
    (serializers.FloatField, Kind.REAL),
    (serializers.DateTimeField, Kind.MOMENT),
    (serializers.DateField, Kind.DAY),
)


def columns_of(fields: Mapping[str, serializers.Field], names: Iterable[str]) -> list[Column]:
    return [_column(name, fields[name]) for name in names]


def rows_of(columns: list[Column], lines: Iterable[tuple[int, bytes]]) -> Iterator[list[Any]]:
    """Out of the lines of a file of JSON, however they were cut."""
    rest = b""
    for _count, some in lines:
        *whole, rest = (rest + some).split(b"\n")
        for line in whole:
            told = json.loads(line, parse_float=Decimal)
            yield [None if told[one.name] is None else one.read(told[one.name]) for one in columns]


def _column(name: str, field: serializers.Field) -> Column:
    kind = next((kind for classes, kind in _KINDS if isinstance(field, classes)), Kind.TEXT)
    if isinstance(field, serializers.DecimalField):
        return Column(name, kind, field.max_digits or DIGITS, field.decimal_places or 0)
    if isinstance(field, serializers.PrimaryKeyRelatedField) and _is_number(field):
        kind = Kind.WHOLE
    return Column(name, kind)


def _is_number(field: Any) -> bool:
    """Whether the rows that are named are numbered: units go by codes."""
    rows = getattr(field, "queryset", None)  # of one that is only read: none
    model = rows.model if rows is not None else field.parent.Meta.model._meta.get_field(field.source).related_model
    return isinstance(model._meta.pk, models.IntegerField)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=float)  # numbers were read exactly


_READ: dict[Kind, Callable[[Any], Any]] = {
    Kind.TEXT: _text,
    Kind.WHOLE: int,
    Kind.DECIMAL: Decimal,
    Kind.REAL: float,
    Kind.TRUTH: bool,
    Kind.DAY: date.fromisoformat,
    Kind.MOMENT: datetime.fromisoformat,
}
