"""Whole lists of the API by a job: with what whoever asked may, for them alone. As Parquet: test_parquet.py."""

import io
import json
from datetime import date, datetime

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from structlog.testing import capture_logs

import apps.core.parquet
from apps.audit.models import AuditEvent
from apps.core import workbooks
from apps.jobs.models import Job
from apps.jobs.services import run_job
from apps.people.models import ApiToken, Membership
from apps.people.services.tokens import revoke_token
from tests.api.test_export import people, sent
from tests.conftest import BAC_NINH, LAM_DONG, TDC
from tests.factories.registers import make
from tests.factories.tasks import PlanTaskFactory
from tests.people.people import add_role, person, today
from tests.people.test_token_pages import with_factor
from tests.people.test_tokens import by, code_of, issued

__all__ = ["people"]
pytestmark = pytest.mark.django_db
JOBS = "/api/v1/jobs/"
STANDARDS = {"resource": "registers/standards", "output": "xlsx"}
SCOPES = ["jobs:write", "registers:read"]


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


def ask(client, body, **headers):
    return client.post(JOBS, json.dumps(body), content_type="application/json", headers=headers)


def job_of(answer) -> Job:
    assert answer.status_code == 202, answer.content
    return Job.objects.get(pk=answer.json()["id"])


def fetched(client, job: Job) -> bytes:
    assert run_job(job.pk) == "done", Job.objects.get(pk=job.pk).error
    answer = client.get(client.get(f"{JOBS}{job.pk}/").json()["url"])
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def sheet_of(content: bytes) -> list[tuple]:
    return list(load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))


# ── what stands in the file ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_workbook_has_the_columns_of_the_csv_and_its_filters(people, signed_in):
    row, _other = make("standards", area="m", name="=1+1", recognised_on=date(2021, 5, 4)), make("standards", area="t")
    client = signed_in(people["register_keeper", BAC_NINH])
    head, line = sheet_of(fetched(client, job_of(ask(client, STANDARDS | {"filters": {"area": "m"}}))))
    assert list(head) == sent(client, "registers/standards/export/").splitlines()[0].removeprefix("\ufeff").split(",")
    cells = dict(zip(head, line, strict=True))
    assert (cells["id"], cells["name"], cells["recognised_on"]) == (row.pk, "=1+1", datetime(2021, 5, 4))
    assert cells["updated_at"] == timezone.localtime(row.updated_at).replace(tzinfo=None, microsecond=0)
    truths = {"resource": "targets", "output": "xlsx", "fields": ["is_current"]}
    assert {value for [value] in sheet_of(fetched(client, job_of(ask(client, truths))))[1:]} <= {True, False}


def test_more_rows_than_a_sheet_has_are_refused_in_words(people, signed_in, monkeypatch):
    monkeypatch.setattr(workbooks, "MOST_ROWS", 1)
    client = signed_in(people["register_keeper", BAC_NINH])
    [make("standards") for _ in range(2)]
    refused = job_of(ask(client, STANDARDS))
    assert run_job(refused.pk) == "failed"
    assert "vượt quá một trang tính Excel" in client.get(f"{JOBS}{refused.pk}/").json()["error"]


# ── for whom ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def both(reference):
    """Sees the tasks of the whole country by one role, of a province by the other."""
    found = person("Hai nơi", "reader", BAC_NINH)
    add_role(found, "programme_officer", TDC)
    return with_factor(found)


def test_a_token_has_written_what_it_opens_and_no_more(both):
    own, _others = (PlanTaskFactory(lead_unit_id=unit).code for unit in (BAC_NINH, LAM_DONG))
    client = by(issued(both, ["jobs:write", "tasks:read"], unit=BAC_NINH).key)
    made = job_of(ask(client, {"resource": "tasks", "output": "xlsx", "fields": ["code"]}))
    assert sheet_of(fetched(client, made)) == [("code",), (own,)]
    [event] = AuditEvent.objects.filter(action="export.requested")
    assert (event.actor_id, event.data["route"]) == (both.pk, "task-export")


def test_only_the_token_that_asked_and_its_person_fetch_it(both, signed_in, officer):
    make("standards")
    client, other = by(issued(both, SCOPES).key), by(issued(both, SCOPES, label="Khác").key)
    made = job_of(ask(client, STANDARDS))
    fetched(client, made)
    assert other.get(f"{JOBS}{made.pk}/").json()["url"] is None
    for stranger in (other, signed_in(officer)):
        assert stranger.get(f"{JOBS}{made.pk}/file/").status_code == 404
    for address in (f"{JOBS}{made.pk}/file/", reverse("jobs:export_file", args=[made.pk])):
        assert signed_in(both).get(address).status_code == 200
    of_person = job_of(ask(signed_in(both), STANDARDS))
    run_job(of_person.pk)
    assert client.get(f"{JOBS}{of_person.pk}/file/").status_code == 404


def test_scopes_of_the_list_are_asked_for(both):
    assert code_of(ask(by(issued(both, ["jobs:read", "registers:read"]).key), STANDARDS)) == (403, "wrong_scope")
    refused = ask(by(issued(both, ["jobs:write", "tasks:read"]).key), STANDARDS)
    assert (*code_of(refused), refused.json()["needed"]) == (403, "wrong_scope", "registers/standards:read")
    assert not Job.objects.exists()


@pytest.mark.parametrize("end", ["token", "day", "role", "factor"])
def test_a_token_that_ended_since_makes_no_file(both, central, end):
    token = issued(both, SCOPES, unit=TDC).token
    client = by(issued(both, SCOPES).key)
    made = job_of(ask(client, STANDARDS))
    Job.objects.filter(pk=made.pk).update(payload=made.payload | {"token": token.pk})
    if end == "token":
        revoke_token(token, "Lộ mã", by=both)
    elif end == "day":
        ApiToken.objects.filter(pk=token.pk).update(expires_on=today(-1))
    elif end == "role":
        Membership.objects.filter(user=both, unit=TDC).update(valid_to=today(-1))
    else:
        Authenticator.objects.filter(user=both).delete()
    assert run_job(made.pk) == "failed"
    assert Job.objects.get(pk=made.pk).error


def test_who_may_not_read_the_list_any_more_does_not_read_its_file(people, signed_in):
    keeper = people["register_keeper", BAC_NINH]
    client = signed_in(keeper)
    made = job_of(ask(client, STANDARDS))
    fetched(client, made)
    Membership.objects.filter(user=keeper).update(valid_to=today(-1))
    for address in (f"{JOBS}{made.pk}/file/", reverse("jobs:export_file", args=[made.pk])):
        assert signed_in(keeper).get(address).status_code == 403


# ── what is refused, and how often ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("wrong", "field", "code"),
    [
        ({"resource": "khong-co"}, "resource", "invalid_choice"),
        ({"output": "exe"}, "output", "invalid_choice"),
        ({"filters": {"khong_co": 1}}, "khong_co", "unknown_parameter"),
        ({"filters": {"khong_co": []}}, "khong_co", "unknown_parameter"),
        ({"filters": {"area": "?"}}, "area", "invalid_choice"),
        ({"filters": {"output": "csv"}}, "output", "unknown_parameter"),
        ({"filters": {"area": ["m", "t"]}}, "area", "repeated_parameter"),
        ({"filters": {"area": None}}, "filters", ""),
        ({"filters": {"search": "x" * 5000}}, "filters", "too_long"),
        ({"fields": ["unit__basis"]}, "fields", "unknown_field"),
    ],
)
def test_what_the_list_would_refuse_is_refused_at_once(people, signed_in, wrong, field, code):
    answer = ask(signed_in(people["register_keeper", BAC_NINH]), STANDARDS | wrong)
    assert answer.status_code == 400
    assert not code or answer.json()["errors"][field][0]["code"] == code
    assert field in answer.json()["errors"]
    assert not Job.objects.exists()


def test_without_pyarrow_the_answer_says_what_there_is(people, signed_in, monkeypatch):
    monkeypatch.setattr(apps.core.parquet, "is_installed", lambda: False)
    client = signed_in(people["register_keeper", BAC_NINH])
    answer = ask(client, STANDARDS | {"output": "parquet"})
    assert (answer.status_code, answer.json()["allowed"]) == (400, ["xlsx"])
    assert answer.json()["errors"]["output"][0]["code"] == "not_installed"
    refused = client.get("/api/v1/registers/standards/export/?output=xlsx").json()
    assert "POST jobs/" in refused["errors"]["output"][0]["message"]


def test_one_at_a_time_and_sent_again_the_same(people, signed_in):
    client = signed_in(people["register_keeper", BAC_NINH])
    first, again = (ask(client, STANDARDS, **{"Idempotency-Key": "k"}) for _ in range(2))
    assert (again.status_code, again["Idempotency-Replayed"]) == (202, "true")
    assert first["Location"] == again["Location"] == f"{JOBS}{first.json()['id']}/"
    assert job_of(ask(client, STANDARDS)) == job_of(first)
    other = ask(client, STANDARDS | {"filters": {"area": "m"}})
    assert (*code_of(other), "Retry-After" in other) == (429, "throttled", True)
    run_job(first.json()["id"])
    assert job_of(ask(client, STANDARDS)) != job_of(first)


def test_it_counts_as_an_export_and_leaves_its_line(both, settings):
    settings.LIMITS = settings.LIMITS | {"export": (1, 1_000_000_000)}
    make("standards")
    token = issued(both, SCOPES)
    client = by(token.key)
    made = job_of(ask(client, STANDARDS | {"filters": {"search": "tìm"}}))
    with capture_logs() as lines:
        run_job(made.pk)
    [line] = [one for one in lines if one["event"] == "exported"]
    assert (line["user"], line["token"], line["list"]) == (both.pk, token.token.pk, "register-standards-export")
    assert (line["format"], line["filters"], line["rows"]) == ("xlsx", ["search"], 0)
    assert code_of(ask(client, STANDARDS)) == (429, "throttled")
