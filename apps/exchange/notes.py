"""What a person would not see from the rows alone: which sheet, which header, what is hidden, merged, left out."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from apps.exchange.headings import How
from apps.exchange.leftover import Leftover
from apps.exchange.models import RowProblem
from apps.exchange.resource import Problem, ScopedResource
from apps.exchange.scan import cell_name

if TYPE_CHECKING:
    from apps.exchange.reading import Part

NAMED = 5  # lines, merged cells told by name
SHOWN = 60  # characters of a line
GUIDE, LISTS = "Hướng dẫn", "Danh mục"  # sheets of our own files that hold no rows


def note(code: str, value: str, message: str) -> Problem:
    return Problem("", value[:300], code, message[:500], RowProblem.Severity.NOTE)


def notes_of(resource: ScopedResource, part: "Part", passed: Sequence[str], others: Sequence[str]) -> Iterator[Problem]:
    """`passed`: sheets before it, which have no header; `others`: all that are read beside it."""
    meta, header = part.meta, part.header
    if passed and not others:
        message = _("Đọc trang tính “%(sheet)s”: các trang đứng trước không có dòng tiêu đề và dữ liệu theo mẫu")
        yield note("sheet_chosen", meta.sheet, message % {"sheet": meta.sheet})
    if header.number > 1:
        message = _("Dòng tiêu đề nằm ở dòng %(row)s; các dòng phía trên không được đọc")
        yield note("header_row", str(header.number), message % {"row": header.number})
    if meta.hidden_rows:
        message = _("%(count)s dòng đang ẩn hoặc bị lọc cũng được đọc") % {"count": meta.hidden_rows}
        yield note("hidden_rows", str(meta.hidden_rows), message)
    hidden = [field.header for field in resource.fields if header.places.get(field.key) in meta.hidden_columns]
    if hidden:
        names = ", ".join(f"“{name}”" for name in hidden)
        yield note("hidden_columns", names, _("Cột đang ẩn %(columns)s cũng được đọc") % {"columns": names})
    yield from _of_merges(part)
    yield from _of_columns(resource, part)


def _of_columns(resource: ScopedResource, part: "Part") -> Iterator[Problem]:
    header, headers = part.header, {field.key: field.header for field in resource.fields}
    pairs = [
        f"“{column.text}” → “{headers[column.key]}”"
        for column in header.columns
        if column.key and column.how != How.EXACT
    ]
    if pairs:
        text = ", ".join(pairs)
        yield note("columns_named", text, _("Cột được đọc theo tên khác: %(pairs)s") % {"pairs": text[:400]})
    if header.extra:
        text = ", ".join(header.extra)[:300]
        yield note("extra_columns", text, _("Bỏ qua các cột không có trong mẫu: %(columns)s") % {"columns": text})


def _of_merges(part: "Part") -> Iterator[Problem]:
    header = part.header
    names = [
        f"{cell_name(top, column)}:{cell_name(bottom, column)}"
        for top, column, bottom in part.meta.merges
        if bottom >= header.number and column in header.places.values()
    ]
    if names:
        shown = ", ".join(names[:NAMED]) + ("…" if len(names) > NAMED else "")
        message = _("%(count)s vùng ô gộp nhiều dòng (%(cells)s): giá trị được tính cho từng dòng trong vùng")
        yield note("merged_cells", shown, message % {"count": len(names), "cells": shown})


def note_of_leftover(leftover: Leftover) -> Iterator[Problem]:
    """One line for all that stood among and below the rows without being one."""
    lines = sorted([*leftover.told, *leftover.below])
    if not lines:
        return
    named = ", ".join(
        _("dòng %(row)s “%(text)s”") % {"row": number, "text": _short(text)} for number, text in lines[:NAMED]
    )
    if len(lines) > NAMED:
        named += _(" và %(count)s dòng khác") % {"count": len(lines) - NAMED}
    message = _("Đã bỏ qua %(count)s dòng không phải dữ liệu: %(lines)s") % {"count": len(lines), "lines": named}
    if leftover.below:
        message += ". " + _("Nếu đó là dữ liệu, nhập đủ các cột bắt buộc")
    yield note("rows_left_out", "; ".join(text for _number, text in lines), message)


def notes_of_sheets(
    parts: "Sequence[Part]", alike: Sequence[tuple[int, str]], passed: Sequence[str]
) -> Iterator[Problem]:
    """Which sheets were read together, and which were not."""
    if len(parts) > 1:
        read = ", ".join(
            _("“%(sheet)s” từ dòng %(row)s") % {"sheet": part.meta.sheet, "row": part.offset + 1} for part in parts
        )
        message = _("Đọc %(count)s trang tính, số dòng nối tiếp: %(sheets)s") % {"count": len(parts), "sheets": read}
        yield note("sheets_joined", read, message)
    names = {part.meta.sheet for part in parts}
    unread = [name for name in parts[0].meta.filled if name not in {*names, *passed, GUIDE, LISTS}]
    same = [name for _place, name in alike if name not in names]
    if not unread:
        return
    named = ", ".join(f"“{name}”" for name in unread)[:200]
    message = _("Trang tính %(sheets)s không được đọc. Nếu ở đó có dữ liệu cần nhập, tải lên thành tệp riêng")
    if same:
        message = _(
            "Trang tính %(sheets)s không được đọc. Các trang cùng mẫu lấy được cùng lúc ở nút “Chọn cột, trang tính”"
        )
    yield note("sheets_unread", named, message % {"sheets": named})


def note_of_formulas(count: int) -> Iterator[Problem]:
    if count:
        message = _("%(count)s ô công thức được đọc theo giá trị đã tính khi lưu tệp") % {"count": count}
        yield note("formulas", str(count), message)


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
