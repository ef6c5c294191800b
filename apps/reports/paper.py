"""A report as an administrative paper: what it says once it is signed, or what it would say now."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.kept_words import in_vietnamese
from apps.organisations.models import OrganisationUnit
from apps.organisations.selectors import UnitLabel, programme_office, unit_labels
from apps.papers.content import roman
from apps.papers.paper import Annex, Block, Column, Heading, Paper, Paragraph, Row, Signer, Table
from apps.reports.frozen import freeze
from apps.reports.models import AnnualReport, FormBlock, FormCell, FormSection, Submission
from apps.reports.numbers import NOT_APPLICABLE, show
from apps.reports.selectors.filled import cells_of
from apps.reports.selectors.series import number_in, sum_in
from apps.reports.signer import authority_of

Layout = FormBlock.Layout
NOTHING, NONE = "–", ""
Frozen = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Issuer:
    """Who issues the report, as the head of the paper and its annexes name it."""

    superior: str
    body: str
    in_full: str
    symbol: str
    place: str


@in_vietnamese()
def paper_of(report: AnnualReport, submission: Submission | None = None, *, mark: str = "") -> Paper:
    """Of a sending as it was frozen; without one, of the report as it stands, number and day left open.

    `mark` stands under every page.
    """
    content = submission.content if submission else freeze(report)
    issuer = _issuer(unit_labels()[report.unit_id])
    cells = cells_of(report.form_id)
    year = submission.signed_on.year if submission else timezone.localdate().year
    return Paper(
        issuing_body=issuer.body,
        superior_body=issuer.superior,
        issuer_in_full=issuer.in_full,
        number_symbol=_symbol(submission, issuer),
        number=submission.number.partition("/")[0] if submission else "",
        place=issuer.place,
        year=year,
        day=submission.signed_on if submission else None,
        about=_about(report),
        addressees=_addressees(),
        body=tuple(_body(cells, content["cells"])),
        annexes=tuple(_annexes(cells, content["cells"])),
        signer=_signer(unit_labels()[report.unit_id], submission),
        recipients=(_("Như trên"),),
        mark=mark,
    )


def _issuer(label: UnitLabel) -> Issuer:
    if label.kind == OrganisationUnit.Kind.PROVINCE:
        name = label.full_name[:1].lower() + label.full_name[1:]
        body = _("Ủy ban nhân dân")
        return Issuer("", f"{body} {name}", f"{body} {name}", "BC-UBND", label.short_name)
    return Issuer("", label.full_name, label.full_name, f"BC-{label.id}", _("Hà Nội"))


def _symbol(submission: Submission | None, issuer: Issuer) -> str:
    if submission is None:
        return issuer.symbol
    return submission.number.partition("/")[2] or issuer.symbol


def _about(report: AnnualReport) -> str:
    span = {"from": f"{report.round.starts_on:%d/%m/%Y}", "to": f"{report.round.ends_on:%d/%m/%Y}"}
    told = _("Tình hình thực hiện Đề án 996 năm %(year)s") % {"year": report.round.year}
    return told + " " + _("(số liệu từ %(from)s đến %(to)s)") % span


def _addressees() -> tuple[str, ...]:
    office = programme_office()
    above = unit_labels().get(office.parent or "") if office else None
    return tuple(label.full_name for label in (above, office) if label)


def _signer(label: UnitLabel, submission: Submission | None) -> Signer:
    if submission is None:
        return Signer(authority_of(label.kind))
    return Signer(authority_of(label.kind, submission.position), submission.signatory)


def _sections(cells: Iterable[FormCell]) -> Iterator[tuple[FormSection, dict[FormBlock, list[FormCell]]]]:
    """In the order of the form."""
    found: dict[int, tuple[FormSection, dict[FormBlock, list[FormCell]]]] = {}
    for cell in cells:
        section = cell.block.section
        _own, blocks = found.setdefault(section.pk, (section, {}))
        blocks.setdefault(cell.block, []).append(cell)
    yield from found.values()


def _body(cells: Iterable[FormCell], frozen: Frozen) -> Iterator[Block]:
    cells = list(cells)
    annexes = {block.pk: number for block, number, _table in _tables(cells, frozen) if block}
    for section, blocks in _sections(cells):
        yield Heading(section.title)
        for block, own in blocks.items():
            if block.layout == Layout.TEXT:
                yield from _texts(own, frozen)
            elif block.layout == Layout.LIST:
                yield Heading(block.title, 2)
                yield _list(own, frozen)
            elif block.layout == Layout.GRID:
                yield Heading(block.title, 2)
                yield Paragraph(_pointer(annexes[block.pk], _grid(own, frozen)))


def _pointer(number: str, table: Table) -> str:
    """What a wide table comes to, and where it stands."""
    place = _("Phụ lục %(number)s") % {"number": number} if number else _("Phụ lục")
    said = _("Số liệu chi tiết tại %(place)s kèm theo báo cáo này.") % {"place": place}
    total = next((row for row in table.rows if row.is_total), None)
    if total is None:
        return said
    heads = [column.title.lower() for column in table.columns]
    sums = "; ".join(f"{head} {value}" for head, value in zip(heads[1:], total.cells[1:], strict=True) if value)
    unit = f" ({table.unit_note[:1].lower()}{table.unit_note[1:]})" if table.unit_note else ""
    return f"{total.cells[0]}{unit}: {sums}. {said}"


def _texts(cells: Iterable[FormCell], frozen: Frozen) -> Iterator[Block]:
    for cell in cells:
        text = frozen.get(cell.key, {}).get("value")
        if text and text != NOT_APPLICABLE:
            yield Heading(cell.label, 2)
            yield Paragraph(text)


def _list(cells: Iterable[FormCell], frozen: Frozen) -> Table:
    rows = tuple(Row((cell.code, cell.label, cell.unit_label, _told_in(frozen, cell)), cell.is_sum) for cell in cells)
    columns = (
        Column(_("Mã"), "center", 1), Column(_("Nội dung"), "left", 7), Column(_("Đơn vị tính"), "center", 2),
        Column(_("Trong kỳ"), "right", 2),
    )  # fmt: skip
    return Table(columns, rows)


def _annexes(cells: Iterable[FormCell], frozen: Frozen) -> Iterator[Annex]:
    """Wide tables, and what was explained, each on pages of its own."""
    for block, number, table in _tables(list(cells), frozen):
        yield Annex(block.title if block else _("Giải trình số liệu"), (table,), number=number, landscape=True)


def _tables(cells: list[FormCell], frozen: Frozen) -> list[tuple[FormBlock | None, str, Table]]:
    """Those of the annexes with their numbers, none where there is but one; of explanations, no block."""
    found: list[tuple[FormBlock | None, Table]] = []
    for _section, blocks in _sections(cells):
        found += [(block, _grid(own, frozen)) for block, own in blocks.items() if block.layout == Layout.GRID]
    if told := _explanations(cells, frozen):
        found.append((None, told))
    return [(block, roman(at) if len(found) > 1 else "", table) for at, (block, table) in enumerate(found, 1)]


def _grid(cells: list[FormCell], frozen: Frozen) -> Table:
    columns = list(dict.fromkeys(cell.column for cell in cells))
    at = {(cell.row, cell.column): cell for cell in cells}
    rows = []
    for row in dict.fromkeys(cell.row for cell in cells):
        own = [at.get((row, column)) for column in columns]
        told = (_told_in(frozen, cell) if cell else NONE for cell in own)
        rows.append(Row((row, *told), any(cell and cell.is_sum for cell in own)))
    unit = next((cell.unit_label for cell in cells if cell.unit_label), "")
    heads = (Column(_("Nguồn"), "left", 4), *(Column(column, "right", 2) for column in columns))
    return Table(heads, tuple(rows), unit_note=_("Đơn vị tính: %(unit)s") % {"unit": unit} if unit else "")


def _explanations(cells: Iterable[FormCell], frozen: Frozen) -> Table | None:
    rows = tuple(
        Row((cell.code, cell.label, _told(cell, told), told["explanation"]))
        for cell in cells
        if (told := frozen.get(cell.key, {})).get("explanation")
    )
    columns = (Column(_("Mã"), "center", 1), Column(_("Nội dung"), "left", 4), Column(_("Trong kỳ"), "right", 2),
               Column(_("Giải trình"), "left", 5))  # fmt: skip
    return Table(columns, rows) if rows else None


def _told_in(frozen: Frozen, cell: FormCell) -> str:
    if not cell.is_sum:
        return _told(cell, frozen.get(cell.key, {}))
    return sum_in(frozen, cell) or NOTHING


def _told(cell: FormCell, told: dict[str, Any]) -> str:
    if told.get("value") == NOT_APPLICABLE:
        return _("Không áp dụng")
    if cell.kind == FormCell.Kind.TEXT:
        return str(told.get("value") or NOTHING)
    number: Decimal | None = number_in(told)
    return show(cell, number) or NOTHING


def file_name(report: AnnualReport, ending: str) -> str:
    return f"bao-cao-{report.round.code}-{report.unit.slug}.{ending}"
