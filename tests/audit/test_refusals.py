"""Who tries what they may not leaves a row; who comes in, goes out or is turned away too."""

import json
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.audit import jobs
from apps.audit.models import AuditEvent, RefusalTally
from apps.audit.refusals import sum_up
from apps.core.middleware import RequestIdMiddleware
from apps.jobs.models import Job
from program996.celery import app

PASSWORD = "mat-khau-rat-dai-996"
SOME = "00000000-0000-0000-0000-000000000000"
pytestmark = pytest.mark.django_db


def refusals() -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(action="access.refused"))


def test_a_refused_change_is_written_down(keeper, signed_in):
    path = reverse("jobs:job_retry", args=[SOME])
    answer = signed_in(keeper).post(path, REMOTE_ADDR="203.0.113.9", HTTP_X_FORWARDED_FOR="198.51.100.1")
    assert answer.status_code == 403
    [row] = refusals()
    assert (row.actor_id, row.actor, row.address) == (keeper.pk, keeper.email, "203.0.113.9")
    assert row.request_id == answer["X-Request-ID"]
    assert row.data == {"path": path, "route": "jobs:job_retry", "method": "POST", "status": 403}


def test_a_row_out_of_sight_and_a_path_that_is_none_count_too(keeper, signed_in):
    client = signed_in(keeper)
    assert client.post("/registers/enterprises/999999/edit/").status_code == 404
    assert client.post("/khong-co/?bi-mat=1").status_code == 404
    assert [row.data["status"] for row in refusals()] == [404, 404]
    assert "bi-mat" not in json.dumps([row.data for row in refusals()])


def test_a_missing_form_token_counts(keeper, signed_in):
    client = Client(enforce_csrf_checks=True)
    client.cookies = signed_in(keeper).cookies
    assert client.post(reverse("jobs:job_retry", args=[SOME])).status_code == 403
    assert len(refusals()) == 1


def press(client: Client, times: int) -> list[int]:
    return [client.post(reverse("jobs:job_retry", args=[SOME])).status_code for _ in range(times)]


def an_hour_later() -> None:
    RefusalTally.objects.update(since=F("since") - timedelta(hours=1))


def test_many_refusals_of_one_person_are_written_once_with_their_count(keeper, outsider, signed_in, settings):
    settings.REFUSALS_WRITTEN = 3
    assert press(signed_in(keeper), 10) == [403] * 10  # the answer is the same throughout
    press(signed_in(outsider), 2)
    assert [row.actor_id for row in refusals()] == [outsider.pk] * 2 + [keeper.pk] * 3
    assert sum_up() == 0  # the window is still open
    an_hour_later()
    press(signed_in(keeper), 1)  # and the next begins at nothing
    assert len(refusals()) == 6
    assert sum_up() == 1
    [row] = AuditEvent.objects.filter(action="access.refused_often")
    assert (row.actor_id, row.actor, row.data["count"]) == (keeper.pk, keeper.email, 7)
    assert row.data["since"] < row.data["until"]
    assert sum_up() == 0
    assert list(RefusalTally.objects.values_list("actor_id", "count")) == [(keeper.pk, 1)]


def test_the_portals_own_role_counts_refusals(keeper, signed_in, settings):
    settings.REFUSALS_WRITTEN = 0
    client = signed_in(keeper)
    press(client, 2)
    an_hour_later()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE program996_app")
        assert sum_up() == 1
        cursor.execute("SET LOCAL ROLE NONE")


def test_beat_rings_for_the_sum():
    rung = [entry["task"] for entry in app.conf.beat_schedule.values()]
    assert rung.count(jobs.sum_refusals.name) == 1


def test_strangers_and_readers_write_nothing(keeper, signed_in, client):
    signed_in(keeper).get("/jobs/")
    signed_in(keeper).get("/khong-co/")
    client.post(reverse("jobs:job_retry", args=[SOME]))
    client.post("/khong-co/")
    assert refusals() == []


def test_the_answer_stands_when_nothing_can_be_written(keeper, signed_in):
    client = signed_in(keeper)
    with patch("apps.audit.refusals.record", side_effect=DatabaseError("away")):
        assert client.post(reverse("jobs:job_retry", args=[SOME])).status_code == 403
    assert refusals() == []


def test_what_was_allowed_is_no_refusal(member, signed_in):
    from tests.conftest import TDC

    admin = member("Admin TDC", "programme_administrator", TDC)
    row = Job.objects.create(kind="test", state="failed", finished_at=timezone.now())
    signed_in(admin).post(reverse("jobs:job_retry", args=[row.pk]))
    assert refusals() == []
    assert AuditEvent.objects.filter(action="job.retried").exists()


def test_a_view_that_refuses_by_a_message_can_say_so(keeper, rf):
    from django.http import HttpResponse

    from apps.audit.middleware import RefusalMiddleware

    def view(request):
        request.refusal = "not_above_own_rights"
        return HttpResponse(status=302)

    request = rf.post("/users/1/")
    request.user, request.resolver_match = keeper, None
    RequestIdMiddleware(RefusalMiddleware(view))(request)
    [row] = refusals()
    assert (row.reason, row.data["status"]) == ("not_above_own_rights", 302)


# --- signing in ------------------------------------------------------------------------------------------------------


def sign_in(client: Client, email: str, password: str):
    return client.post(reverse("account_login"), {"login": email, "password": password}, REMOTE_ADDR="203.0.113.9")


def sessions() -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(action__startswith="session.").order_by("id"))


def test_coming_and_going_are_written_down(keeper, client):
    assert sign_in(client, keeper.email, PASSWORD).status_code == 302
    assert "_auth_user_id" in client.session
    client.post(reverse("account_logout"))
    came, went = sessions()
    assert (came.action, went.action) == ("session.signed_in", "session.signed_out")
    assert came.actor_id == went.actor_id == keeper.pk
    assert came.address == "203.0.113.9"
    assert came.target_id == str(keeper.pk)


def test_a_wrong_password_is_written_down_without_it(keeper, client):
    sign_in(client, keeper.email.upper(), "sai-mat-khau-bi-mat")
    sign_in(client, "khong-ai@example.vn", "sai-mat-khau-bi-mat")
    known, unknown = sessions()
    assert {known.action, unknown.action} == {"session.sign_in_failed"}
    assert (known.actor_id, known.data["email"], known.target_id) == (None, keeper.email, str(keeper.pk))
    assert (unknown.data["email"], unknown.target_id) == ("khong-ai@example.vn", "")
    for row in (known, unknown):
        assert "bi-mat" not in json.dumps([row.data, row.before, row.after, row.reason, row.target])


def test_the_try_that_locks_is_told_apart(keeper, client):
    for _turn in range(7):
        sign_in(client, keeper.email, "sai-mat-khau")
    actions = [row.action for row in sessions()]
    assert actions[:5] == ["session.sign_in_failed"] * 4 + ["session.locked"]
    assert set(actions[5:]) <= {"session.locked"}


def test_nobody_comes_in_unwritten(keeper, client):
    with patch("apps.accounts.trail.record", side_effect=DatabaseError("away")), pytest.raises(DatabaseError):
        sign_in(client, keeper.email, PASSWORD)
    assert "_auth_user_id" not in Client(headers={"cookie": client.cookies.output(header="")}).session
    assert sessions() == []
