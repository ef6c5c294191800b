"""Pages of books: begun, written by two at once, figures put in without a script, files, and who sees what."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook
from pypdf import PdfReader

from apps.jobs.models import Job
from apps.jobs.services import run_job
from apps.notifications.models import Notification
from apps.publications.models import ReportBook
from apps.publications.services import moves
from apps.publications.services.books import begin_book
from apps.publications.services.texts import assign_section, write_section
from tests.conftest import BAC_NINH
from tests.factories.books import issued
from tests.publications.test_books import words_in


def test_a_book_is_begun_and_written_on_its_pages(facts, officer, signed_in):
    client = signed_in(officer)
    sent = client.post("/publications/new/", {"key": "k1", "scope": "national", "span": "annual", "year": "2025"})
    assert sent.url == "/publications/national-2025/"
    again = client.post("/publications/new/", {"key": "k2", "scope": "national", "span": "annual", "year": "2025"})
    assert "Báo cáo này đã có: mở từ danh sách" in again.text
    page = "/publications/national-2025/edit/results/"
    found = client.post(page, {"text": "Có", "seen": "0", "q": "doanh nghiệp tăng", "search": "1"}).content.decode()
    assert "mt5.2025.gain" in found
    assert "mt1.2025" not in found
    put = client.post(page, {"text": "Có", "seen": "0", "insert": "mt5.2025"}).content.decode()
    assert "Có {{mt5.2025}}" in put
    assert not ReportBook.objects.get().sections.filter(texts__isnull=False).exists()
    client.post(page, {"text": "Có {{mt5.2025}} doanh nghiệp", "seen": "0", "is_done": "on", "go": "save"})
    shown = client.get(page).content.decode()
    assert 'href="/targets/mt5/provenance/2025/"' in shown
    assert "1/6 mục" in shown


def test_both_texts_are_offered_to_the_second_writer(written, officer, signed_in):
    section = written.sections.get(code="direction")
    write_section(section, "Bản của người khác", seen=1, by=officer)
    page = "/publications/national-2025/edit/direction/"
    answer = signed_in(officer).post(page, {"text": "Bản của tôi", "seen": "1", "go": "save"})
    told = answer.content.decode()
    assert answer.status_code == 409
    assert "Bản của người khác" in told
    assert "Bản của tôi</textarea>" in told
    assert 'name="seen" value="2"' in told


def test_who_was_chosen_meanwhile_keeps_the_section(written, officer, signed_in, member):
    other = member("Other TDC", "programme_officer", "UBTDC")
    section, client = written.sections.get(code="direction"), signed_in(officer)
    page = "/publications/national-2025/edit/direction/"
    sent = {"text": "Bản mới", "seen": "1", "holder": "", "held": "", "go": "save"}
    assign_section(section, other, by=officer)
    client.post(page, sent)
    section.refresh_from_db()
    assert section.holder == other
    client.post(page, sent | {"seen": "2", "held": str(other.pk)})
    section.refresh_from_db()
    assert section.holder is None


def test_what_needs_a_reason_is_listed_where_it_is_given(written, officer, signed_in):
    write_section(written.sections.get(code="direction"), "Có 777 hội nghị", seen=1, by=officer)
    assert "số 777 gõ tay" in signed_in(officer).get("/publications/national-2025/check/").text


def test_files_of_an_issued_book_are_those_that_were_kept(written, officer, leader, signed_in):
    client = signed_in(officer)
    draft = client.get("/publications/national-2025/report.docx").content
    issued(written, officer, leader)
    book = ReportBook.objects.get()
    kept = {ending: client.get(f"/publications/national-2025/report.{ending}").content for ending in ("docx", "xlsx")}
    assert draft != kept["docx"]
    assert "Số liệu" in load_workbook(io.BytesIO(kept["xlsx"])).sheetnames
    told = client.get("/publications/national-2025/report.json").json()
    assert told["files"] == book.manifest["files"]
    asked = client.get("/api/v1/publications/national-2025/").json()
    assert asked["figures"] == told["figures"]
    assert client.get(asked["files"][0]["url"]).content == kept["docx"]
    [mt5] = [one["text"] for one in asked["figures"] if one["key"] == "mt5.2025"]
    page = client.get("/publications/national-2025/sections/results/").content.decode()
    assert f">{mt5}</a>" in page
    assert f"Có {mt5} doanh nghiệp" in words_in(kept["docx"])
    assert client.get("/publications/national-2025/report.exe").status_code == 404
    assert client.get("/publications/national-2025/edit/direction/").url.endswith("/sections/direction/")


def test_the_brief_is_one_page(written, officer, signed_in):
    answer = signed_in(officer).get("/publications/national-2025/brief.pdf")
    assert len(PdfReader(io.BytesIO(answer.content)).pages) == 1


@pytest.mark.parametrize("path", ["", "sections/results/", "report.pdf"])
def test_the_nations_book_is_the_offices(written, path, member, signed_in):
    """A unit's people see their own books."""
    client = signed_in(member("Editor", "unit_editor", BAC_NINH))
    assert client.get(f"/publications/national-2025/{path}").status_code == 404


def test_why_it_was_sent_back_stands_on_its_page(written, officer, leader, signed_in):
    book = moves.hand(moves.check(written, accepted="Đã rõ", by=officer), by=officer)
    moves.send_back(book, "Viết lại mục II", by=leader)
    page = signed_in(officer).get("/publications/national-2025/")
    assert "Viết lại mục II" in page.text
    assert "Chờ ký</s>" in page.text


def test_the_list_asks_the_same_for_one_and_for_several(written, officer, signed_in, django_assert_num_queries):
    client = signed_in(officer)
    client.get("/publications/")
    with CaptureQueriesContext(connection) as one:
        client.get("/publications/")
    begin_book("annual", 2024, None, by=officer)
    with django_assert_num_queries(len(one.captured_queries)):
        client.get("/publications/")


def test_whom_it_concerns_is_told(written, officer, leader):
    issued(written, officer, leader)
    for job in Job.objects.filter(kind="publications.tell_moved").order_by("created_at"):
        run_job(str(job.pk))
    told = Notification.objects.order_by("pk").values_list("kind", "user")
    assert list(told) == [("publications.hand", leader.pk), ("publications.issue", officer.pk)]
