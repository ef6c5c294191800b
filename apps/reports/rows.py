"""Cells as the page of a section shows them: beside the years before, checked against what the portal knows, and with
what is wrong. What was typed and refused stands in its field as it was typed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.activities.counting import rows_url
from apps.core.kept_words import in_vietnamese
from apps.core.templatetags.ui import percent
from apps.organisations.asked import UnitView
from apps.organisations.selectors import unit_labels
from apps.reports.checking import NOT_GIVEN, Problem, named
from apps.reports.models import AnnualReport, FormBlock, FormCell
from apps.reports.numbers import NOT_APPLICABLE, Given, show, show_sum, typed
from apps.reports.selectors.blank import Block
from apps.reports.selectors.filled import Entry
from apps.reports.selectors.sheet import Sheet
from apps.reports.services.entering import Conflict

Kind = FormCell.Kind
TASKS, MONEY, ACTIVITIES = "tasks", "funding", "activities"
LINE, LINES_SHOWN = 60, 20  # characters a line of a field takes, lines that it shows at once
OF_REGISTERS = ("indicator", "breakdown", ACTIVITIES)
RATE = ("disbursed", "allocated")  # of a grid whose cells are amounts by stage


@dataclass(frozen=True)
class Year:
    """One cell in one year before; `parts`: by unit, where several units of then are one today."""

    year: int
    text: str
    is_split: bool = False
    parts: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Known:
    """What the portal knows itself of the cell, and where that comes from."""

    words: str
    url: str
    agrees: bool
    can_restore: bool
    use: str  # of the button that takes it over


@dataclass(frozen=True)
class Typed:
    """What somebody just gave for a cell, which was not written."""

    value: str = ""
    explanation: str = ""
    refused: str = ""
    conflict: Conflict | None = None
    seen: str = ""


@dataclass(frozen=True)
class Row:
    """`seen`: the version, and what stood in the field and in its explanation, as the page shows them: an answer that
    changes neither is none.
    """

    entry: Entry
    value: str
    explanation: str
    seen: str
    url: str
    problems: Sequence[Problem] = ()
    years: Sequence[Year] = ()
    known: Known | None = None
    refused: str = ""
    conflict: Conflict | None = None
    is_open: bool = True
    asked: str | None = None  # what the return slip says of it
    codes: Sequence[str] = field(default=())  # of the cells it is the sum of

    @property
    def cell(self) -> FormCell:
        return self.entry.cell

    @property
    def named(self) -> str:
        """Where it is spoken of away from its place."""
        return named(self.cell)

    @property
    def place(self) -> str:
        """In the names of elements: codes have dots."""
        return f"{self.cell.pk}"

    @property
    def anchor(self) -> str:
        return self.cell.anchor if self.is_open else f"r{self.place}"

    @property
    def tone(self) -> str:
        """A class of the style sheet: refused or wrong, to be explained, written by two, saved, or nothing yet."""
        if self.refused or any(one.is_error and not one.is_early for one in self.problems):
            return "er"
        if self.conflict or any(one.blocks and not one.is_error for one in self.problems):
            return "wa"
        return "" if self.entry.given.is_blank else "ok"

    @property
    def icon(self) -> str:
        return {"ok": "check", "wa": "alert-triangle", "er": "alert-circle"}.get(self.tone, "")

    @property
    def css(self) -> str:
        """Of its line in a table."""
        tint = f"{self.tone}-row" if self.tone in ("er", "wa") else ""
        return " ".join(filter(None, ("in2" if self.cell.level else "", "noline" if self.tells else "", tint)))

    @property
    def described_by(self) -> str:
        """The element that says more of its field."""
        return f"m{self.place}" if self.tells else f"h{self.place}" if self.cell.hint else ""

    @property
    def asks_why(self) -> bool:
        told = bool(self.explanation) or any(not one.is_error for one in self.problems)
        return told or (self.asked is not None and self.is_open)

    @property
    def tells(self) -> bool:
        """Whether a line below it has something to say."""
        return bool(self.problems or self.refused or self.conflict or self.explanation) or self.asked is not None

    @property
    def text_lines(self) -> int:
        return lines_of(self.value, least=5)

    @property
    def explanation_lines(self) -> int:
        return lines_of(self.explanation, least=2)

    @property
    def theirs(self) -> str:
        return field_text(self.cell, self.conflict.theirs) if self.conflict else ""

    @property
    def may_be_not_applicable(self) -> bool:
        return self.is_open and self.cell.kind != Kind.TEXT and self.entry.given.is_blank and not self.value

    @property
    def choices(self) -> list[tuple[str, str]]:
        """What is sent, as it is typed by everybody, and how it is called here."""
        with in_vietnamese():
            sent = self._answers()
        return list(zip(sent, self._answers(), strict=True))

    def _answers(self) -> list[str]:
        return ["", _("Có"), _("Không"), not_applicable()]

    @property
    def number(self) -> str:
        return show_sum(self.cell, self.entry.number, self.entry.blank_parts) or "–"

    @property
    def read(self) -> str:
        """As it stands where nothing is typed."""
        return self.number if self.entry.number is not None or self.cell.is_sum else self.value or "–"


@in_vietnamese()
def field_text(cell: FormCell, given: Given) -> str:
    """As it stands in the field: with one digit changed it is read again, which 6.200 of what takes decimals is not,
    and 6.200,0 is.
    """
    if given.is_not_applicable:
        return not_applicable()
    text = typed(cell, given)
    is_ambiguous = cell.kind in (Kind.MONEY, Kind.NUMBER) and text.count(".") == 1 and "," not in text
    return f"{text},0" if is_ambiguous else text


def lines_of(text: str, *, least: int) -> int:
    """How high its field stands, where the browser does not let it grow by itself."""
    lines = sum(1 + len(line) // LINE for line in text.splitlines())
    return max(least, min(lines, LINES_SHOWN))


def not_applicable() -> str:
    return _("Không áp dụng")


@in_vietnamese()
def given_text(text: str) -> str:
    """What was typed, as `read_cell` takes it: «không áp dụng» may be written out, or shortly «kad»."""
    plain = " ".join(text.split()).lower()
    return NOT_APPLICABLE if plain in ("kad", not_applicable().lower()) else text


def mark(text: str) -> str:
    """Short, and the same for the same text, however the browser ends its lines."""
    return f"{crc32(text.replace(chr(13) + chr(10), chr(10)).strip().encode()):08x}"


def seen_mark(version: int, value: str, explanation: str) -> str:
    return f"{version}.{mark(value)}.{mark(explanation)}"


@dataclass(frozen=True)
class Drawn:
    """The rows of a report's cells, asked for one by one: what they need was read."""

    sheet: Sheet
    typed: Mapping[str, Typed] = field(default_factory=dict)
    is_answer: bool = False  # to one cell: what the page has of the years before stays there

    def row(self, cell: FormCell) -> Row:
        sheet, told = self.sheet, self.typed.get(cell.code)
        entry = sheet.entries[cell.key]
        version = max(entry.version, sheet.report.version)
        value, explanation = field_text(cell, entry.given), entry.explanation
        seen = seen_mark(version, value, explanation)
        if told and told.conflict:
            theirs = field_text(cell, told.conflict.theirs)
            seen = seen_mark(max(version, told.conflict.version), theirs, explanation)
        elif told:
            seen = told.seen
        return Row(
            entry=entry,
            value=told.value if told else value,
            explanation=told.explanation if told else explanation,
            seen=seen,
            url=reverse("reports:annualreport_cell", args=[sheet.report.round.code, sheet.report.unit.slug, cell.code]),
            problems=[one for one in sheet.problems.get(cell.key, ()) if one.code != NOT_GIVEN],
            years=self._years(cell),
            known=known_of(sheet.report, entry, can_restore=cell.key in sheet.open_keys),
            refused=told.refused if told else "",
            conflict=told.conflict if told else None,
            is_open=cell.key in sheet.open_keys,
            asked=sheet.asked.get(cell.key),
            codes=[sheet.entries[key].cell.code for key in cell.parts if key in sheet.entries],
        )

    def _years(self, cell: FormCell) -> list[Year]:
        if not cell.is_number:
            return []
        found = []
        for year, cells in self.sheet.before.items():
            before = cells.get(cell.key)
            is_split, parts = bool(before and before.is_split), []
            if before and is_split and not self.is_answer:
                parts = [(unit_labels()[unit].short_name, show(cell, number)) for unit, number in before.parts]
            found.append(Year(year, show(cell, before.total if before else None) or "–", is_split, parts))
        return found

    def block(self, block: Block) -> dict[str, Any]:
        """As its template takes it."""
        told: dict[str, Any] = {"block": block.block, "layout": block.block.layout}
        rows = [self.row(cell) for cell in block.cells]
        if block.block.layout == FormBlock.Layout.GRID:
            return told | grid_of(rows)
        groups: dict[str, list[Row]] = {}
        for row in rows:
            groups.setdefault(row.cell.group, []).append(row)
        return told | {"groups": groups.items(), "years": sorted(self.sheet.before), "rows": rows}


def known_of(report: AnnualReport, entry: Entry, *, can_restore: bool) -> Known | None:
    number = entry.prefilled
    if number is None:
        return None
    kind = entry.cell.prefill.partition(":")[0]
    words = {TASKS: _("Nhiệm vụ: %(n)s"), MONEY: _("Kinh phí: %(n)s"), "plan": _("Kế hoạch: %(n)s")}
    shown = {"n": show(entry.cell, number)}
    told = words.get(kind, _("Sổ đăng ký: %(n)s")) % shown
    use = (_("Dùng “%(n)s”") if entry.cell.kind == Kind.YES_NO else _("Dùng số %(n)s")) % shown
    agrees = entry.number == number
    return Known(told, source_of(report, entry.cell), agrees, can_restore and not agrees, use)


def source_of(report: AnnualReport, cell: FormCell) -> str:
    """The page on which the number can be looked into."""
    kind, _colon, rest = cell.prefill.partition(":")
    year = report.round.year
    if kind in (TASKS, MONEY):
        page = reverse("tasks:statistics" if kind == TASKS else "funding:overview")
        view = "" if report.has_past_in_hand else f"&units={UnitView.AS_REPORTED.value}"
        return f"{page}?unit={report.unit_id}&year={year}{view}"
    if kind == ACTIVITIES:
        return rows_url(rest, report.places, report.round.starts_on, report.round.ends_on)
    code = cell.indicator.code if cell.indicator else rest.partition(":")[0]
    if kind == "plan" or not code:
        code = "MT7"
    return reverse("progress:provenance", args=[code.lower(), year, report.unit.slug])


def grid_of(rows: Sequence[Row]) -> dict[str, Any]:
    """Lines and columns in the order in which they first stand; a rate where amounts are by stage."""
    columns = list(dict.fromkeys(row.cell.column for row in rows))
    lines: dict[str, dict[str, Row]] = {}
    for row in rows:
        lines.setdefault(row.cell.row, {})[row.cell.column] = row
    found = [
        {"title": title, "rows": [own.get(column) for column in columns], "rate": rate_of(own.values()),
         "is_sum": all(row.cell.is_sum for row in own.values()), "id": next(iter(own.values())).cell.code}
        for title, own in lines.items()
    ]  # fmt: skip
    return {"columns": columns, "lines": found, "has_rate": any(line["rate"] is not None for line in found)}


def rate_of(rows: Any) -> str | None:
    """None where the line is not of such amounts; a dash where nothing was given to divide by, or not all of it."""
    by_stage = {row.cell.key.rpartition(".")[2]: row.entry for row in rows}
    if not by_stage.keys() >= set(RATE):
        return None
    spent, given = (by_stage[name] for name in RATE)
    if spent.blank_parts or given.blank_parts or spent.number is None or not given.number:
        return "–"
    return percent(spent.number * 100 / given.number)


def same_line(sheet: Sheet, cell: FormCell) -> list[FormCell]:
    """The cells of its line in a grid."""
    return [one for one in sheet.blank.cells if one.block_id == cell.block_id and one.row == cell.row and cell.row]
