"""From a file to staged rows: which sheets hold the header, which column is which, what each row means."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from itertools import chain
from os import PathLike
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from apps.exchange.gate import Refused
from apps.exchange.header import DEPTH, Answers, Header, find_header
from apps.exchange.headings import heading
from apps.exchange.leftover import Leftover
from apps.exchange.notes import note_of_formulas, note_of_leftover, notes_of
from apps.exchange.parse import Meta, Row, read_rows
from apps.exchange.resource import ScopedResource, resources
from apps.exchange.staging import StagedItem
from apps.jobs.services import report_progress

SHEETS_TRIED = 10
TELL_EVERY = 1000  # rows


class Part(NamedTuple):
    """A sheet whose header was found: `rows` begin below it."""

    meta: Meta
    header: Header
    rows: Iterator[Row]


class Reader:
    """Reads one file for one register. After its items have been taken it knows how they were read."""

    def __init__(self, resource: ScopedResource, path: str | PathLike[str], answers: Answers, ending: str) -> None:
        self.resource, self.path, self.answers = resource, path, answers
        self.options: dict[str, Any] = {} if ending == "xlsx" else {"ending": ending}
        self.leftover = Leftover(resource)
        self.passed: list[str] = []  # sheets that have no header
        self.sheet = ""

    def items(self) -> Generator[StagedItem]:
        """Each row with what it means and what is wrong with it, and what is to be said of the sheet."""
        with self._first() as part:
            self.sheet = part.meta.sheet
            for problem in notes_of(self.resource, part, self.passed, ()):
                yield part.header.number, {}, {}, [problem]
            count = 0
            for item in self._rows(part):
                count += 1
                yield item
            if count == 0:
                raise why_not(self.resource, part.meta, part.header)
            for problem in (*note_of_leftover(self.leftover), *note_of_formulas(self.resource.formulas)):
                yield part.header.number, {}, {}, [problem]

    def _rows(self, part: Part) -> Iterator[StagedItem]:
        clean_row = self.resource.clean_row
        for count, (number, taken) in enumerate(self.leftover.rows_of(part.header, part.rows), 1):
            if count % TELL_EVERY == 0:
                report_progress(number, part.meta.rows, _("Kiểm tra dòng"))
            clean, problems = clean_row(taken)
            yield number, {key: list(cell) if cell else None for key, cell in taken.items()}, clean, problems

    @contextmanager
    def _first(self) -> Iterator[Part]:
        """The first visible sheet that has the header and something below it; people put covers and guides in front."""
        refusals: list[tuple[int, Refused]] = []
        while len(self.passed) < SHEETS_TRIED:
            with read_rows(self.path, len(self.passed), **self.options) as table:
                header, rows = self._head(iter(table))
                first = next(rows, None)
                if not header.missing and first is not None:
                    yield Part(table.meta, header, chain([first], rows))
                    return
            found = len(self.resource.fields) - len(header.missing)
            refusals.append((found, why_not(self.resource, table.meta, header)))
            self.passed.append(table.meta.sheet)
            if len(self.passed) == len(table.meta.sheets):
                break
        raise max(refusals, key=lambda refusal: refusal[0])[1]

    def _head(self, rows: Iterator[Row]) -> tuple[Header, Iterator[Row]]:
        """The header, and the rows below it."""
        top: list[Row] = []
        rest: list[Row] = []
        for row in rows:
            (top if row[0] <= DEPTH else rest).append(row)
            if rest:
                break
        header = find_header(self.resource, top, self.answers)
        return header, chain((row for row in top if row[0] > header.number), rest, rows)


def why_not(resource: ScopedResource, meta: Meta, header: Header) -> Refused:
    if not header.missing:
        wanted = _("Trang tính “%(sheet)s” không có dòng dữ liệu nào dưới dòng tiêu đề.")
        return Refused("empty_sheet", wanted % {"sheet": meta.sheet[:60]})
    missing = ", ".join(f"“{name}”" for name in header.missing)
    if not header.places:
        wanted = _("Không thấy dòng tiêu đề trong %(depth)s dòng đầu của trang “%(sheet)s”: thiếu cột %(columns)s. ")
    else:
        wanted = _("Dòng tiêu đề (dòng %(row)s của trang “%(sheet)s”) thiếu cột %(columns)s. ")
    values = {"depth": DEPTH, "row": header.number, "sheet": meta.sheet[:60], "columns": missing}
    other = _other_register(resource, header)
    if other is None:
        return Refused("header", wanted % values + _("Dùng tệp mẫu của cổng."))
    meant = _("Tệp có các cột của sổ “%(title)s”: tải lên ở trang nhập của sổ đó.") % {"title": other.label}
    return Refused("header", wanted % values + meant)


def _other_register(resource: ScopedResource, header: Header) -> type[ScopedResource] | None:
    given = {heading(column.text) for column in header.columns}
    others = (one for one in resources() if not isinstance(resource, one))
    return next((one for one in others if all(heading(f.header) in given for f in one.fields if f.required)), None)
