import json
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.jobs.models import JobHeartbeat

pytestmark = pytest.mark.django_db


@pytest.fixture
def sign_in(client, person):
    def sign_in(name: str, *codes: str):
        user = person(name, *codes)
        client.force_login(user, backend="apps.people.backends.MembershipBackend")
        return user

    return sign_in


@pytest.fixture
def failed(add, change, long_ago):
    return change(add(word="x", unit="vn-01"), state="failed", attempts=3, finished_at=long_ago, error="Dòng 14 sai.")


def progress_of(row) -> str:
    return reverse("jobs:job_progress", args=[row.pk])


def test_list_shows_every_job_to_central_staff(client, sign_in, add, person, failed):
    add(by=person("binh"), unit="vn-79")
    sign_in("an", "view_job")
    page = client.get("/jobs/").content.decode()
    for words in ("Tác vụ nền", "Ghi thử", "Đang chờ", "Thất bại", "Dòng 14 sai.", "vn-79", "binh"):
        assert words in page
    assert "Chạy lại" not in page


@pytest.mark.usefixtures("reference")
def test_list_names_the_unit_on_the_page_and_in_its_file(client, sign_in, add):
    add(unit="VN-24-2025")
    sign_in("an", "view_job")
    for form in ("", "?export=csv"):
        response = client.get(f"/jobs/{form}")
        shown = b"".join(response).decode()
        assert "Bắc Ninh" in shown
        assert ">VN-24-2025<" not in shown
        assert '"VN-24-2025"' not in shown


def test_list_without_the_right_is_refused(client, sign_in, add):
    add(by=sign_in("an"))
    assert client.get("/jobs/").status_code == 403


def test_list_is_closed_to_strangers(client, db):
    assert client.get("/jobs/").status_code == 302


@pytest.mark.parametrize(
    "query, shown", [("state=failed", ["test.write"]), ("state=done", []), ("kind=test.import", ["test.import"])]
)
def test_list_is_filtered_by_state_and_kind(client, sign_in, add, failed, query, shown):
    add("test.import")
    sign_in("an", "view_job")
    response = client.get(f"/jobs/?{query}")
    assert [row.record.kind for row in response.context["table"].rows] == shown


def test_list_costs_the_same_for_one_row_and_for_three(client, sign_in, add, person):
    sign_in("an", "view_job", "change_job")
    costs = []
    for names in (["mot"], ["hai", "ba"]):
        for name in names:
            add(by=person(name))
        client.get("/jobs/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/jobs/")
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_list_is_exported(client, sign_in, failed):
    sign_in("an", "view_job", "change_job")
    text = b"".join(client.get("/jobs/?export=csv").streaming_content).decode()
    assert '"Ghi thử";"Thất bại";"vn-01"' in text
    assert "<" not in text


def test_progress_is_polled_while_the_job_goes_on(client, sign_in, add, change):
    row = change(add(by=sign_in("an")), state="running", attempts=1, started_at=timezone.now())
    JobHeartbeat.objects.create(job_id=row.pk, at=timezone.now(), done=1200, total=5000, message="Đang kiểm tra")
    response = client.get(progress_of(row), headers={"hx-request": "true"})
    fragment = response.content.decode()
    assert 'hx-trigger="every 2s"' in fragment
    assert f'hx-get="{progress_of(row)}"' in fragment
    for words in ("Đang chạy", "Đang kiểm tra", "1.200/5.000", 'value="24"'):
        assert words in fragment
    assert "<html" not in fragment
    assert "HX-Trigger" not in response


@pytest.mark.parametrize("state, words", [("done", "Đã xong"), ("failed", "Dòng 14 sai.")])
def test_last_fragment_carries_no_trigger(client, sign_in, add, change, state, words):
    error = "Dòng 14 sai." if state == "failed" else ""
    row = change(add(by=sign_in("an")), state=state, finished_at=timezone.now(), error=error)
    response = client.get(progress_of(row), headers={"hx-request": "true"})
    assert words in response.content.decode()
    assert "hx-trigger" not in response.content.decode()
    assert json.loads(response["HX-Trigger"]) == {"job-finished": {"state": state}}


def test_progress_without_javascript_is_a_page(client, sign_in, add):
    row = add(by=sign_in("an"))
    page = client.get(progress_of(row)).content.decode()
    assert "<html" in page
    assert "Đang chờ" in page


def test_progress_of_another_persons_job_is_not_found(client, sign_in, add, person):
    others, nobodys = add(by=person("binh"), word="kín"), add()
    sign_in("an")
    for row in (others, nobodys):
        assert client.get(progress_of(row)).status_code == 404
    assert client.get(reverse("jobs:job_progress", args=[uuid.uuid4()])).status_code == 404


def test_central_staff_see_the_progress_of_all(client, sign_in, add, person):
    row = add(by=person("binh"))
    sign_in("an", "view_job")
    assert client.get(progress_of(row)).status_code == 200


def test_failed_job_is_run_again_by_button(client, sign_in, failed):
    user = sign_in("an", "view_job", "change_job")
    assert "Chạy lại" in client.get("/jobs/").content.decode()
    response = client.post(reverse("jobs:job_retry", args=[failed.pk]), follow=True)
    assert "Đã đưa tác vụ trở lại hàng đợi." in response.content.decode()
    failed.refresh_from_db()
    assert failed.state == "pending"
    assert AuditEvent.objects.get().actor_id == user.pk


def test_button_needs_the_right_and_a_failed_job(client, sign_in, add, failed, person):
    url = reverse("jobs:job_retry", args=[failed.pk])
    sign_in("an", "view_job")
    assert client.post(url).status_code == 403
    sign_in("binh", "change_job")
    assert client.post(url).status_code == 404
    sign_in("chi", "view_job", "change_job")
    assert client.get(url).status_code == 405
    response = client.post(reverse("jobs:job_retry", args=[add().pk]), follow=True)
    assert "Chỉ chạy lại được tác vụ đã thất bại." in response.content.decode()
    failed.refresh_from_db()
    assert failed.state == "failed"


def test_job_waiting_for_its_next_attempt_says_so(client, sign_in, add, change):
    row = change(add(by=sign_in("an")), attempts=1, not_before=timezone.now() + timedelta(seconds=9), error="Lỗi.")
    assert "Hệ thống sẽ tự thử lại." in client.get(progress_of(row)).content.decode()
