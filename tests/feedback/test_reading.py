"""What the programme office makes of what was said: a list, an inbox, two verbs, and the end after a year."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.feedback.models import Feedback
from apps.feedback.services import handle_feedback, reopen_feedback
from apps.notifications.waiting import waiting_count, waiting_keys
from program996 import cleaning
from tests.conftest import TDC
from tests.people.people import person

pytestmark = pytest.mark.django_db
LIST = "/feedback-received/"


@pytest.fixture
def office(officer, signed_in):
    return signed_in(officer)


def test_the_office_reads_what_was_said(office, said):
    row = said("Nút Nộp ở đâu?")
    assert "Nút Nộp ở đâu?" in office.get(LIST).text
    page = office.get(row.get_absolute_url()).text
    assert "Nút Nộp ở đâu?" in page
    assert 'href="/tasks/"' in page


@pytest.mark.parametrize("who", ["keeper", "leader", "stranger"])
def test_nobody_else_does(request, signed_in, said, who):
    row, client = said(), signed_in(request.getfixturevalue(who))
    for path in (LIST, row.get_absolute_url()):
        answer = client.get(path)
        assert answer.status_code == 403
        assert row.text not in answer.text
    assert client.post(reverse("feedback:feedback_handle", args=[row.pk])).status_code == 403
    assert Feedback.objects.open().exists()


def test_a_button_marks_it_handled_and_another_brings_it_back(office, officer, said):
    row = said()
    assert office.post(f"{row.get_absolute_url()}handle/").status_code == 302
    row.refresh_from_db()
    assert (row.state, row.handled_by) == ("handled", officer)
    page = office.get(row.get_absolute_url()).text
    assert "Đưa lại chưa xử lý" in page
    assert "Đánh dấu đã xử lý" not in page
    office.post(f"{row.get_absolute_url()}reopen/")
    row.refresh_from_db()
    assert (row.state, row.handled_by, row.handled_at) == ("open", None, None)
    told = AuditEvent.objects.filter(target_type="feedback.feedback").order_by("pk")
    assert [one.action for one in told] == ["feedback.handled", "feedback.reopened"]
    assert all(row.text not in f"{one.target} {one.after} {one.data}" for one in told)


def test_who_comes_too_late_is_told_so(office, officer, said):
    row = said()
    handle_feedback(row, by=officer)
    answer = office.post(f"{row.get_absolute_url()}handle/", follow=True)
    assert "không thực hiện được thao tác này" in answer.text
    assert AuditEvent.objects.filter(action="feedback.handled").count() == 1


def test_it_waits_in_the_inbox_of_the_office_until_it_is_handled(office, officer, keeper, said):
    row = said("Nút Nộp ở đâu?", received_on=timezone.localdate() - timedelta(days=3))
    assert waiting_count(officer) == 1
    [key] = waiting_keys(officer)
    assert (key.source, key.since) == ("feedback", row.received_on)
    assert waiting_count(keeper) == 0
    inbox = office.get("/inbox/?tab=feedback").text
    assert "Nút Nộp ở đâu?" in inbox
    assert row.get_absolute_url() in inbox
    handle_feedback(row, by=officer)
    assert "Nút Nộp ở đâu?" not in office.get("/inbox/").text
    reopen_feedback(row, by=officer)
    assert waiting_count(officer) == 1


def test_the_list_is_filtered_and_written_to_a_file(office, officer, said):
    said("Còn mở"), handle_feedback(said("Xong rồi"), by=officer)
    page = office.get(f"{LIST}?state=open").text
    assert "Còn mở" in page
    assert "Xong rồi" not in page
    file = office.get(f"{LIST}?export=csv&state=handled")
    assert "Xong rồi" in b"".join(file).decode("utf-8-sig")


def test_the_menu_of_the_office_leads_there(office, keeper, signed_in):
    assert f'href="{LIST}"' in office.get("/search/").text
    assert f'href="{LIST}"' not in signed_in(keeper).get("/search/").text


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_no_more_for_many(office, said, count, django_assert_max_num_queries):
    for _time in range(count):
        said()
    office.get(LIST)
    with django_assert_max_num_queries(12):
        office.get(LIST)


def test_what_was_handled_goes_after_a_year_and_what_is_open_stays(said, officer):
    old, fresh, waiting = said("cũ"), said("mới"), said("chờ", received_on=timezone.localdate() - timedelta(days=900))
    for row, days in ((old, 366), (fresh, 364)):
        handle_feedback(row, by=officer)
        Feedback.objects.filter(pk=row.pk).update(handled_at=timezone.now() - timedelta(days=days))
    assert cleaning.clean()["handled feedback"] == 1
    assert set(Feedback.objects.all()) == {fresh, waiting}


def test_an_administrator_sees_it_too(signed_in, said):
    row = said()
    client = signed_in(person("Phan Kiệt", "programme_administrator", TDC))
    assert row.text in client.get(LIST).text
