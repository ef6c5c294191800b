"""A book is bound to frozen figures, is checked, signed and issued, and is the same whenever it is built again."""

import io
import json
import zipfile
from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from apps.documents.models import Attachment
from apps.organisations.models import OrganisationUnit
from apps.progress.services import recompute
from apps.publications.acting import allowed_moves
from apps.publications.assembling import assemble
from apps.publications.building import build, digest
from apps.publications.checking import problems_of
from apps.publications.facts.taken import asked_of, take_facts
from apps.publications.manuscript import manuscript_of
from apps.publications.models import ReportBook, Section
from apps.publications.paper import paper_of
from apps.publications.services import books, moves
from apps.publications.services.texts import write_section
from apps.publications.tokens import keys_in, typed_numbers
from apps.targets.models import Exclusion, Indicator, Period
from tests.conftest import BAC_NINH
from tests.factories.books import issued, paper
from tests.factories.closings import close


def figures_of(book: ReportBook) -> dict[str, str]:
    return {one["key"]: one["text"] for one in build(manuscript_of(book)).manifest["figures"]}


def words_in(raw: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(raw)) as package:
        return package.read("word/document.xml").decode()


def test_figures_are_bound_and_the_same_in_text_table_paper_and_workbook(written):
    built = build(manuscript_of(written))
    [line] = [one for one in built.assembled.chapter("results").lines if not one.level]
    assert line.text == "Có 5 doanh nghiệp, tăng 3 trong năm."
    assert "Có 5 doanh nghiệp, tăng 3 trong năm." in words_in(built.files["docx"])
    figures = load_workbook(io.BytesIO(built.files["xlsx"]))["Số liệu"]
    told = {row[0]: row for row in figures.iter_rows(min_row=2, values_only=True)}
    assert (told["mt5.2025"][2], told["mt5.2025.gain"][2]) == (5, 3)
    assert told["mt5.2025"][6] == "/targets/mt5/provenance/2025/"
    table = built.assembled.facts.grids["targets"]
    [mt5] = [one for one in table.lines if one.cells[0].text.startswith("MT5")]
    assert [mt5.cells[2].text, mt5.cells[3].text] == ["5", "3"]
    provinces = built.assembled.facts.grids["provinces"]
    at = [one.title for one in provinces.heads].index("MT5")
    assert {one.cells[1].text: one.cells[at].text for one in provinces.lines} == {"Bắc Ninh": "3", "Lâm Đồng": "2"}


def test_an_issued_book_is_built_again_to_the_byte_whatever_was_corrected_since(written, officer, leader, event):
    book = issued(written, officer, leader)
    files = Attachment.objects.of(book).kept()
    kept = {one.name: one.stored.sha256 for one in files.select_related("stored")}
    assert kept == book.manifest["files"]
    assert len(kept) == 3

    event(date(2025, 9, 1), BAC_NINH)
    recompute()
    close(2025)
    again = build(manuscript_of(ReportBook.objects.get(pk=book.pk)))
    assert {digest(raw) for raw in again.files.values()} == set(kept.values())

    later = books.revise(book, "Có doanh nghiệp báo bổ sung", by=officer)
    assert (later.version, later.slug) == (2, "national-2025-v2")
    assert (figures_of(later)["mt5.2025"], figures_of(book)["mt5.2025"]) == ("6", "5")
    assert manuscript_of(later).parts[1].text == manuscript_of(book).parts[1].text
    with pytest.raises(ValidationError, match="phiên bản sau"):
        books.revise(book, "Lần nữa", by=officer)
    for act in (lambda rows: rows.update(is_done=False), lambda rows: rows.first().delete()):
        with pytest.raises(IntegrityError, match="an issued book is not changed"), transaction.atomic():
            act(Section.objects.filter(book=book, texts__isnull=True))


def test_what_came_after_the_closing_is_named_and_not_used(facts, event, officer):
    event(date(2025, 9, 1), BAC_NINH)
    recompute()
    book = books.begin_book("annual", 2025, None, by=officer)
    found = assemble(manuscript_of(book))
    assert found.facts.figures["mt5.2025"].text == "5"
    [line] = found.facts.grids["corrections"].lines
    assert [one.text for one in line.cells[1:]] == ["5", "6", "+1"]
    assert "corrections" in {one.code for one in problems_of(found)}


def test_a_year_that_is_not_closed_gives_no_figure(facts, officer):
    book = books.begin_book("annual", 2026, None, by=officer)
    found = assemble(manuscript_of(book))
    assert "mt5.2026" not in found.facts.figures
    assert {one.code for one in problems_of(found) if one.is_error} == {"not_closed", "empty_section"}


def test_checks_name_unknown_figures_and_typed_numbers(written, officer):
    section = written.sections.get(code="results")
    write_section(
        section, "Có {{mt5.2025}} và {{mt9.2025}}, 77 cơ sở, mục tiêu 50.000, ngày 14/12/2025.", seen=1, by=officer
    )
    codes = {(one.code, one.is_error) for one in problems_of(assemble(manuscript_of(written)))}
    assert codes == {("unknown_figure", True), ("typed_number", False)}
    with pytest.raises(ValidationError, match="1 lỗi"):
        moves.check(written, accepted="x", by=officer)
    write_section(section, "Có {{mt5.2025} và {{" + 40 * "mt5" + "}}.", seen=2, by=officer)
    broken = [one.text for one in problems_of(assemble(manuscript_of(written))) if one.code == "broken_token"]
    assert len(broken) == 2, "braces that make no token would be printed"
    assert typed_numbers("Quyết định 996/QĐ-TTg ngày 10/8/2018, MT5, năm 2025, 12,5% của 1.234") == ["12,5%", "1.234"]


@pytest.mark.parametrize("run", ["{{" + " " * 200_000, "a" * 200_000, "1" * 200_000, "\n" * 200_000])
def test_a_long_run_of_one_sign_is_read_once(run):
    """By patterns that go back and forth it took hours; no limit in seconds is needed to tell."""
    assert keys_in(run) == []
    assert len(typed_numbers(run)) == int("1" in run)


def test_two_writers_overwrite_nothing(written, officer, member):
    other = member("Other Officer", "programme_officer", "UBTDC")
    section = written.sections.get(code="direction")
    write_section(section, "Bản của người thứ hai", seen=1, by=other)
    with pytest.raises(ValidationError) as refusal:
        write_section(section, "Bản của người thứ nhất", seen=1, by=officer)
    assert refusal.value.code == "text_conflict"
    assert section.texts.last().text == "Bản của người thứ hai"
    assert write_section(section, "Bản của người thứ hai", seen=1, by=officer) is None


def test_who_may_not_does_not(written, officer, leader, member):
    editor = member("Editor", "unit_editor", BAC_NINH)
    with pytest.raises(PermissionDenied):
        moves.check(written, by=editor)
    with pytest.raises(PermissionDenied):
        moves.check(written, by=leader)
    book = moves.hand(moves.check(written, accepted="Đã rõ", by=officer), by=officer)
    with pytest.raises(PermissionDenied):
        moves.issue(book, paper(), by=officer)
    with pytest.raises(ValidationError) as refusal:
        write_section(book.sections.first(), "Sửa thêm", seen=1, by=officer)
    assert refusal.value.code == "wrong_state"
    with pytest.raises(ValidationError) as stale:
        moves.send_back(book, "Viết lại", changes=0, by=leader)
    assert stale.value.code == "stale"
    assert moves.send_back(book, "Viết lại", by=leader).state == "draft"


def test_nobody_issues_what_they_handed_over(written, officer, leader, member):
    both = member("Both TDC", "programme_officer", "UBTDC")
    role = leader.memberships.get()
    role.pk, role.user = None, both
    role.save()
    book = moves.hand(moves.check(written, accepted="Đã rõ", by=both), by=officer)
    assert ["issue" in {one.verb for one in allowed_moves(book, by)} for by in (both, leader)] == [False, True]
    with pytest.raises(ValidationError) as refusal:
        moves.issue(book, paper(), by=both)
    assert refusal.value.code == "same_person"
    with pytest.raises(ValidationError) as early:
        moves.issue(book, replace(paper(), day=date(2026, 1, 5)), by=leader)
    assert set(early.value.error_dict) == {"day"}, "no paper is signed before its figures were taken"
    assert moves.issue(book, paper(), by=leader).is_issued


def test_what_a_decision_leaves_out_is_printed_under_the_table(facts, officer):
    Exclusion.objects.create(
        indicator=Indicator.objects.get(code="MT4"), period=Period.objects.get(year=2025), unit_id="BNV",
        number="611/QĐ-TĐC", decided_on=date(2026, 1, 5), reason="Báo trùng khóa bồi dưỡng", entered_by=officer,
    )  # fmt: skip
    found = assemble(manuscript_of(books.begin_book("annual", 2025, None, by=officer))).facts
    assert (
        "MT4 năm 2025 không gồm số của Bộ Nội vụ (Quyết định 611/QĐ-TĐC ngày 05/01/2026)"
        in found.grids["targets"].notes
    )
    assert found.grids["excluded"].lines[0].cells[4].text == "Báo trùng khóa bồi dưỡng"


def test_a_units_book_tells_of_that_unit(facts, member):
    editor, approver = member("Editor", "unit_editor", BAC_NINH), member("Approver", "unit_approver", BAC_NINH)
    book = books.begin_book("annual", 2025, OrganisationUnit.objects.get(pk=BAC_NINH), by=editor)
    assert figures_of(book)["mt5.2025"] == "3"
    assembled = build(manuscript_of(book)).assembled
    assert "Bắc Ninh" in assembled.facts.about["issuer"]["body"]
    assert paper_of(assembled).signer.authority == ("TM. Ủy ban nhân dân", "Chủ tịch")
    assert list(ReportBook.objects.visible_to(approver)) == [book]
    assert not ReportBook.objects.visible_to(member("Other", "unit_editor", "VN-68-2025")).exists()
    with pytest.raises(PermissionDenied):
        books.begin_book("annual", 2025, None, by=editor)


def test_facts_of_many_units_are_read_by_as_many_statements_as_of_few(facts, event):
    with CaptureQueriesContext(connection) as few:
        take_facts(asked_of("annual", 2025, None, timezone.now()))
    for number, unit in enumerate(("VN-01-2008", "VN-79-2008", "VN-31-2008"), 1):
        event(date(2025, 3, number), unit)
    recompute()
    close(2025)
    with CaptureQueriesContext(connection) as many:
        take_facts(asked_of("annual", 2025, None, timezone.now()))
    assert len(many) == len(few)
    assert len(few) < 40


def test_the_command_builds_and_verifies(written, officer, leader, event, tmp_path):
    issued(written, officer, leader)
    event(date(2025, 9, 1), BAC_NINH)
    recompute()
    call_command("build_report", "national", year=2025, out=tmp_path, verbosity=0)
    for name in ("manifest.json", "bao-cao-toan-quoc-2025.pdf"):
        call_command("build_report", verify=tmp_path / name)

    path = tmp_path / "bao-cao-toan-quoc-2025.xlsx"
    book = load_workbook(path)
    sheet = book["Số liệu"]
    row = next(row for row in sheet.iter_rows(min_row=2) if row[0].value == "mt5.2025")
    row[3].value = "9"
    book.save(path)
    out = io.StringIO()
    with pytest.raises(CommandError) as refusal:
        call_command("build_report", verify=path, stdout=out)
    assert refusal.value.returncode == 1
    assert "mt5.2025: 9, dựng lại là 5." in out.getvalue()


def test_a_report_nobody_began_is_built_by_the_outline(facts, tmp_path, event):
    call_command("build_report", "unit", unit=BAC_NINH, year=2025, out=tmp_path, verbosity=0)
    event(date(2025, 9, 1), BAC_NINH)
    recompute()
    close(2025)
    call_command("build_report", verify=tmp_path / "manifest.json")
    told = json.loads((tmp_path / "manifest.json").read_text())
    assert (told["unit"], told["book"]) == (BAC_NINH, None)
    for odd in ({"figures": [1], "year": 1900}, {"year": "năm ngoái"}, {"as_of": "2026-13-45T00:00:00Z"}):
        (tmp_path / "manifest.json").write_text(json.dumps(told | odd))
        with pytest.raises(CommandError) as refusal:
            call_command("build_report", verify=tmp_path / "manifest.json")
        assert refusal.value.returncode == 2
