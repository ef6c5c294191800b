"""The unit's own file: filled in and sent back it says the same as the screen; what is wrong is told cell by cell."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from openpyxl import Workbook, load_workbook
from openpyxl.cell import MergedCell

from apps.documents.models import StoredFile
from apps.reports.models import ReportedValue, ReportFile
from apps.reports.selectors.filled import entries_of
from apps.reports.services import entering, importing, moves, reviewing
from apps.reports.services.entering import Edit
from apps.reports.workbook import CODE, CONTENT, EXPLANATION, HEAD_ROW, NOW, workbook_of
from tests.conftest import BAC_NINH, LAM_DONG
from tests.factories.reports import filled, report_of, signed_paper
from tests.reports.book import Book

pytestmark = pytest.mark.django_db
URL = f"/reports/2026/{BAC_NINH.lower()}/"


def upload(report, raw: bytes, by, name: str = "bao-cao.xlsx") -> ReportFile:
    return importing.upload_file(report, SimpleUploadedFile(name, raw), by=by)


def written(report) -> dict[str, tuple]:
    report.refresh_from_db()
    return {
        entry.cell.code: (entry.given, entry.explanation)
        for entry in entries_of(report).values()
        if not entry.given.is_blank or entry.explanation
    }


@pytest.fixture
def begun(report, editor):
    moves.start(report, by=editor)
    report.refresh_from_db()
    return report


GIVEN = {
    "5.1": "465", "5.2": "15", "6.1": "0", "D1": "12", "D2": "not_applicable", "D8": "1234,5", "7.1": "có",
    "A1": "=1+1\nDòng hai", "E1": "-5 % so với năm trước", "K1.1": "0,000001", "K2.1": "1.250,75", "B1": "7",
}  # fmt: skip
IN_FILE = {
    "5.1": 465, "5.2": "15", "6.1": 0, "D1": 12.0, "D2": "không áp dụng", "D8": 1234.5, "7.1": "Có",
    "A1": "=1+1\nDòng hai", "E1": "-5 % so với năm trước", "K1.1": 0.000001, "K2.1": "1.250,75", "B1": 7,
}  # fmt: skip


def test_filled_in_and_sent_back_it_says_the_same_as_the_screen(begun, editor, round_2026, member):
    book = Book(workbook_of(begun))
    for code, value in IN_FILE.items():
        book.put(code, value, "Theo hồ sơ" if code in ("5.1", "B1") else None)
        if code == "A1":
            book.at(code).data_type = "s"
    sent = upload(begun, book.saved(), editor)
    plan = importing.looked_at(sent)
    assert (plan.errors, plan.conflicts) == ([], [])
    assert ReportedValue.objects.filter(report=begun, origin="imported").count() == 0
    count = importing.write_file(sent, {}, by=editor, version=plan.version)
    assert count == len(plan.changes)
    other = report_of(round_2026, LAM_DONG)
    colleague = member("Editor Lam Dong", "unit_editor", LAM_DONG)
    moves.start(other, by=colleague)
    edits = [
        Edit(code, value, "Theo hồ sơ" if code in ("5.1", "B1") else entering.UNCHANGED)
        for code, value in GIVEN.items()
    ]
    entering.write_cells(other, edits, by=colleague)
    assert written(begun) == written(other)
    assert set(ReportedValue.objects.filter(report=begun, cell__code__in=["5.1", "D8"]).values_list("origin")) == {
        ("imported",)
    }
    again = upload(begun, workbook_of(begun), editor)
    unchanged = importing.looked_at(again)
    assert (unchanged.changes, unchanged.conflicts, unchanged.errors) == ([], [], [])


def test_the_file_is_the_form_with_what_is_known(begun, editor):
    entering.write_cells(begun, [Edit("K1.1", "1,5"), Edit("K2.1", "2"), Edit("A1", "=HYPERLINK(1)")], by=editor)
    begun.refresh_from_db()
    raw = workbook_of(begun)
    book = Book(raw)
    assert book.book["_bao_cao"].sheet_state == "veryHidden"
    first = book.book.worksheets[0]
    assert first["A1"].value == begun.form.title.upper()
    assert [cell.value for cell in first[HEAD_ROW]] == [
        "Mã ô", "Nội dung", "Đơn vị tính", "Năm 2024", "Năm 2025", "Năm 2026", "Số điền sẵn", "Giải trình",
    ]  # fmt: skip
    results, row = book.rows["5.1"]
    assert results[f"{CONTENT}{row - 1}"].value == "MT5 – Doanh nghiệp"
    assert [cell.value for cell in results[CONTENT]].count("MT5 – Doanh nghiệp") == 1
    assert (book.at("A1").data_type, book.at("A1").value) == ("s", "=HYPERLINK(1)")
    assert all(sheet.protection.sheet for sheet in book.book if sheet.sheet_state == "visible")
    assert not book.at("5.1").protection.locked
    assert book.at("5.1", CODE).protection.locked
    assert book.at("K6.1").protection.locked
    assert book.at("K6.1").value.startswith("=IF(COUNT(")
    values = load_workbook(io.BytesIO(raw), data_only=True)
    sheet, row = book.rows["K6.1"]
    assert values[sheet.title][f"{NOW}{row}"].value == 3.5
    assert values[sheet.title][f"{EXPLANATION}{row}"].value == "thiếu 3 ô"  # as the page says of such a total
    rules = [rule for one in book.book for rule in one.data_validations.dataValidation]
    assert {rule.type for rule in rules} == {"list", "custom", "textLength"}
    assert all(rule.error and rule.prompt for rule in rules)


def test_of_what_was_returned_only_flagged_cells_are_open(report, editor, approver, officer):
    filled(report, editor)
    moves.to_leader(report, by=editor)
    moves.sign(report, signed_paper(), by=approver)
    moves.submit(report, by=editor)
    reviewing.note_cell(report, "5.1", "flag", "Xem lại", by=officer)
    reviewing.return_for_revision(report, "Sửa ô 5.1", by=officer)
    report.refresh_from_db()
    book = Book(workbook_of(report))
    assert not book.at("5.1").protection.locked
    assert book.at("3.1").protection.locked
    plan = importing.looked_at(upload(report, book.put("5.1", 3, "Bổ sung").put("3.1", 4).saved(), editor))
    assert [(one.code, one.column, one.at[0]) for one in plan.errors] == [("locked_cell", "3.1", NOW)]
    assert [change.cell.code for change in plan.changes] == ["5.1"]


def test_an_old_file_is_merged_cell_by_cell(begun, editor, member):
    """Only the file changed D1, only the screen D2, both D3; both made D4 the same."""
    book = Book(workbook_of(begun))
    colleague = member("Colleague", "unit_editor", BAC_NINH)
    entering.write_cells(begun, [Edit("D2", "2"), Edit("D3", "3"), Edit("D4", "4")], by=colleague)
    sent = upload(begun, book.put("D1", 10).put("D3", 30).put("D4", 4).saved(), editor)
    plan = importing.looked_at(sent)
    assert [(one.cell.code, one.old, one.new) for one in plan.changes] == [("D1", "", "10")]
    assert [(one.cell.code, one.old, one.new, one.changed_by) for one in plan.conflicts] == [
        ("D3", "3", "30", "Colleague")
    ]
    with pytest.raises(ValidationError, match="D3"):
        importing.write_file(sent, {}, by=editor, version=plan.version)
    with pytest.raises(ValidationError, match="vừa được người khác cập nhật"):
        importing.write_file(sent, {"D3": "file"}, by=editor, version=plan.version - 1)
    assert importing.write_file(sent, {"D3": "file"}, by=editor, version=plan.version) == 2
    rows = {row.cell.code: row.number for row in begun.values.filter(cell__code__startswith="D").select_related("cell")}
    assert rows == {"D1": 10, "D2": 2, "D3": 30, "D4": 4}
    with pytest.raises(ValidationError, match="đã được ghi"):
        importing.write_file(sent, {"D3": "file"}, by=editor, version=plan.version + 1)


def _drop(book: Book, name: str) -> None:
    del book.book[name]


def _mark(book: Book, row: int, value: str) -> None:
    book.book["_bao_cao"][f"B{row}"].value = value


def _swap(book: Book) -> None:
    """Two rows change places, codes and all."""
    (sheet, one), (_sheet, two) = book.rows["D1"], book.rows["D2"]
    for column in "ABCDEFGH":
        a, b = sheet[f"{column}{one}"], sheet[f"{column}{two}"]
        a.value, b.value = b.value, a.value


def _merge(book: Book, column: str) -> None:
    (sheet, one), (_sheet, two) = book.rows["D1"], book.rows["D2"]
    sheet.merge_cells(f"{column}{one}:{column}{two}")


def _add_sheet(book: Book) -> None:
    sheet = book.book.create_sheet("Ghi chú", 0)
    sheet["A1"] = "Việc của tôi"


def _head(book: Book, text: str | None, column: str = NOW) -> None:
    for cell in book.rows["D1"][0][HEAD_ROW]:
        if cell.column_letter == column and not isinstance(cell, MergedCell):
            cell.value = text


def _insert_column(book: Book) -> None:
    sheet = book.rows["D1"][0]
    for row in sheet.iter_rows(min_row=HEAD_ROW):
        for at in range(len(row), 4, -1):
            sheet.cell(row[0].row, at + 1).value = sheet.cell(row[0].row, at).value
        sheet.cell(row[0].row, 5).value = None


# What is done to a sound file in which D1 is 5, and what is said of it: (code, column) of each error; then, where there
# is none, what would change.
OK: list[tuple[str, str]] = []
DAMAGE: dict[str, tuple[Callable[[Book], Any], list[tuple[str, str]], dict[str, str]]] = {
    "none": (lambda b: None, OK, {"D1": "5"}),
    "rows moved": (_swap, OK, {"D1": "5"}),
    "sheet renamed": (lambda b: setattr(b.rows["D1"][0], "title", "Khác"), OK, {"D1": "5"}),
    "sheets in another order": (lambda b: b.book.move_sheet(b.rows["D1"][0], -3), OK, {"D1": "5"}),
    "a sheet more": (_add_sheet, OK, {"D1": "5"}),
    "a column more": (_insert_column, OK, {"D1": "5"}),
    "a sheet less": (lambda b: _drop(b, b.rows["E1"][0].title), OK, {"D1": "5"}),
    "a row less": (lambda b: b.rows["D2"][0].delete_rows(b.rows["D2"][1]), OK, {"D1": "5"}),
    "a number as text": (lambda b: b.put("D1", " 1.234 "), OK, {"D1": "1.234"}),
    "full-width digits": (lambda b: b.put("D1", "１２"), [("whole_number", "D1")], {}),
    "a fraction with a point": (lambda b: b.put("D8", "1234.5"), OK, {"D1": "5", "D8": "1.234,5"}),
    "decomposed letters": (lambda b: b.put("D2", "Không áp dụng"), OK, {"D1": "5", "D2": "Không áp dụng"}),
    "a sum overwritten": (lambda b: b.put("K6.1", 99), OK, {"D1": "5"}),
    "a number of two readings": (lambda b: b.put("D8", "1.234"), [("ambiguous_number", "D8")], {}),
    "a fraction for a whole": (lambda b: b.put("D1", 1.5), [("whole_number", "D1")], {}),
    "a negative": (lambda b: b.put("D1", -3), [("negative", "D1")], {}),
    "words for a number": (lambda b: b.put("D1", "mười hai"), [("whole_number", "D1")], {}),
    "too large": (lambda b: b.put("D1", 10**15), [("out_of_range", "D1")], {}),
    "digits beyond measure": (
        lambda b: b.put("D1", "9" * 5_000).put("D8", "9" * 40), [("out_of_range", "D1"), ("out_of_range", "D8")], {},
    ),
    "more rows than a page could tell of": (
        lambda b: [b.rows["D1"][0].append(["Z"]) for _row in range(700)], [("unknown_cell", "Z")] * 500, {},
    ),
    "a day for a number": (lambda b: b.put("D1", __import__("datetime").date(2026, 5, 1)), [("wrong_kind", "D1")], {}),
    "true for a number": (lambda b: b.put("D1", True), [("wrong_kind", "D1")], {}),
    "an error of Excel": (lambda b: b.put("D1", "#DIV/0!"), [("excel_error", "D1")], {}),
    "a formula never computed": (lambda b: b.put("D1", "=2+3"), [("formula", "D1")], {}),
    "neither yes nor no": (lambda b: b.put("7.1", "có lẽ"), [("yes_no", "7.1")], {}),
    "a text too long": (lambda b: b.put("A1", "a" * 10_001), [("too_long", "A1")], {}),
    "a text of too many lines": (lambda b: b.put("A1", "a\n" * 201), [("too_many_lines", "A1")], {}),
    "an explanation too long": (lambda b: b.put("D1", 5, "a" * 1001), [("too_long", "D1")], {}),
    "merged values": (lambda b: _merge(b, NOW), [("merged_cells", "D1"), ("merged_cells", "D2")], {}),
    "merged explanations": (
        lambda b: _merge(b, EXPLANATION), [("merged_cells", "D1"), ("merged_cells", "D2")], {},
    ),
    "a code changed": (lambda b: setattr(b.at("D2", CODE), "value", "D99"), [("unknown_cell", "D99")], {}),
    "a code twice": (lambda b: setattr(b.at("D2", CODE), "value", "D1"), [("twice", "D1")], {}),
    "a code gone": (lambda b: setattr(b.at("D1", CODE), "value", None), [("no_code", "")], {}),
    "the header gone": (lambda b: _head(b, None), [("no_header", "")], {}),
    "the year of the header changed": (lambda b: _head(b, "Năm 2023"), [("no_header", "")], {}),
    "several at once": (
        lambda b: b.put("D1", "x").put("D4", -1).put("7.1", "?"),
        [("whole_number", "D1"), ("negative", "D4"), ("yes_no", "7.1")], {},
    ),
    "no hidden sheet": (lambda b: _drop(b, "_bao_cao"), [("not_ours", "file")], {}),
    "another unit in the hidden sheet": (lambda b: _mark(b, 3, LAM_DONG), [("broken_mark", "file")], {}),
    "another round in the hidden sheet": (lambda b: _mark(b, 2, "2025"), [("broken_mark", "file")], {}),
    "another format": (lambda b: _mark(b, 1, "9"), [("not_ours", "file")], {}),
}  # fmt: skip


@pytest.mark.parametrize("first", [0, 1])  # two halves, for two workers
def test_each_damage_has_its_verdict_and_changes_nothing(begun, editor, first):
    """Of one sound file: making it costs more than all that is then done to it."""
    before, version, sound = written(begun), begun.version, workbook_of(begun)
    for name, (damage, errors, changes) in list(DAMAGE.items())[first::2]:
        book = Book(sound).put("D1", 5)
        damage(book)
        found, told = verdict(begun, book.saved(), editor)
        assert sorted(found) == sorted(errors), (name, told)
        assert errors or told == changes, name
        assert written(begun) == before, name
        assert begun.version == version, name
        ReportFile.objects.all().delete()


def verdict(report, raw: bytes, by) -> tuple[list[tuple[str, str]], Any]:
    kept = list(StoredFile.objects.values_list("pk", flat=True))
    try:
        plan = importing.looked_at(upload(report, raw, by))
    except ValidationError as refused:
        assert not ReportFile.objects.exists()
        assert not StoredFile.objects.exclude(pk__in=kept).exists(), "of what is refused no bytes are kept"
        return [(one.code, name) for name, errors in refused.error_dict.items() for one in errors], refused.messages
    assert all(one.message and (one.sheet or one.code == "missing_row") for one in [*plan.errors, *plan.warnings])
    assert plan.conflicts == []
    return [(one.code, one.column) for one in plan.errors], {one.cell.code: one.new for one in plan.changes}


def test_files_of_others_are_refused_each_by_its_words(begun, editor, officer, member, round_2026):
    from tests.factories.reports import open_round

    before = written(begun)
    theirs = report_of(round_2026, LAM_DONG)
    association = report_of(round_2026, "VINAMET") if round_2026.reports.filter(unit="VINAMET").exists() else None
    earlier = report_of(open_round(officer, 2025), BAC_NINH)
    files = {"other_unit": workbook_of(theirs), "other_round": workbook_of(earlier)}
    out = io.BytesIO()
    Workbook().save(out)
    files |= {"not_ours": out.getvalue(), "not_zip": b"%PDF-1.7 not a workbook"}
    if association is not None:
        files["other_unit "] = workbook_of(association)
    for code, raw in files.items():
        found, words = verdict(begun, raw, editor)
        expected = code.strip()
        assert found, (code, words)
        assert expected == "not_zip" or found == [(expected, "file")], (found, words)
    for name in ("bao-cao.xls", "bao-cao.csv", "bao-cao"):
        with pytest.raises(ValidationError, match=r"\.xlsx"):
            upload(begun, files["other_unit"], editor, name)
    assert written(begun) == before


def test_doors(begun, report, editor, approver, officer, signed_in, member, stranger):
    raw = Book(workbook_of(begun)).put("D1", 5).saved()
    neighbour = signed_in(member("Editor Lam Dong", "unit_editor", LAM_DONG))
    url = f"/reports/2026/{begun.unit.slug}/"
    for client, seen, sends in (
        (signed_in(stranger), 403, 403), (neighbour, 404, 404), (signed_in(officer), 200, 403),
        (signed_in(approver), 200, 403),
    ):  # fmt: skip
        assert client.get(f"{url}file.xlsx").status_code == seen
        assert client.get(f"{url}import/").status_code == sends
        file = SimpleUploadedFile("a.xlsx", raw)
        assert client.post(f"{url}import/", {"file": file, "key": "k"}).status_code == sends
    with pytest.raises(PermissionDenied):
        upload(begun, raw, officer)
    assert not ReportFile.objects.exists()
    sent = upload(begun, raw, editor)
    assert neighbour.get(f"{url}import/{sent.pk}/").status_code == 404
    assert signed_in(officer).post(f"{url}import/{sent.pk}/", {"version": begun.version}).status_code == 403


def test_the_pages(begun, editor, signed_in, member, django_assert_max_num_queries):
    client, url = signed_in(editor), f"/reports/2026/{begun.unit.slug}/"
    raw = client.get(f"{url}file.xlsx")
    assert raw.status_code == 200
    assert raw["Content-Disposition"] == f'attachment; filename="bao-cao-2026-{begun.unit.slug}.xlsx"'
    book = Book(raw.content)
    assert "Tải tệp Excel của đơn vị" in client.get(f"{url}import/").content.decode()
    colleague = member("Colleague", "unit_editor", BAC_NINH)
    entering.write_cells(begun, [Edit("D3", "3")], by=colleague)
    file = SimpleUploadedFile("bao-cao.xlsx", book.put("D1", 5).put("D3", 30).put("5.1", 9).saved())
    answer = client.post(f"{url}import/", {"file": file, "key": "k1"})
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    page = answer["Location"]
    with django_assert_max_num_queries(30):
        shown = client.get(page).content.decode()
    for words in ("Ô thay đổi</h2>", "Colleague", "choice-D3", "Sổ đăng ký có 0, báo cáo ghi 9"):
        assert words.replace("</h2>", "") in shown, words
    begun.refresh_from_db()
    version = str(begun.version)
    assert client.post(page, {"version": version}).status_code == 200
    for nothing in ({"choice-D3": "khong-co"}, {"D3": "screen", "khac": "file"}):  # no choice of what there is
        assert client.post(page, {"version": version} | nothing).status_code == 200
    assert client.post(page, {"version": "1"}).status_code == 409
    assert client.post(page, {}).status_code == 409
    done = client.post(page, {"version": version, "choice-D3": "screen"})
    assert done.status_code == 302
    assert {row.cell.code: row.number for row in begun.values.filter(cell__code__in=["D1", "D3", "5.1"])} == {
        "D1": 5, "D3": 3, "5.1": 9,
    }  # fmt: skip
    assert "đã ghi 2 ô" in client.get(page).content.decode()
    refused = client.post(f"{url}import/", {"file": SimpleUploadedFile("x.xlsx", b"PK"), "key": "k2"})
    assert refused.status_code == 200
    assert "errsum" in refused.content.decode()


def test_a_report_that_is_not_being_written_takes_no_file(report, editor, approver, signed_in):
    url = f"/reports/2026/{report.unit.slug}/"
    client = signed_in(editor)
    assert client.get(f"{url}import/").status_code == 302
    filled(report, editor)
    sent = upload(report, Book(workbook_of(report)).put("D1", 5).saved(), editor)
    moves.to_leader(report, by=editor)
    report.refresh_from_db()
    with pytest.raises(ValidationError, match="không sửa được"):
        upload(report, workbook_of(report), editor)
    with pytest.raises(ValidationError, match="không sửa được"):
        importing.write_file(sent, {}, by=editor, version=report.version)
    assert all(cell.protection.locked for cell in Book(workbook_of(report)).at("D1").parent["F"] if cell.value)
    assert not report.values.filter(cell__code="D1").exists()


def test_by_command(begun, editor, tmp_path: Path, capsys):
    out = tmp_path / "bao-cao.xlsx"
    call_command("report_workbook", "--round", "2026", "--unit", BAC_NINH, "--out", str(out))
    book = Book(out.read_bytes())

    def run(*more: str) -> tuple[int, dict[str, Any]]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            call_command("import_file", "reports", str(out), "--unit", BAC_NINH, "--by", editor.email, *more)
        return int(ended.value.code or 0), json.loads(capsys.readouterr().out)

    out.write_bytes(book.put("D1", "x").put("D2", 3).saved())
    code, told = run("--confirm")
    assert (code, told["written"]) == (1, 0)
    assert [(one["column"], one["code"], one["value"]) for one in told["errors"]] == [("D1", "whole_number", "x")]
    assert told["errors"][0]["row"] == book.rows["D1"][1]
    out.write_bytes(book.put("D1", 8).saved())
    assert run()[1]["written"] == 0
    code, told = run("--confirm", "--round", "2026")
    assert (code, told["written"], told["errors"]) == (0, 2, [])
    assert run("--confirm")[1]["written"] == 0
    entering.write_cells(begun, [Edit("D1", "9")], by=editor)
    code, told = run("--confirm")
    assert (code, [one["code"] for one in told["errors"]]) == (1, ["conflict"])
    code, told = run("--round", "2025")
    assert (code, bool(told["refused"])) == (2, True)
