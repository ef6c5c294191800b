"""From a workbook to staged rows: which sheet and row hold the header, which column is which, what each row means."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from os import PathLike
from typing import NamedTuple

from django.utils.translation import gettext as _

from apps.core.text import recognisable
from apps.exchange.below import Below, Line, texts_of
from apps.exchange.gate import Refused
from apps.exchange.models import RowProblem
from apps.exchange.parse import Cell, Meta, Row, read_rows
from apps.exchange.resource import Problem, ScopedResource, resources
from apps.exchange.scan import cell_name
from apps.exchange.staging import StagedItem
from apps.jobs.services import report_progress

FAULTS = "Lỗi và cách sửa"  # the column our own file of faulty rows adds
GUIDE, LISTS = "Hướng dẫn", "Danh mục"  # sheets of our own files that hold no rows
HEADER_DEPTH = 50  # rows: no letterhead is longer
SHEETS_TRIED = 10
TELL_EVERY = 1000  # rows
NAMED = 5  # merged cells told by name
_MARKS = re.compile(r"\s*(?:\(\*\)|[*:])+\s*$")  # of a column that must be filled in
_BRACKETS = re.compile(r"\s*([()])\s*")
_COUNTING = re.compile(r"\(?(\d{1,2})\)?")


class Header(NamedTuple):
    number: int  # Excel's, of the row
    places: dict[str, int]  # of each declared column, by its key
    extra: list[str]  # headings nobody asked for
    missing: list[str]


class Reading(NamedTuple):
    """A sheet whose header was found: `rows` begin below it."""

    meta: Meta
    header: Header
    rows: Iterator[Row]
    passed: list[str]  # sheets before it


@contextmanager
def opened(resource: ScopedResource, path: str | PathLike[str]) -> Iterator[Reading]:
    """The first visible sheet that has the header and something below it; people put covers and guides in front."""
    passed: list[str] = []
    refusals: list[tuple[int, Refused]] = []
    while len(passed) < SHEETS_TRIED:
        with read_rows(path, len(passed)) as table:
            rows = iter(table)
            header = _find_header(resource, rows)
            first = next(rows, None)
            if not header.missing and first is not None:
                yield Reading(table.meta, header, _begun(first, rows), passed)
                return
        found = len(resource.fields) - len(header.missing)
        refusals.append((found, _why_not(resource, table.meta, header)))
        passed.append(table.meta.sheet)
        if len(passed) == len(table.meta.sheets):
            break
    raise max(refusals, key=lambda refusal: refusal[0])[1]


def _begun(first: Row, rows: Iterator[Row]) -> Iterator[Row]:
    yield first
    yield from rows


def _find_header(resource: ScopedResource, rows: Iterator[Row]) -> Header:
    """The first row that names all columns; failing that, the one that names most. Leaves `rows` below it."""
    best = Header(1, {}, [], [field.header for field in resource.fields if field.required])
    for number, cells in rows:
        if number > HEADER_DEPTH:
            break
        header = _match_header(resource, number, cells)
        if not header.missing:
            return header
        if len(header.places) > len(best.places):
            best = header
    return best


def _why_not(resource: ScopedResource, meta: Meta, header: Header) -> Refused:
    if not header.missing:
        wanted = _("Trang tính “%(sheet)s” không có dòng dữ liệu nào dưới dòng tiêu đề.")
        return Refused("empty_sheet", wanted % {"sheet": meta.sheet[:60]})
    missing = ", ".join(f"“{name}”" for name in header.missing)
    if not header.places:
        wanted = _("Không thấy dòng tiêu đề trong %(depth)s dòng đầu của trang “%(sheet)s”: thiếu cột %(columns)s. ")
    else:
        wanted = _("Dòng tiêu đề (dòng %(row)s của trang “%(sheet)s”) thiếu cột %(columns)s. ")
    values = {"depth": HEADER_DEPTH, "row": header.number, "sheet": meta.sheet[:60], "columns": missing}
    given = {heading(text) for text in header.extra}
    given |= {heading(one.header) for one in resource.fields if one.key in header.places}
    others = (one for one in resources() if one is not resource)
    other = next((one for one in others if all(heading(f.header) in given for f in one.fields if f.required)), None)
    if other is None:
        return Refused("header", wanted % values + _("Dùng tệp mẫu của cổng."))
    meant = _("Tệp có các cột của sổ “%(title)s”: tải lên ở trang nhập của sổ đó.") % {"title": other.label}
    return Refused("header", wanted % values + meant)


def understood(resource: ScopedResource, reading: Reading) -> Iterator[StagedItem]:
    """Say how the sheet was read, then hand on each row with what it means and what is wrong with it."""
    header = reading.header
    for problem in _notes(resource, reading):
        yield header.number, {}, {}, [problem]
    count, below = 0, Below(resource)
    for number, taken in below.rows_of(_taken(reading)):
        count += 1
        if count % TELL_EVERY == 0:
            report_progress(number, reading.meta.rows, _("Kiểm tra dòng"))
        clean, problems = resource.clean_row(taken)
        yield number, {key: list(cell) if cell else None for key, cell in taken.items()}, clean, problems
    if count == 0:
        raise _why_not(resource, reading.meta, header)
    if below.lines:
        yield header.number, {}, {}, [_note_of_below(below)]


def _taken(reading: Reading) -> Iterator[Line]:
    """The declared columns of each line that holds any of them."""
    is_first = True
    for number, cells in reading.rows:
        taken = {key: cells[at] if at < len(cells) else None for key, at in reading.header.places.items()}
        if not texts_of(taken) or (is_first and _is_counting(cells)):
            continue
        is_first = False
        yield number, taken


def _note_of_below(below: Below) -> Problem:
    shown = "; ".join(text for _number, taken in below.lines for text in texts_of(taken))[:300]
    message = _(
        "Không đọc %(count)s dòng dưới bảng, từ dòng %(row)s: “%(text)s”. Nếu đó là dữ liệu, nhập đủ các cột bắt buộc"
    )
    values = {"count": len(below.lines), "row": below.lines[0][0], "text": shown[:150]}
    return _note("rows_below", shown, message % values)


def _is_counting(cells: list[Cell | None]) -> bool:
    """The line (1) (2) (3) that forms have under their header."""
    found = [_COUNTING.fullmatch(str(cell.value).strip()) for cell in cells if cell is not None]
    numbers = [int(match[1]) for match in found if match]
    return len(numbers) == len(found) > 2 and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _notes(resource: ScopedResource, reading: Reading) -> Iterator[Problem]:
    """What a person would not see from the rows alone: which sheet, which row, what is hidden, merged, left out."""
    meta, header = reading.meta, reading.header
    if reading.passed:
        message = _("Đọc trang tính “%(sheet)s”: các trang đứng trước không có dòng tiêu đề và dữ liệu theo mẫu")
        yield _note("sheet_chosen", meta.sheet, message % {"sheet": meta.sheet})
    if header.number > 1:
        message = _("Dòng tiêu đề nằm ở dòng %(row)s; các dòng phía trên không được đọc")
        yield _note("header_row", str(header.number), message % {"row": header.number})
    unread = [name for name in meta.filled if name not in (meta.sheet, GUIDE, LISTS, *reading.passed)]
    if unread:
        names = ", ".join(f"“{name}”" for name in unread)[:300]
        message = _("Trang tính %(sheets)s không được đọc. Nếu ở đó có dữ liệu cần nhập, tải lên thành tệp riêng")
        yield _note("sheets_unread", names, message % {"sheets": names})
    if meta.hidden_rows:
        message = _("%(count)s dòng đang ẩn hoặc bị lọc cũng được đọc") % {"count": meta.hidden_rows}
        yield _note("hidden_rows", str(meta.hidden_rows), message)
    hidden = [field.header for field in resource.fields if header.places.get(field.key) in meta.hidden_columns]
    if hidden:
        names = ", ".join(f"“{name}”" for name in hidden)
        yield _note("hidden_columns", names, _("Cột đang ẩn %(columns)s cũng được đọc") % {"columns": names})
    yield from _merge_notes(reading)
    if header.extra:
        text = ", ".join(header.extra)[:300]
        message = _("Bỏ qua các cột không có trong mẫu: %(columns)s") % {"columns": text}
        yield _note("extra_columns", text, message)


def _merge_notes(reading: Reading) -> Iterator[Problem]:
    header = reading.header
    names = [
        f"{cell_name(top, column)}:{cell_name(bottom, column)}"
        for top, column, bottom in reading.meta.merges
        if bottom >= header.number and column in header.places.values()
    ]
    if names:
        shown = ", ".join(names[:NAMED]) + ("…" if len(names) > NAMED else "")
        message = _("%(count)s vùng ô gộp nhiều dòng (%(cells)s): giá trị được tính cho từng dòng trong vùng")
        yield _note("merged_cells", shown, message % {"count": len(names), "cells": shown})


def _note(code: str, value: str, message: str) -> Problem:
    return Problem("", value, code, message, RowProblem.Severity.NOTE)


def _match_header(resource: ScopedResource, number: int, cells: list[Cell | None]) -> Header:
    """Place of each declared column by its heading, whatever the order; and the headings nobody asked for."""
    names = {heading(field.header): field.key for field in resource.fields}
    places: dict[str, int] = {}
    extra, twice = [], []
    for at, cell in enumerate(cells):
        text = _seen(cell)
        key = names.get(heading(text))
        if key is None:
            extra += [text] if text and text != FAULTS else []
        elif key in places:
            twice.append(text)
        else:
            places[key] = at
    missing = [field.header for field in resource.fields if field.key not in places and field.required]
    if resource.any_of and not places.keys() & set(resource.any_of):
        missing.append(" / ".join(field.header for field in resource.fields if field.key in resource.any_of))
    if twice and not missing:
        raise Refused("header_twice", _("Dòng tiêu đề có hai cột “%(name)s”. Xóa một cột.") % {"name": twice[0]})
    return Header(number, places, extra, missing)


def heading(text: str) -> str:
    """For comparing headings: no case, no blanks at brackets, no mark of what must be filled in."""
    return _BRACKETS.sub(r"\1", _MARKS.sub("", text)).casefold()


def _seen(cell: Cell | None) -> str:
    """What a person reads in the cell; a heading is only recognised, so what cannot be seen in it does no harm."""
    return recognisable(str(cell.value)) if cell else ""
