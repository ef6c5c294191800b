"""From a file to staged rows: which sheets hold the header, which column is which, what each row means."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from itertools import chain
from os import PathLike
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from apps.core.masking import hide_identity_numbers
from apps.exchange.cells import shown
from apps.exchange.gate import Refused
from apps.exchange.header import DEPTH, FAULTS, Answers, Header, find_header
from apps.exchange.headings import heading, is_counter
from apps.exchange.leftover import Leftover
from apps.exchange.notes import GUIDE, LISTS, note_of_formulas, note_of_leftover, notes_of, notes_of_sheets
from apps.exchange.parse import Meta, Row, read_rows
from apps.exchange.resource import ScopedResource, resources
from apps.exchange.staging import StagedItem
from apps.jobs.services import report_progress

SHEETS_TRIED = 10
ROUND = 1000  # a second sheet's rows are numbered from the next thousand on
SAMPLED, SAMPLE = 20, 40  # rows in which an example is looked for, and its characters
TELL_EVERY = 1000  # rows


class Asked(Refused):
    """The file cannot be read before somebody has said what its columns are."""


class Part(NamedTuple):
    """A sheet whose header was found: `rows` begin below it. Its rows are numbered from `offset` on."""

    meta: Meta
    header: Header
    rows: Iterator[Row]
    samples: dict[int, str]
    offset: int = 0


class Reader:
    """Reads one file for one register. After its items have been taken it knows how they were read."""

    def __init__(self, resource: ScopedResource, path: str | PathLike[str], answers: Answers, ending: str) -> None:
        self.resource, self.path, self.answers = resource, path, answers
        self.options: dict[str, Any] = {} if ending == "xlsx" else {"ending": ending}
        self.leftover = Leftover(resource)
        self.passed: list[str] = []  # sheets that have no header
        self.parts: list[Part] = []  # those that were read
        self.alike: list[tuple[int, str]] = []  # those that have the same header, with their places
        self.asked: Part | None = None

    @property
    def sheet(self) -> str:
        return ", ".join(part.meta.sheet for part in self.parts)

    def layout(self) -> dict[str, Any]:
        """How the file was read, for the page: sheets by place and name, columns with an example of what they hold."""
        part = self.parts[0] if self.parts else self.asked
        if part is None:
            return {}
        return {
            "sheets": self.alike,
            "read": [[part.meta.place, part.meta.sheet, part.offset] for part in self.parts],
            "columns": [
                {"at": one.at, "name": one.name, "text": one.text, "key": one.key, "how": int(one.how),
                 "may_be": list(one.may_be), "sample": part.samples.get(one.at, "")}
                for one in part.header.columns
                if one.text != FAULTS and not is_counter(one.text)
            ],
        }  # fmt: skip

    def items(self) -> Generator[StagedItem]:
        """Each row with what it means and what is wrong with it, and what is to be said of the sheets."""
        count = 0
        for part in self._parts():
            self.parts.append(part)
            others = [one.meta.sheet for one in self.parts[:-1]]
            for item in self._rows(part):
                count += 1
                yield item
            told = part.offset + part.header.number
            for problem in notes_of(self.resource, part, self.passed, others):
                yield told, {}, {}, [problem]
        if count == 0:
            raise why_not(self.resource, part.meta, part.header)
        told = self.parts[0].header.number
        if not self.answers.sheets:
            self._look_for_others(self.parts[0])
        for problem in (
            *note_of_leftover(self.leftover),
            *note_of_formulas(self.resource.formulas),
            *notes_of_sheets(self.parts, self.alike, self.passed),
        ):
            yield told, {}, {}, [problem]

    def _parts(self) -> Iterator[Part]:
        if not self.answers.sheets:
            with self._first() as part:
                self.alike = [(part.meta.place, part.meta.sheet)]
                yield part
            return
        offset = 0
        for place in self.answers.sheets:
            with read_rows(self.path, place, **self.options) as table:
                part = self._head(table.meta, iter(table))
                if part.header.missing or part.header.asks:
                    raise self._why_not(part)
                shifted = ((number + offset, cells) for number, cells in part.rows)
                yield part._replace(rows=shifted if offset else part.rows, offset=offset)
                offset += -(-(table.meta.rows + 1) // ROUND) * ROUND

    def _look_for_others(self, first: Part) -> None:
        """Sheets that have the same columns as the first: often one for each quarter."""
        meta = first.meta
        wanted = [name for name in meta.filled if name not in (meta.sheet, GUIDE, LISTS, *self.passed)]
        for name in wanted[:SHEETS_TRIED]:
            with read_rows(self.path, meta.sheets.index(name), **self.options) as table:
                part = self._head(table.meta, iter(table))
                if part.header.places.keys() == first.header.places.keys() and next(part.rows, None):
                    self.alike.append((part.meta.place, name))

    def _rows(self, part: Part) -> Iterator[StagedItem]:
        clean_row = self.resource.clean_row
        for count, (number, taken) in enumerate(self.leftover.rows_of(part.header, part.rows), 1):
            if count % TELL_EVERY == 0:
                report_progress(number, part.offset + part.meta.rows, _("Kiểm tra dòng"))
            clean, problems = clean_row(taken)
            yield number, taken, clean, problems

    @contextmanager
    def _first(self) -> Iterator[Part]:
        """The first visible sheet that has the header and something below it; people put covers and guides in front."""
        refusals: list[tuple[int, Part, Refused]] = []
        while len(self.passed) < SHEETS_TRIED:
            with read_rows(self.path, len(self.passed), **self.options) as table:
                part = self._head(table.meta, iter(table))
                first = next(part.rows, None)
                if first is not None and not part.header.missing and not part.header.asks:
                    yield part._replace(rows=chain([first], part.rows))
                    return
            found = len(self.resource.fields) - len(part.header.missing)
            refusals.append(
                (found, part, self._why_not(part) if first else why_not(self.resource, table.meta, part.header))
            )
            self.passed.append(table.meta.sheet)
            if len(self.passed) == len(table.meta.sheets):
                break
        _found, part, refusal = max(refusals, key=lambda one: one[0])
        self.asked = part if isinstance(refusal, Asked) else None
        raise refusal

    def _why_not(self, part: Part) -> Refused:
        refusal = why_not(self.resource, part.meta, part.header)
        if not part.header.asks or refusal.code == "other_register":
            return refusal
        self.asked = part
        return question(self.resource, part.header)

    def _head(self, meta: Meta, rows: Iterator[Row]) -> Part:
        """The header, and the rows below it."""
        top: list[Row] = []
        rest: list[Row] = []
        for row in rows:
            (top if row[0] <= DEPTH else rest).append(row)
            if rest:
                break
        header = find_header(self.resource, top, self.answers)
        below = [row for row in top if row[0] > header.number]
        return Part(meta, header, chain(below, rest, rows), _samples(header, below))


def _samples(header: Header, rows: list[Row]) -> dict[int, str]:
    """Of each column the first value that stands in it, without what would tell of a person."""
    found: dict[int, str] = {}
    for _number, cells in rows[:SAMPLED]:
        for column in header.columns:
            cell = cells[column.at] if column.at < len(cells) else None
            if column.at not in found and (text := shown(cell).strip()):
                found[column.at] = hide_identity_numbers(text)[:SAMPLE]
    return found


def question(resource: ScopedResource, header: Header) -> Asked:
    """Which columns somebody has to choose, and what each could be."""
    headers = {field.key: field.header for field in resource.fields}
    said = []
    if header.missing:
        named = ", ".join(f"“{name}”" for name in header.missing)
        said.append(_("Chưa rõ cột nào của tệp là %(columns)s.") % {"columns": named})
    for key in dict.fromkeys(key for column in header.doubtful for key in column.may_be):
        texts = " / ".join(f"“{column.text}”" for column in header.doubtful if key in column.may_be)
        said.append(_("%(texts)s có thể là “%(column)s”.") % {"texts": texts[:120], "column": headers[key]})
    others = ", ".join(f"“{text}”" for text in header.extra)[:150]
    if header.missing and others:
        said.append(_("Các cột chưa dùng: %(columns)s.") % {"columns": others})
    said.append(_("Dùng nút “Chọn cột” ở trang của lần nhập, hoặc sửa tiêu đề theo tệp mẫu."))
    return Asked("columns", " ".join(said)[:500])


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
    return Refused("other_register", wanted % values + meant)


def _other_register(resource: ScopedResource, header: Header) -> type[ScopedResource] | None:
    given = {heading(column.text) for column in header.columns}
    others = (one for one in resources() if not isinstance(resource, one))
    return next((one for one in others if all(heading(f.header) in given for f in one.fields if f.required)), None)
