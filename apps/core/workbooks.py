"""Rows with kinds as a workbook: days and numbers as such, truth values as Excel has them, moments by this country's
clock, as a cell knows no other.
"""

import tempfile
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.core.export import cell_of, xlsx_rows
from apps.core.templatetags.ui import number
from apps.core.typed import Column

MOST_ROWS = 1_048_575  # below the head
BYTES = 1 << 20


def workbook_chunks(columns: list[Column], rows: Iterable[list[Any]]) -> Iterator[tuple[int, bytes]]:
    count = 0

    def counted() -> Iterator[list[Any]]:
        nonlocal count
        for row in rows:
            count += 1
            if count > MOST_ROWS:
                told = _("Danh sách có hơn %(most)s dòng, vượt quá một trang tính Excel. Chọn Parquet hoặc .csv.")
                raise ValidationError(told % {"most": number(MOST_ROWS)}, code="too_many_rows")
            yield row

    book = xlsx_rows(chain([[one.name for one in columns]], counted()), cell=_cell)
    with tempfile.TemporaryFile() as file:
        book.save(file)
        yield count, b""
        file.seek(0)
        while some := file.read(BYTES):
            yield 0, some


def _cell(sheet: Any, value: Any) -> Any:
    return value if isinstance(value, bool) else cell_of(sheet, value)
