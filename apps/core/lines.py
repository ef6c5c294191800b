"""Rows as lines of a file that programs read, put together by PostgreSQL: of a hundred thousand rows no value becomes
an object of ours. What a line may hold is what the list's own answer has; a view says how each field is read. Moments
are in UTC.
"""

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, Any

from django.db import models
from django.db.models import F
from django.db.models.functions import Cast

from apps.core.cells import query_of
from apps.core.copied import Chunk, copy, read
from apps.core.file_values import RISKY
from apps.core.reading import connection

Fields = Mapping[str, Any]  # of each field of an answer the expression that a query reads it by
TOGETHER = 1_000
NUMBER = re.compile(r"-?\d+(\.\d+)?")
_OPENED = re.compile("|".join(f'"{re.escape(sign)}' for sign in RISKY).encode())
# No JSON has these signs as they are, so that nothing is ever quoted.
_AS_JSON = "FORMAT csv, DELIMITER E'\\x01', QUOTE E'\\x02'"


def text_of(name: str) -> Cast:
    """A decimal as answers have it: text, with all its places."""
    return Cast(F(name), models.TextField())


def plain_text_of(name: str) -> Cast:
    """Without zeros behind, as `numbers.plain_decimal` has it."""
    return Cast(models.Func(F(name), function="trim_scale"), models.TextField())


def json_lines(rows: Any, fields: Fields) -> Iterator[Chunk]:
    file, count = _copied("row_to_json(t)", _AS_JSON, rows, fields)
    yield count, b""
    yield from _read(file)


def told(rows: Any, fields: Fields) -> list[dict[str, Any]]:
    """Few rows, as their lines say them."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT row_to_json(t) FROM {_from(rows, fields)}")
        return [row for (row,) in cursor]


def csv_lines(rows: Any, fields: Fields) -> Iterator[Chunk]:
    """With a mark of its encoding and the names of the fields above it. Texts stand in quotation marks, numbers and
    days as they are; nothing at all is what is not known.
    """
    kinds = {name: kind_of(rows.model, read) for name, read in fields.items()}
    told = ", ".join(_moment(name) if kind is models.DateTimeField else _quoted(name) for name, kind in kinds.items())
    marked = _named(name for name, kind in kinds.items() if kind is None)
    how = f"FORMAT csv{f', FORCE_QUOTE ({marked})' if marked else ''}"
    file, count = _copied(told, how, rows, fields)
    yield count, f"\ufeff{','.join(fields)}\n".encode()
    yield from _without_formulas(file) if _has_formulas(file) else _read(file)


def _copied(told: str, how: str, rows: Any, fields: Fields) -> tuple[IO[bytes], int]:
    file = tempfile.TemporaryFile()  # noqa: SIM115  # gone with the answer that is made of it
    return file, copy(f"SELECT {told} FROM {_from(rows, fields)}", how, file)


def _from(rows: Any, fields: Fields) -> str:
    return f"({query_of(rows, fields.values())}) t ({_named(fields)})"


def kind_of(model: Any, read: Any) -> type[models.Field] | None:
    """Of a column that needs no marks around it; None of texts, and of all that is worked out."""
    name = getattr(read, "name", "")
    if not name or "__" in name:
        return None
    field = model._meta.pk if name == "pk" else model._meta.get_field(name)
    field = getattr(field, "target_field", field)
    plain = (models.DateTimeField, models.DateField, models.IntegerField, models.BooleanField)
    return next((kind for kind in plain if isinstance(field, kind)), None)


def _quoted(name: str) -> str:
    return str(connection.ops.quote_name(name))


def _named(names: Iterable[str]) -> str:
    return ", ".join(map(_quoted, names))


def _moment(name: str) -> str:
    return f"to_json({_quoted(name)}) #>> '{{}}' AS {_quoted(name)}"  # ISO 8601, which a plain text of it is not


def _read(file: IO[bytes]) -> Iterator[Chunk]:
    return ((0, some) for some in read(file))


def _has_formulas(file: IO[bytes]) -> bool:
    """Of hardly any file a text begins with the sign of a formula: only then its lines are taken apart."""
    end = b""
    for some in read(file):
        if _OPENED.search(end + some):
            return True
        end = some[-4:]
    return False


def _without_formulas(file: IO[bytes]) -> Iterator[Chunk]:
    file.seek(0)
    rows = csv.reader(io.TextIOWrapper(file, "utf-8", newline=""))
    while some := [row for row, _ in zip(rows, range(TOGETHER), strict=False)]:
        yield 0, csv_text(some).encode()


def csv_text(rows: Iterable[Iterable[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([guarded(cell) for cell in row] for row in rows)
    return text.getvalue()


def guarded(cell: str) -> str:
    """Text that a spreadsheet would take for a formula, marked as text. A number is none."""
    return f"'{cell}" if cell.startswith(RISKY) and not NUMBER.fullmatch(cell) else cell
