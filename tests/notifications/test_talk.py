"""Words on a record, who follows it, the page of notifications, one's choices and the private calendar."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils.html import strip_tags

from apps.accounts.models import User
from apps.allocations.models import Allocation, Portion
from apps.audit.models import AuditEvent
from apps.handover.models import Handover
from apps.notifications.models import CalendarLink, Comment, Holiday, Notification, NotificationChoice, Watch
from apps.notifications.services import choosing, notify
from apps.notifications.services.choosing import make_calendar_link
from apps.notifications.subjects import all_subjects, kind_of, subject_of
from apps.people.models import Membership
from apps.publications.models import ReportBook
from apps.reports.models import AnnualReport, CellThread, FormCell, ReportingRound
from apps.targets.closings import ClosingProposal
from apps.targets.models import Indicator, Period
from apps.tasks.models import PlanTask, TaskList
from apps.webhooks.models import Subscription
from tests.conftest import BAC_NINH, TDC
from tests.factories.tasks import PlanTaskFactory
from tests.mail import deliver
from tests.people.people import today

pytestmark = pytest.mark.django_db


@pytest.fixture
def task(so):
    return PlanTaskFactory(lead_unit_id=so.pk, title="Kiểm định 900 cân", state="in_progress", due_on=date(2027, 3, 31))


def talk(task) -> str:
    return f"/comments/tasks.plantask/{task.pk}/"


def test_a_comment_is_written_read_and_taken_back(people, task, signed_in):
    client = signed_in(people.editor_of_province)
    sent = {"key": "k", "text": "Đã nhận hồ sơ, nhờ @Trần Văn Lợi bổ sung."}
    page = client.post(f"{talk(task)}add/", sent, follow=True).content.decode()
    assert "Đã nhận hồ sơ" in page
    client.post(f"{talk(task)}add/", sent)  # sent twice it is said once
    said = Comment.objects.get()
    assert list(said.mentions.all()) == [people.officer_of_so]
    other = signed_in(people.officer_of_so)
    assert "Rút ý kiến" not in other.get(task.get_absolute_url()).content.decode()
    assert other.post(f"/comments/{said.pk}/withdraw/").status_code == 403
    page = client.post(f"/comments/{said.pk}/withdraw/", follow=True).content.decode()
    assert "Người viết đã rút ý kiến này." in page
    assert "Đã nhận hồ sơ" not in page
    told = AuditEvent.objects.filter(action__startswith="comment.").order_by("pk")
    actions = list(told.values_list("action", flat=True))
    assert actions == ["comment.added", "comment.withdrawn"]


def test_who_writes_is_told_whom_it_reached(people, task, signed_in):
    client = signed_in(people.editor_of_province)

    def said(text: str) -> str:
        return strip_tags(client.post(f"{talk(task)}add/", {"key": text, "text": text}, follow=True).content.decode())

    assert "Đã gửi. Không ai được báo:" in said("Không nhắc ai.")
    assert "Đã gửi. Được báo: Trần Văn Lợi." in said("Nhờ @Trần Văn Lợi bổ sung.")
    assert "Không ai được báo vì “@Sơn La”: nhập @ rồi chọn tên trong danh sách hiện ra." in said("Báo cáo @Sơn La")
    Watch.objects.create(owner_kind="tasks.plantask", owner_id=str(task.pk), user=people.reader_of_province)
    assert "Được báo vì theo dõi: " in said("Có người theo dõi.")


def test_names_are_offered_right_after_the_sign(people, task, signed_in):
    names = signed_in(people.officer_of_so).get(f"{talk(task)}people/?q=").content.decode()
    assert "Huỳnh Quốc Toàn" in names
    assert "Lê Quang Minh" not in names


def test_the_talk_is_for_those_who_see_the_record(people, task, signed_in):
    outside, reader = signed_in(people.neighbour), signed_in(people.reader_of_province)
    for name in ("add/", "watch/", "unwatch/"):
        assert outside.post(f"{talk(task)}{name}", {"key": "k", "text": "x"}).status_code == 404
    assert reader.post(f"{talk(task)}add/", {"key": "k", "text": "x"}).status_code == 403
    assert reader.post("/comments/tasks.tasklist/1/watch/").status_code == 404
    for key in ("٣", "-1", "1.5", "9" * 30):
        assert reader.post(f"/comments/tasks.plantask/{key}/watch/").status_code == 404
    reader.post(f"{talk(task)}watch/")
    assert Watch.objects.get().user == people.reader_of_province
    officer = signed_in(people.officer_of_so)
    assert officer.get(f"/comments/tasks.plantask/0{task.pk}/people/?q=huynh").status_code == 200
    names = officer.get(f"{talk(task)}people/?q=huynh").content.decode()
    assert "Huỳnh Quốc Toàn" in names
    assert "Lê Quang Minh" not in signed_in(people.officer_of_so).get(f"{talk(task)}people/?q=le").content.decode()


def test_the_bell_counts_and_a_notification_leads_to_its_record(people, task, signed_in):
    notify([people.officer_of_so.pk], "tasks.start", task, event="one")
    client = signed_in(people.officer_of_so)
    part = {"HX-Request": "true"}
    answer = client.get("/inbox/counts/", headers=part)
    assert ", 1 chưa đọc" in answer.content.decode()
    assert {"HX-Request", "Cookie"} <= {name.strip() for name in answer["Vary"].split(",")}
    assert "<html" not in answer.content.decode()
    assert "<html" in client.get("/inbox/counts/").content.decode()  # by itself it is a page
    page = client.get("/notifications/").content.decode()
    assert f"Nhiệm vụ {task.code} bắt đầu thực hiện." in strip_tags(page)
    row = Notification.objects.get()
    assert signed_in(people.neighbour).post(f"/notifications/{row.pk}/read/").status_code == 404
    assert client.post(f"/notifications/{row.pk}/read/", {"go": "1"})["Location"] == task.get_absolute_url()
    assert ", 1 chưa đọc" not in client.get("/inbox/counts/", headers=part).content.decode()


def test_a_record_is_called_once_in_words_and_its_line_begins_like_one(reference):
    """Of every kind of record that people are told of: alone on its line, and within a sentence."""
    report = AnnualReport(round=ReportingRound(code="2026", title="Báo cáo năm 2026"), unit_id=BAC_NINH)
    parts = {"indicator": Indicator(code="MT5"), "first_year": 2026, "last_year": 2027, "version": 1}
    person = User(full_name="Lê Minh")
    acting = Membership(user=User(full_name="Vũ Yến"), acting_for=Membership(user=person), valid_from=date(2026, 1, 1))
    book = ReportBook(kind="national", span="annual", year=2025, version=1, slug="national-2025")
    closing = ClosingProposal(period=Period(code="2025"), version=2)
    title = "Tình hình thực hiện Đề án 996 năm 2025, phiên bản 1"
    deputy = subject_of("people.membership").code(acting)
    allocated = "MT5 giai đoạn 2026–2027, phiên bản 1"
    words = [
        (book, title, f"báo cáo tổng hợp “{title}”"),
        (closing, "Chốt số liệu kỳ 2025, phiên bản 2", "kỳ 2025, phiên bản 2"),
        (report, "Báo cáo năm 2026 – Bắc Ninh", "báo cáo năm 2026 của Bắc Ninh"),
        (
            CellThread(report=report, cell=FormCell(code="5.1", label="Số doanh nghiệp")),
            "5.1 Số doanh nghiệp (Báo cáo năm 2026 – Bắc Ninh)", "ô 5.1, báo cáo năm 2026 của Bắc Ninh",
        ),
        (PlanTask(code="NV-1", title="Kiểm định"), "NV-1 Kiểm định", "nhiệm vụ NV-1"),
        (TaskList(title="Danh mục 2027"), "Danh mục 2027", "“Danh mục 2027”"),
        (Allocation(**parts), f"Giao chỉ tiêu {allocated}", allocated),
        (
            Portion(allocation=Allocation(**parts), unit_id=BAC_NINH),
            f"Giao chỉ tiêu {allocated} (Bắc Ninh)", allocated,
        ),
        (
            Subscription(label="Kho số liệu", address="https://nhan.example/?key=1"),
            "Kho số liệu (https://nhan.example/?…)", "Kho số liệu",
        ),
        (acting, deputy, deputy),
        (Handover(number=7, kind="values"), "Lần chuyển số liệu 7 · Số liệu đã công bố", "lần chuyển số liệu 7"),
    ]  # fmt: skip
    assert {kind_of(row) for row, *_told in words} == {subject.kind for subject in all_subjects()}
    for row, *told in words:
        subject = subject_of(kind_of(row))
        assert [subject.name(row), subject.word(row)] == told


def test_choices_keep_mails_away_but_not_the_page(people, task, signed_in):
    client = signed_in(people.officer_of_so)
    client.post("/account/notifications/", {"digest": "on", "muted": ["tasks.close"]})
    choice = NotificationChoice.objects.get()
    assert (choice.digest, choice.at_once, choice.muted) == (True, False, ["tasks.close"])
    notify([people.officer_of_so.pk], "tasks.approve", task, event="one")
    assert deliver() == []
    assert "được phê duyệt" in client.get("/notifications/").content.decode()


def test_a_calendar_opens_by_its_link_alone_and_shows_what_its_owner_sees_today(people, task, signed_in, settings):
    client = signed_in(people.officer_of_so)
    page = client.post("/account/calendar/").content.decode()
    link = next(word.split('"')[0] for word in page.split('value="') if "/calendar/" in word.split('"')[0])
    path = "/calendar/" + link.rsplit("/", 1)[1]
    assert len(path.removeprefix("/calendar/").removesuffix(".ics")) == 43  # 256 bits
    assert CalendarLink.objects.get().token_hash not in path
    nobody = Client()
    answer = nobody.get(path)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    text = answer.content.decode().replace("\r\n ", "")
    assert f"SUMMARY:{task.code} Kiểm định 900 cân" in text
    assert "DTSTART;VALUE=DATE:20270331" in text
    assert max(len(line.encode()) for line in answer.content.decode().split("\r\n")) <= 75
    Membership.objects.filter(user=people.officer_of_so).update(valid_to=today(-1))
    assert task.code not in nobody.get(path).content.decode()
    newer = make_calendar_link(by=people.officer_of_so)
    assert nobody.get(path).status_code == 404
    client.post("/account/calendar/revoke/")
    assert nobody.get(f"/calendar/{newer}.ics").status_code == 404
    settings.LIMITS = {**settings.LIMITS, "calendar": (0, 600)}
    assert nobody.get(path).status_code == 429


def test_nobody_fills_the_log_by_following_and_not_following(people, task, signed_in, settings, own_counts):
    """Rows of the audit stay for good; what a reader may do back and forth is counted together."""
    settings.LIMITS = {**settings.LIMITS, "own": (3, 600)}
    client = signed_in(people.reader_of_province)
    acts = [
        f"{talk(task)}watch/",
        f"{talk(task)}unwatch/",
        "/account/calendar/",
        "/account/views/add/",
        f"{talk(task)}add/",
    ]
    assert [client.post(url, {"key": "k", "text": "Ai?"}).status_code for url in acts] == [302, 302, 200, 429, 429]
    assert client.get(task.get_absolute_url()).status_code == 200


def test_days_off_are_kept_by_who_runs_the_programme(people, signed_in):
    client = signed_in(people.administrator)
    client.post("/holidays/add/", {"key": "k", "day": "02/09/2027", "name": "Quốc khánh"})
    again = client.post("/holidays/add/", {"key": "k2", "day": "02/09/2027", "name": "Quốc khánh"})
    assert "Ngày này đã có trong danh sách." in again.content.decode()
    row = Holiday.objects.get()
    assert "02/09/2027" in client.get("/holidays/").content.decode()
    client.post(f"/holidays/{row.pk}/remove/")
    with pytest.raises(ValidationError, match="đã được bỏ"):  # by whoever saw it a moment longer
        choosing.remove_holiday(row, by=people.administrator)
    assert not Holiday.objects.exists()
    assert signed_in(people.officer).get("/holidays/").status_code == 403


def test_the_log_tells_what_was_said_until_it_is_taken_back(people, task, signed_in, member):
    signed_in(people.editor_of_province).post(f"{talk(task)}add/", {"key": "k", "text": "Đã nhận hồ sơ"})
    row = AuditEvent.objects.get(action="comment.added")
    auditor = signed_in(member("Auditor TDC", "auditor", TDC))
    assert "Đã nhận hồ sơ" in auditor.get(row.get_absolute_url()).content.decode()
    signed_in(people.editor_of_province).post(f"/comments/{Comment.objects.get().pk}/withdraw/")
    assert "Đã nhận hồ sơ" not in auditor.get(row.get_absolute_url()).content.decode()
