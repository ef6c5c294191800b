"""A table of open data as a file: CSV, XLSX, JSON, and JSON-stat where it is a cube of figures."""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from openpyxl import Workbook

from apps.core.export import XLSX_TYPE, add_notes, add_sheet, csv_lines
from apps.core.programme import programme
from apps.core.templatetags.ui import told_date, told_datetime
from apps.organisations.selectors import unit_labels
from apps.progress.published_jsonstat import published_dataset
from apps.public.open_tables import Edition, Table

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": XLSX_TYPE,
    "json": "application/json; charset=utf-8",
    "json-stat": "application/json; charset=utf-8",
}


def forms_of(table: Table) -> list[str]:
    return [form for form in TYPES if form != "json-stat" or table.has_dataset]


def extension_of(form: str) -> str:
    return "json-stat.json" if form == "json-stat" else form


def file_name(edition: Edition, table: Table, form: str) -> str:
    one = edition.publication
    mark = "-so-lieu-minh-hoa" if one.is_illustrative else ""
    return f"{programme().slug}-{one.closing.period.code}-{one.pk}-{table.name}{mark}.{extension_of(form)}"


def content_of(edition: Edition, table: Table, form: str) -> bytes:
    if form == "csv":
        rows = ([_spelt(one) for one in row] for row in _with_head(edition, table))
        return "".join(csv_lines(rows, for_programmes=True)).encode()
    if form == "xlsx":
        return _workbook(edition, table)
    return json.dumps(_told(edition, table, form), ensure_ascii=False, default=plain).encode()


def plain(value: Any) -> Any:
    """As JSON has it. Figures have four decimals at most and less than fifteen digits: a double keeps them whole."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def _with_head(edition: Edition, table: Table) -> Iterator[Iterable[Any]]:
    yield [one.name for one in table.columns]
    yield from table.rows(edition)


def _spelt(value: Any) -> Any:
    """As programs read it in a file of text: ISO days, words for yes and no."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else value


def _told(edition: Edition, table: Table, form: str) -> Any:
    if form == "json-stat" and table.view is not None:
        words = {unit: label.short_name for unit, label in unit_labels().items()}
        return published_dataset(edition.publication, edition.figures(table.view), words)
    names = [one.name for one in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows(edition)]


def _workbook(edition: Edition, table: Table) -> bytes:
    book, body = Workbook(write_only=True), BytesIO()
    add_notes(book, _("Giải thích"), _notes(edition, table))
    add_sheet(book, _with_head(edition, table))
    book.save(body)
    return body.getvalue()


def _notes(edition: Edition, table: Table) -> Iterator[tuple[str, str]]:
    one = edition.publication
    yield _("Nội dung"), f"{table.title}. {table.words}"
    yield _("Số liệu đã biết đến"), told_datetime(one.closing.as_of)
    yield _("Công bố"), _("ngày %(day)s, theo văn bản %(number)s, phiên bản %(version)s") % {
        "day": told_date(one.published_at), "number": one.document.number, "version": one.closing.version,
    }  # fmt: skip
    yield _("Giấy phép"), settings.OPEN_DATA_LICENCE_NAME
    for column in table.columns:
        yield column.name, f"{column.title}. {column.words}"
    if one.is_illustrative:
        yield _("Lưu ý"), _("Số liệu minh họa, không phải kết quả thực hiện.")
