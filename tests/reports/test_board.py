"""Page 06 through its doors: units by years, fractions, reminders with their preview."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.reports.models import AnnualReport, ReminderSent
from apps.reports.services import rounds
from apps.reports.services.reminding import remind
from apps.reports.timeliness import Told, mark_of
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG
from tests.factories.reports import open_round, report_of
from tests.factories.sendings import accepted, returned, sent

pytestmark = pytest.mark.django_db
BOARD = "/submissions/"


@pytest.fixture
def office(officer, signed_in):
    return signed_in(officer)


def slots(page, unit: str = BAC_NINH) -> list:
    lines = [line for group in page.context["board"].groups for line in group.lines]
    return next(line for line in lines if line.label.id == unit).cells


def test_the_unsent_and_what_is_on_its_way(report, office, editor, approver, officer):
    slot = slots(office.get(BOARD))[-1][0]
    assert (slot.mark.words, slot.url) == ("Chưa bắt đầu báo cáo", report.get_absolute_url())
    sent(report, editor, approver)
    page = office.get(BOARD)
    assert slots(page)[-1][0].url == reverse("reports:review_detail", args=["2026", report.unit.slug])
    assert slots(page)[-1][0].mark.tint == "h-rv"
    assert (page.context["board"].now.sent, page.context["board"].now.in_time) == (1, 1)
    assert 0 < slots(page)[-1][0].percent < 100
    assert "<b>1 trong 60 đơn vị đã nộp</b>" in page.content.decode()


def test_a_return_does_not_hide_that_it_came_late(report, office, editor, approver, officer):
    today = timezone.localdate()
    report.round.opens_on, report.round.due_on = today - timedelta(days=60), today - timedelta(days=40)
    report.round.save()
    AnnualReport.objects.filter(round=report.round).update(due_on=report.round.due_on)
    sent(report, editor, approver)
    returned(report, officer, "5.1")
    page = office.get(BOARD)
    assert slots(page)[-1][0].report.days_late(today) == 40
    words = " ".join(page.content.decode().split())
    assert "<b>1 trong 60 đơn vị đã nộp</b> (trong đó 1 đang hoàn thiện để nộp lại), 59 chưa nộp (" in words
    assert "Muộn, quá hạn (kỳ 2026)" in words
    rounds.extend(report, today + timedelta(days=9), "Bão lũ", by=officer)
    assert slots(office.get(BOARD))[-1][0].report.days_late(today) == 0


def test_accepted_counts_with_its_denominator(report, office, editor, approver, officer):
    accepted(sent(report, editor, approver), officer)
    page = office.get(BOARD)
    assert (page.context["board"].now.accepted, page.context["board"].now.expected) == (1, 60)
    assert "1/60" in page.content.decode()


def test_a_merged_unit_has_a_segment_for_each_before_it(report, office, officer):
    earlier = open_round(officer, 2024)
    rounds.lock_round(earlier, by=officer)
    page = office.get(BOARD, {"open": BAC_NINH})
    before, now = slots(page)
    assert [len(before), len(now)] == [2, 1]
    assert before[0].mark.words == "Không nộp"
    lines = {line.label.id: line.former for group in page.context["board"].groups for line in group.lines if line.label}
    assert set(lines[BAC_NINH].split(", ")) == {"Bắc Giang", "Bắc Ninh"}
    assert lines["VN-04-2025"] == "", "Cao Bằng comprises nobody but the Cao Bằng before it"
    unsent = AnnualReport.objects.filter(round=earlier).order_by("pk").first()
    told = office.get(unsent.get_absolute_url()).content.decode()
    assert "Không nộp" in told
    assert f"/units/{unsent.unit.slug}/extend/" in told
    assert "/extend/" in office.get(BOARD, {"year": "2024", "units": "as-reported"}).content.decode()
    assert office.get(BOARD, {"units": "as-reported"}).context["board"].count > page.context["board"].count
    found = office.get(BOARD, {"q": "Bắc Giang"}).context["board"].rows
    assert [row.label.id for row in found] == [BAC_NINH]
    assert BAC_GIANG in found[0].units


def test_it_opens_on_the_newest_round_that_is_not_locked(report, office, officer):
    later = open_round(officer, 2027)
    assert office.get(BOARD).context["board"].year == 2027
    rounds.lock_round(later, by=officer)
    assert office.get(BOARD).context["board"].year == 2026


@pytest.mark.parametrize(
    ("asked", "count"),
    [({"state": "submitted"}, 1), ({"state": "unsent"}, 59), ({"kind": "province"}, 34), ({"state": "nonsense"}, 60),
     ({"show": "fullness", "year": "2026"}, 60), ({"year": "x", "kind": "'"}, 60)],
)  # fmt: skip
def test_filters(report, office, editor, approver, asked, count):
    sent(report, editor, approver)
    assert office.get(BOARD, asked).context["board"].count == count


def test_before_the_day_the_filter_says_why_nobody_is_late(report, office):
    page = " ".join(office.get(BOARD, {"state": "late"}).content.decode().split())
    assert f"Kỳ 2026 chưa đến hạn nộp {report.round.due_on:%d/%m/%Y}, nên chưa đơn vị nào muộn hay quá hạn." in page


def test_who_missed_a_round_is_found_in_it_and_later(report, office, officer):
    rounds.lock_round(open_round(officer, 2024), by=officer)
    assert office.get(BOARD, {"state": "missed", "year": "2024"}).context["board"].count > 0
    assert office.get(BOARD, {"state": "missed", "year": "2026"}).context["board"].count == 0
    assert office.get(BOARD, {"state": "missed_before", "year": "2026"}).context["board"].count > 0
    assert office.get(BOARD, {"state": "missed_before", "year": "2024"}).context["board"].count == 0


@pytest.mark.parametrize(
    ("state", "icon"),
    [("not_started", "circle-dashed"), ("draft", "pencil"), ("with_unit_leader", "hourglass"), ("signed", "signature")],
)
def test_what_waits_for_a_signature_has_a_sign_of_its_own(state, icon):
    day = date(2026, 12, 20)
    told = Told(
        pk=1, unit=BAC_NINH, slug="bac-ninh", year=2026, round="2026", audience="province", state=state,
        is_round_locked=False, due_on=day, sent_on=None, has_reviewer=False, was_returned=False, given=1, asked=2,
    )  # fmt: skip
    assert mark_of(told, day).icon == icon


def test_reminding_is_offered_where_somebody_gets_it(report, office, editor):
    page = office.get(BOARD).content.decode()
    assert "remind/?unit=bac-ninh" in page
    assert "remind/?unit=lam-dong" not in page, "nobody works there"


@pytest.mark.parametrize("years", [1, 3])
def test_the_board_asks_as_often_however_many_years(office, officer, years, django_assert_num_queries):
    for year in range(2026, 2026 - years, -1):
        open_round(officer, year)
    office.get(BOARD)
    with django_assert_num_queries(15):
        office.get(BOARD)


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_it_goes_out_as_a_file(report, office, form):
    answer = office.get(BOARD, {"export": form})
    assert answer.status_code == 200
    assert f"theo-doi-nop-bao-cao.{form}" in answer["Content-Disposition"]


def test_who_has_no_board(report, signed_in, editor, approver, leader):
    assert signed_in(leader).get(BOARD).status_code == 200
    for person in (editor, approver):
        assert signed_in(person).get(BOARD).status_code == 403
        assert signed_in(person).get(reverse("reports:round_remind", args=["2026"])).status_code == 403


def test_who_is_reminded_is_shown_before_and_on_record_afterwards(report, office, editor, approver, officer):
    url = reverse("reports:round_remind", args=["2026"])
    page = office.get(url)
    told = next(one for one in page.context["addressees"] if one.report == report)
    assert (told.people, told.can_be_told) == (2, True)
    assert "Ủy ban TĐC nhắc nộp báo cáo năm 2026." in page.content.decode()
    assert not ReminderSent.objects.exists()
    assert office.post(url, {"key": "a", "report": [report.pk]}).status_code == 302
    made = ReminderSent.objects.get()
    assert (made.report, made.by, made.people) == (report, officer, 2)
    assert "nhắc 1 lần" in office.get(BOARD).content.decode()
    assert office.post(url, {"key": "b", "report": [report.pk]}).status_code == 422


def test_where_nobody_can_be_told_the_page_says_why_and_who_acts(report, office):
    """No account of any unit is there; the page of the report says so too."""
    page = office.get(reverse("reports:round_remind", args=["2026"])).content.decode()
    assert "không nhắc được đơn vị nào." in page
    assert "sẽ được nhắc" not in page
    assert "Quản trị viên Đề án cần mời người của đơn vị." in page
    assert "Nội dung thư" not in page
    told = office.get(report_of(report.round, LAM_DONG).get_absolute_url()).content.decode()
    assert "chưa có tài khoản nào lập hoặc ký báo cáo" in told


@pytest.mark.parametrize("told", [{"key": "a"}, {"key": "a", "report": "0"}, {"key": "a", "report": "x"}])
def test_nobody_is_reminded_of_something_else(report, office, told):
    assert office.post(reverse("reports:round_remind", args=["2026"]), told).status_code == 422


def test_a_locked_round_reminds_nobody(report, office, officer):
    rounds.lock_round(report.round, by=officer)
    assert office.get(reverse("reports:round_remind", args=["2026"])).status_code == 404
    assert report_of(report.round, LAM_DONG).state == "not_started"


def test_once_locked_only_who_was_put_off_still_reports(report, officer, signed_in, editor, member):
    late = report.round.due_on + timedelta(days=6)  # locked before its day: who was not put off is closed too
    rounds.lock_round(report.round, by=officer)
    waiting, other = "Báo cáo năm 2026: Bắc Ninh", member("Editor Lam Dong", "unit_editor", LAM_DONG)
    assert waiting not in signed_in(editor).get("/inbox/").content.decode()
    remind(report.due_on)
    assert not ReminderSent.objects.exists()

    rounds.extend(report, late, "Bão lũ", by=officer)
    assert waiting in signed_in(editor).get("/inbox/").content.decode()
    assert "Báo cáo năm 2026: " not in signed_in(other).get("/inbox/").content.decode()
    remind(late - timedelta(days=7))
    told = ReminderSent.objects.get()
    assert (told.report, told.step, told.on) == (report, ReminderSent.Step.WEEK, late)
    remind(late + timedelta(days=8))
    assert ReminderSent.objects.count() == 1  # closed again by itself


def test_reminding_all_asks_once_who_they_are(report, editor, approver):
    with CaptureQueriesContext(connection) as asked:
        remind(report.due_on)
    assert ReminderSent.objects.count() == 60
    assert sum('SELECT DISTINCT "people_membership"."user_id"' in query["sql"] for query in asked) == 1
