"""Page 05 and the queue, through their doors."""

import pytest
from django.urls import reverse

from apps.progress.services import recompute_source
from apps.reports.models import CellThread, Review, ReviewNote
from apps.reports.services import entering, reviewing
from apps.reports.services.entering import Edit
from tests.conftest import BAC_NINH, LAM_DONG
from tests.factories.reports import report_of
from tests.factories.sendings import accepted, returned, sent, sent_again

pytestmark = pytest.mark.django_db


def url(report, name: str = "review_detail", *more: str) -> str:
    return reverse(f"reports:{name}", args=[report.round.code, report.unit.slug, *more])


@pytest.fixture
def office(officer, signed_in):
    return signed_in(officer)


@pytest.fixture
def submitted(report, editor, approver):
    return sent(report, editor, approver, n5_1="14", n5_2="4", n5_3="10", D2="not_applicable")


def test_the_queue_holds_what_was_sent(submitted, office, round_2026):
    page = office.get(reverse("reports:review_list")).content.decode()
    assert url(submitted) in page
    assert url(report_of(round_2026, LAM_DONG)) not in page
    page = office.get(reverse("reports:review_list"), {"reviewer": "me"}).content.decode()
    assert url(submitted) not in page


def test_reading_writes_nothing_and_a_button_takes_it_up(submitted, office, officer):
    page = office.get(url(submitted), {"cell": "D2"})
    assert "Báo cáo Không áp dụng" in " ".join(page.text.split())
    asked = [line.cell for line in page.context["compared"].unreasoned]
    assert asked == reviewing.differing(submitted) != []  # told before acceptance refuses without a reason
    assert not Review.objects.exists()
    answer = office.post(url(submitted, "review_take_up"), {"version": submitted.version})
    assert answer.status_code == 302
    submitted.refresh_from_db()
    assert submitted.reviewer == officer


def test_a_second_sending_stands_beside_the_first(submitted, office, editor, approver, officer):
    report = returned(submitted, officer, "5.1")
    entering.write_cells(report, [Edit("5.1", "15", "Bổ sung"), Edit("5.2", "5")], by=editor)
    sent_again(report, editor, approver, "13/BC-UBND")
    page = " ".join(office.get(url(report), {"cell": "5.1"}).content.decode().split())
    assert "</span>14</del> <ins>15</ins>" in page
    assert "khác lần nộp 1 ở 2 ô" in page
    assert office.get(url(report), {"cell": "5.1"}, headers={"HX-Request": "true"}).content.startswith(b"\n")


def test_a_cell_is_flagged_dropped_and_its_difference_explained(submitted, office):
    for kind, text, kinds in (("flag", "Gửi danh sách", ["flag"]), ("difference", "Đã đối chiếu", ["difference"]),
                              ("drop", "", [])):  # fmt: skip
        told = {"version": submitted.version, "kind": kind, "text": text}
        assert office.post(url(submitted, "review_note", "5.1"), told).status_code == 302
        assert list(ReviewNote.objects.values_list("kind", flat=True)) == kinds


@pytest.mark.parametrize(
    ("told", "status"),
    [({"version": 0}, 409), ({"kind": "else"}, 422), ({"kind": "difference", "text": ""}, 422), ({"version": ""}, 422)],
)
def test_what_is_stale_or_wrong_is_told_on_the_page(submitted, office, told, status):
    sending = {"version": submitted.version, "kind": "flag", "text": "Xem lại"} | told
    answer = office.post(url(submitted, "review_note", "5.1"), sending)
    assert answer.status_code == status
    assert "errsum" in answer.content.decode()
    assert not ReviewNote.objects.exists()


@pytest.mark.parametrize(
    ("code", "address"),
    [
        ("5.1", "/targets/mt5/provenance/2026/"),
        ("D2", "/registers/inspections/?unit=VN-24-2025&from_day=15/12/2025"),
        ("E1", ""),
    ],
)
def test_a_cell_leads_to_the_rows_that_registers_have_of_it(submitted, office, code, address):
    page = office.get(url(submitted), {"cell": code})
    assert page.context["source"].startswith(address)
    assert bool(page.context["source"]) == bool(address)
    assert ("xem hồ sơ trong sổ" in page.text) == bool(address)


def test_no_such_cell_and_no_longer_under_review(submitted, office, officer):
    told = {"version": submitted.version, "kind": "flag", "text": "Xem lại"}
    assert office.post(url(submitted, "review_note", "99.9"), told).status_code == 422
    report = returned(submitted, officer)
    assert office.post(url(report, "review_note", "5.1"), told | {"version": report.version}).status_code == 409


def test_what_was_never_sent_has_no_review(report, office):
    assert office.get(url(report)).status_code == 404


def test_who_does_not_review(submitted, signed_in, editor, approver, member, leader):
    assert signed_in(leader).get(url(submitted)).status_code == 200
    assert signed_in(leader).post(url(submitted, "review_take_up"), {"version": 1}).status_code == 403
    for person in (editor, approver, member("Reader", "reader", BAC_NINH)):
        client = signed_in(person)
        assert client.get(url(submitted)).status_code == 403
        assert client.get(reverse("reports:review_list")).status_code == 403
        assert client.post(url(submitted, "review_note", "5.1"), {"version": 1}).status_code == 403


def test_both_sides_talk_about_a_cell_and_nobody_else(submitted, office, signed_in, editor, member):
    assert office.post(url(submitted, "cell_talk", "5.1"), {"key": "a", "text": "Gửi danh sách"}).status_code == 302
    answer = signed_in(editor).post(url(submitted, "cell_talk", "5.1"), {"key": "b", "text": "Đã gửi"})
    assert answer.url == url(submitted, "cell_talk", "5.1") == CellThread.objects.get().get_absolute_url()
    assert "Gửi danh sách" in signed_in(editor).get(answer.url).content.decode()
    assert "2 ý kiến" in signed_in(editor).get(url(submitted, "cell_threads")).content.decode()
    assert signed_in(editor).get(url(submitted, "cell_talk", "99.9")).status_code == 404
    assert CellThread.objects.count() == 1
    page = office.get(url(submitted), {"cell": "5.1"}).content.decode()
    assert "Gửi danh sách" in page
    assert "Đã gửi" in page
    stranger = signed_in(member("Editor Lam Dong", "unit_editor", LAM_DONG))
    assert stranger.post(url(submitted, "cell_talk", "5.1"), {"key": "c", "text": "Xin chào"}).status_code == 404


def test_the_unit_reads_the_slip(submitted, officer, editor, signed_in):
    client = signed_in(editor)
    assert client.get(submitted.get_absolute_url()).context["slip"] is None
    report = returned(submitted, officer, "5.1", "4.1")
    slip = client.get(report.get_absolute_url()).context["slip"]
    assert {note.cell.code for note in slip.notes.all()} == {"5.1", "4.1"}
    assert (slip.text, slip.due_on) == ("Bổ sung hồ sơ", reviewing.return_due())


def test_the_slip_of_the_page_returns_the_report(submitted, office):
    office.post(url(submitted, "review_note", "5.1"), {"version": submitted.version, "kind": "flag", "text": "Xem lại"})
    page = office.get(url(submitted))
    key = page.context["slip_form"].initial["key"]
    told = {"key": key, "version": submitted.version, "reason": "Bổ sung", "due_on": "31/12/2026"}
    office.post(url(submitted, "annualreport_return_for_revision"), told)
    submitted.refresh_from_db()
    assert submitted.state == "returned"
    assert "Phiếu trả lại (nháp)" not in office.get(url(submitted)).content.decode()


@pytest.mark.parametrize("flags", [1, 6])
def test_the_page_asks_as_often_whatever_was_noted(submitted, office, officer, flags, django_assert_num_queries):
    for code in ("5.1", "5.2", "5.3", "4.1", "3.1", "6.1")[:flags]:
        reviewing.note_cell(submitted, code, "flag", "Xem lại", by=officer)
    office.get(url(submitted))
    with django_assert_num_queries(29):
        office.get(url(submitted), {"cell": "5.1"})


def test_the_page_of_the_indicator_tells_who_owes_an_explanation(submitted, office, officer):
    page = office.get("/targets/mt5/").content.decode()
    assert "Sổ đăng ký và báo cáo" not in page
    accepted(submitted, officer)
    recompute_source("targets.acceptedvalue")
    page = office.get("/targets/mt5/")
    (year,) = page.context["bases"].years
    assert (year.report, [(one.label.id, one.register, one.report) for one in year.owing]) == (14, [(BAC_NINH, 0, 14)])
    assert (len(year.told), year.of_register, year.of_report, year.difference) == (1, 0, 14, 14), "of the same units"
