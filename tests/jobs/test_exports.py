"""Files of many rows are written in the background, for one person, one at a time."""

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.core.limits import TURNS
from apps.jobs import exports
from apps.jobs.models import EXPORT, Job
from apps.jobs.services import run_job
from apps.people.models import Membership
from program996.cleaning import clean

UNITS, CREATE = "/units/?kind=province&export={}", "/jobs/exports/"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def few_at_once(settings, tmp_path):
    settings.EXPORT_ROWS_AT_ONCE = 3
    settings.MEDIA_ROOT = str(tmp_path)


def body_of(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def ordered(client, form: str = "csv") -> Job:
    answer = client.post(CREATE, {"address": UNITS.format(form)})
    row = Job.objects.get(kind=EXPORT)
    assert (answer.status_code, answer.url) == (302, row.get_absolute_url())
    return row


def test_page_says_that_there_is_much_and_starts_nothing(signed_in, keeper):
    answer = signed_in(keeper).get(UNITS.format("csv"))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Tệp có nhiều dòng" in page
    assert 'name="address" value="/units/?kind=province&amp;export=csv"' in page
    assert 'href="/units/?kind=province"' in page
    assert not Job.objects.exists()


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_file_is_the_one_that_the_page_would_have_given(signed_in, keeper, settings, form):
    client = signed_in(keeper)
    row = ordered(client, form)
    assert "Tải tệp về" not in client.get(row.get_absolute_url()).content.decode()
    assert run_job(row.pk) == "done", Job.objects.get().error
    link = f"/jobs/{row.pk}/file/"
    assert link in client.get(row.get_absolute_url()).content.decode()
    fetched = client.get(link)
    settings.EXPORT_ROWS_AT_ONCE = 100_000
    direct = client.get(UNITS.format(form))
    for name in ("Content-Disposition", "Content-Type", "Content-Security-Policy", "X-Content-Type-Options"):
        assert fetched[name] == direct[name]
    assert "no-store" in fetched["Cache-Control"]
    kept, given = body_of(fetched), body_of(direct)
    assert (kept == given) if form == "csv" else (kept[:2] == given[:2] == b"PK")
    [event] = AuditEvent.objects.filter(action="export.requested")
    assert (event.actor_id, event.data["route"]) == (keeper.pk, "organisations:organisationunit_list")


def test_nobody_else_gets_it(signed_in, keeper, outsider, officer):
    row = ordered(signed_in(keeper))
    run_job(row.pk)
    for other in (outsider, officer):  # the officer sees the job, and not what it wrote
        assert signed_in(other).get(f"/jobs/{row.pk}/file/").status_code == 404
    assert "Tải tệp về" not in signed_in(officer).get(row.get_absolute_url()).content.decode()


def test_who_has_one_on_its_way_is_shown_that_one(signed_in, keeper, outsider):
    client = signed_in(keeper)
    row = ordered(client)
    assert client.post(CREATE, {"address": UNITS.format("xlsx")}).url == row.get_absolute_url()
    assert Job.objects.count() == 1
    signed_in(outsider).post(CREATE, {"address": UNITS.format("csv")})
    assert Job.objects.count() == 2
    run_job(row.pk)
    client.post(CREATE, {"address": UNITS.format("xlsx")})
    assert Job.objects.count() == 3


def end_membership(user) -> None:
    Membership.objects.filter(user=user).update(valid_to=timezone.localdate() - timedelta(days=1))


def close_account(user) -> None:
    user.is_active, user.closed_at, user.closed_reason = False, timezone.now(), "Nghỉ việc"
    user.save()


@pytest.mark.parametrize("end", [end_membership, close_account])
def test_right_that_ended_since_gives_no_file(signed_in, keeper, end):
    row = ordered(signed_in(keeper))
    end(keeper)
    assert run_job(row.pk) == "failed"
    assert not exports.path_of(row).exists()
    assert Job.objects.get().error


def test_nor_the_file_that_was_written_before(signed_in, keeper):
    row = ordered(signed_in(keeper))
    run_job(row.pk)
    end_membership(keeper)
    assert signed_in(keeper).get(f"/jobs/{row.pk}/file/").status_code == 403


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("", 404), ("/units/", 404), ("https://elsewhere.example/units/?export=csv", 404),
        ("//x/units/?export=csv", 404), ("/khong-co/?export=csv", 404), ("http://[/?export=csv", 404),
        ("/units/?export=exe", 404),
        ("/healthz?export=csv", 403), ("/audit/?export=csv", 403), ("/jobs/?export=csv", 403),
    ],
)  # fmt: skip
def test_only_what_the_person_may_open_is_written(signed_in, keeper, address, status):
    assert signed_in(keeper).post(CREATE, {"address": address}).status_code == status
    assert not Job.objects.exists()


def test_page_that_gives_no_file_is_a_refusal_in_words(signed_in, keeper):
    """The address stood the checks; its page answers otherwise by now."""
    client = signed_in(keeper)
    row = ordered(client)
    Job.objects.filter(pk=row.pk).update(payload={"address": "/targets/?export=csv"})
    assert run_job(row.pk) == "failed"
    assert "xuất lại" in Job.objects.get().error


def test_files_go_after_some_days_and_the_link_says_so(signed_in, keeper):
    client = signed_in(keeper)
    row = ordered(client)
    run_job(row.pk)
    clean()
    assert exports.path_of(row).exists()
    past = time.time() - exports.KEPT.total_seconds() - 60
    os.utime(exports.path_of(row), (past, past))
    clean()
    assert list(Path(exports.folder()).iterdir()) == []
    page = client.get(f"/jobs/{row.pk}/file/", follow=True).content.decode()
    assert "mỗi tệp giữ 3 ngày" in page


def test_of_one_person_the_newest_files_are_kept(signed_in, keeper, outsider, monkeypatch):
    monkeypatch.setattr(exports, "MOST_KEPT", 2)
    other = exports.request_export(UNITS.format("csv"), by=outsider)
    run_job(other.pk)
    rows = []
    for _file in range(4):
        rows.append(exports.request_export(UNITS.format("csv"), by=keeper))
        assert run_job(rows[-1].pk) == "done"
    assert [exports.path_of(row).exists() for row in (*rows, other)] == [False, False, True, True, True]


# --- one at a time ----------------------------------------------------------------------------------------------------


def turns_of(user: User) -> int:
    with connection.cursor() as cursor:
        held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objid = %s"
        cursor.execute(held, [TURNS, user.pk])
        return cursor.fetchone()[0]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_second_file_at_the_same_moment_waits_its_turn(signed_in, keeper, outsider, settings, form):
    settings.EXPORT_ROWS_AT_ONCE = 100_000
    client, line = signed_in(keeper), connection.copy()
    try:
        with line.cursor() as cursor:  # as another thread of the web process, in the middle of a file
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [TURNS, keeper.pk])
        answer = client.get(UNITS.format(form))
        assert answer.status_code == 429
        assert "Mỗi người chỉ lập được một tệp mỗi lúc" in answer.content.decode()
        assert answer["Retry-After"] == "10"
        assert signed_in(outsider).get(UNITS.format(form)).status_code == 200
        assert client.get("/units/").status_code == 200
    finally:
        line.close()


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_turn_ends_with_the_file_also_where_nobody_reads_it(signed_in, keeper, settings, form):
    settings.EXPORT_ROWS_AT_ONCE = 100_000
    answer = signed_in(keeper).get(UNITS.format(form))
    assert turns_of(keeper) == (1 if form == "csv" else 0)  # lines go out as they are read
    for close in answer._resource_closers:  # what the server calls at the end, whoever has gone away
        close()
    assert turns_of(keeper) == 0
