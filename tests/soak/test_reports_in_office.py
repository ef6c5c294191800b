"""A unit's own workbook filled in and saved by LibreOffice: its report says what the screen would have been told."""

import io
import zipfile
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from apps.reports.models import AnnualReport, FormCell
from apps.reports.numbers import NOT_APPLICABLE
from apps.reports.selectors.filled import entries_of
from apps.reports.services import entering, importing, moves
from apps.reports.services.entering import Edit
from apps.reports.workbook import CODE, EXPLANATION, NOW, workbook_of
from tests.people.people import person
from tests.reports.test_workbook import Book, upload, written
from tests.soak.office import saved_as

Kind = FormCell.Kind
LEAVE = ("Không áp dụng", NOT_APPLICABLE)
# What is put into the file, and what a person would have typed on screen.
GIVEN: dict[str, list[tuple[Any, str]]] = {
    Kind.WHOLE: [(0, "0"), (465, "465"), ("15", "15"), (12.0, "12"), LEAVE, (99_999_999_999, "99999999999")],
    Kind.MONEY: [(1234.5, "1234,5"), (0.000001, "0,000001"), ("1.250,75", "1.250,75"), LEAVE, (0.3, "0,3"), (7, "7"),
                 (123_456_789.123456, "123456789,123456")],
    Kind.YES_NO: [("Có", "có")],
    Kind.TEXT: [(text, text) for text in (
        "=1+1\nDòng hai\n\nDòng bốn", "-5 % so với năm trước", "+84 24 3756 4268", "@tdc", "0123", "12/05/2026", "1,5",
        "TRUE", "#N/A", "_x0041_ <b>&amp;", "“Đo lường” – 𝟗𝟗𝟔 🏭", "Đã báo cáo. " * 700,
    )],
}  # fmt: skip
REASONS = ["=A1", "Theo hồ sơ", "0", "-", "Bổ sung\thồ sơ <năm trước>"]
Saved = Callable[[str, bytes], bytes]


@pytest.fixture(scope="module")
def office(tmp_path_factory) -> Saved:
    folder: Path = tmp_path_factory.mktemp("sheets")

    def saved(name: str, xlsx: bytes) -> bytes:
        (folder / f"{name}.xlsx").write_bytes(xlsx)
        made = saved_as("xlsx", folder / f"{name}.xlsx", folder)
        assert b"LibreOffice" in zipfile.ZipFile(io.BytesIO(made)).read("docProps/app.xml")
        return made

    return saved


def begun_by(report: AnnualReport) -> Any:
    editor = person(f"Soạn {report.unit_id}", "unit_editor", report.unit_id)
    moves.start(report, by=editor)
    report.refresh_from_db()
    return editor


def two_reports(audience: str) -> list[AnnualReport]:
    rows = AnnualReport.objects.filter(round__state="open", state="not_started", form__audience=audience)
    found = list(rows.select_related("round__period", "unit", "form").order_by("-pk")[:2])
    assert len(found) == 2
    return found


def told_of(report: AnnualReport) -> Iterator[tuple[str, Any, str, str]]:
    """Of every cell: what goes into the file, what is typed on screen, and the explanation."""
    values, reasons = {kind: cycle(given) for kind, given in GIVEN.items()}, cycle(REASONS)
    for entry in entries_of(report).values():
        if not entry.cell.is_sum:
            in_file, typed = next(values[entry.cell.kind])
            yield entry.cell.code, in_file, typed, next(reasons)


@pytest.mark.parametrize("audience", ["province", "ministry", "association"])
def test_filled_in_and_saved_by_libreoffice_it_says_the_same_as_the_screen(portal, say, office, audience):
    by_file, by_screen = two_reports(audience)
    editor, colleague = begun_by(by_file), begun_by(by_screen)
    told, book = list(told_of(by_file)), Book(workbook_of(by_file))
    for code, value, _typed, why in told:
        book.put(code, value, why)
        for column in (NOW, EXPLANATION):
            if isinstance(book.at(code, column).value, str):
                book.at(code, column).data_type = "s"
    sent = upload(by_file, office(audience, book.saved()), editor)
    plan = importing.looked_at(sent)
    assert (plan.errors, plan.conflicts) == ([], [])
    importing.write_file(sent, {}, by=editor, version=plan.version)
    entering.write_cells(by_screen, [Edit(code, typed, why) for code, _value, typed, why in told], by=colleague)
    assert written(by_file) == written(by_screen)
    assert {code for code, *_rest in told} <= written(by_file).keys()
    say(f"report of {audience}: {len(told)} cells by LibreOffice, each as typed on screen")
    unchanged_after(by_file, office, editor)


def unchanged_after(report: AnnualReport, office: Saved, editor: Any) -> None:
    """Opened and saved without a change, the file changes nothing; and it is still the form it was."""
    ours = workbook_of(report)
    theirs = office("unchanged", ours)
    plan = importing.looked_at(upload(report, theirs, editor))
    assert (plan.changes, plan.conflicts, plan.errors) == ([], [], [])
    assert form_in(theirs) == form_in(ours)


def form_in(xlsx: bytes) -> tuple[Any, ...]:
    """What of it keeps people from mistakes: sheets, locks, drop-downs; and what its sums give."""
    book, values = Book(xlsx), load_workbook(io.BytesIO(xlsx), data_only=True)
    locks = {
        code: [book.at(code, column).protection.locked for column in (CODE, NOW, EXPLANATION)] for code in book.rows
    }
    rules = {
        code: {rule.type for rule in sheet.data_validations.dataValidation if f"{NOW}{row}" in rule.sqref}
        for code, (sheet, row) in book.rows.items()
    }
    sums = {code: values[sheet.title][f"{NOW}{row}"].value for code, (sheet, row) in book.rows.items()
            if str(book.at(code).value).startswith("=IF(")}  # fmt: skip
    sheets = [(sheet.title, sheet.protection.sheet, sheet.sheet_state != "visible") for sheet in book.book]
    return sheets, locks, rules, sums
