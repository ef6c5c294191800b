"""What is told at /metrics, to whom, and that it says nothing of anybody."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from ipaddress import ip_network

import pytest
from django.conf import settings as portal
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.audit.services import record
from apps.core import measuring, traffic
from apps.core.measuring import Family, Source
from apps.jobs.consumer import beat_queue
from apps.jobs.models import Job
from apps.jobs.services import enqueue
from apps.organisations.models import OrganisationUnit
from apps.targets.models import RecomputeRequest
from program996.management.processes import BASE_DIR
from tests.factories.enterprises import EnterpriseFactory
from tests.jobs.handlers import KIND
from tests.watching.scraped import number, scrape

pytestmark = pytest.mark.django_db
COUNTED = """
import json, os
from apps.core import traffic
from prometheus_client import CollectorRegistry, generate_latest
for _ in range(3):
    if not os.fork():
        traffic.count(route="jobs:healthz", method="GET", status=200, seconds=0.2)
        os._exit(0)
    os.wait()
registry = CollectorRegistry()
for one in traffic.collectors():
    registry.register(one)
print(json.dumps([line for line in generate_latest(registry).decode().splitlines() if "healthz" in line]))
"""


def add(**fields) -> Job:
    with transaction.atomic():
        row = enqueue(KIND, word="a")
    Job.objects.filter(pk=row.pk).update(**fields)
    return row


@pytest.mark.parametrize(
    ("proxies", "seen", "told", "status"),
    [
        (0, "127.0.0.1", None, 200),
        (0, "::1", None, 200),
        (0, "10.0.0.9", None, 404),
        (0, "", None, 404),  # by a socket without addresses
        (0, "127.0.0.1", "203.0.113.5", 404),  # a proxy nobody told us of: it makes everybody a neighbour
        (1, "172.18.0.2", "203.0.113.5", 404),
        (1, "172.18.0.2", "127.0.0.1, 203.0.113.5", 404),  # what a stranger claims stands left
        (1, "172.18.0.2", "203.0.113.5, 127.0.0.1", 200),
        (1, "127.0.0.1", None, 200),  # past the proxy
        (2, "127.0.0.1", "203.0.113.5", 404),  # past one of two
        (1, "127.0.0.1", "khong-phai", 200),
    ],
)
def test_from_inside_alone(settings, proxies, seen, told, status):
    settings.PROXY_COUNT = proxies
    headers = {} if told is None else {"x-forwarded-for": told}
    response = Client().get("/metrics", REMOTE_ADDR=seen, headers=headers)
    assert response.status_code == status
    assert status == 404 or not response.cookies
    assert (b"program996_" in response.content) is (status == 200)


def test_the_operator_names_the_networks(settings, keeper, signed_in):
    settings.METRICS_NETWORKS = [ip_network("10.1.2.3/32")]
    assert Client().get("/metrics", REMOTE_ADDR="10.1.2.3").status_code == 200
    assert Client().get("/metrics", REMOTE_ADDR="127.0.0.1").status_code == 404
    assert signed_in(keeper).get("/metrics").status_code == 404, "nobody's rights open it"
    settings.METRICS_NETWORKS = []
    assert Client().get("/metrics", REMOTE_ADDR="10.1.2.3").status_code == 404


def test_it_is_read_and_nothing_else_and_kept_by_nobody():
    response = Client().get("/metrics", headers={"host": "web:8000"})
    assert (response.status_code, dict(response.cookies)) == (200, {})
    assert "no-store" in response["Cache-Control"]
    assert Client().post("/metrics").status_code == 405
    with CaptureQueriesContext(connection) as queries:
        Client().get("/metrics")
    assert not any("django_session" in query["sql"] for query in queries)
    assert not any(query["sql"].lstrip("/* ABCDEF0123456789-").startswith(("INSERT", "UPDATE")) for query in queries)


def test_requests_are_told_by_route_method_and_status():
    before = number(scrape(), "program996_requests_total", route="jobs:healthz", method="GET", status="200") or 0
    Client().get("/healthz?bi-mat=1")
    Client().get("/khong-co/bi-mat")
    Client().generic("BREW", "/healthz")
    told = scrape()
    assert number(told, "program996_requests_total", route="jobs:healthz", method="GET", status="200") == before + 1
    assert number(told, "program996_requests_total", route="none", method="GET", status="404") >= 1
    assert number(told, "program996_requests_total", route="jobs:healthz", method="other", status="405") >= 1
    assert number(told, "program996_request_seconds_bucket", route="jobs:healthz", le="+Inf") >= before + 1
    assert not any("mat" in value or "BREW" in value for one in told for value in one.labels.values())


def test_processes_tell_one_sum(tmp_path):
    folder = tmp_path / "counts"
    env = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(folder)}
    ran = subprocess.run([sys.executable, "-c", COUNTED], cwd=BASE_DIR, env=env, capture_output=True, check=True)
    told = json.loads(ran.stdout)
    assert 'program996_requests_total{method="GET",route="jobs:healthz",status="200"} 3.0' in told
    assert 'program996_request_seconds_bucket{le="0.25",route="jobs:healthz"} 3.0' in told
    assert 'program996_request_seconds_bucket{le="0.1",route="jobs:healthz"} 0.0' in told


def test_the_queue_is_told():
    hour_ago = timezone.now() - timedelta(hours=1)
    add(created_at=hour_ago)
    add(created_at=hour_ago, not_before=timezone.now() + timedelta(hours=1))
    add(state="failed", finished_at=timezone.now())
    began = timezone.now() - timedelta(seconds=40)
    add(state="done", started_at=began, finished_at=began + timedelta(seconds=30))
    add(state="running", started_at=timezone.now() - timedelta(minutes=7))
    for queue in portal.JOBS_QUEUES:
        beat_queue(queue)
    told = scrape()
    assert number(told, "program996_jobs", queue="quick", kind=KIND, state="pending") == 2
    assert number(told, "program996_jobs", queue="quick", kind=KIND, state="failed") == 1
    assert 3600 <= number(told, "program996_jobs_oldest_due_seconds", queue="quick") < 4200
    assert number(told, "program996_jobs_oldest_due_seconds", queue="mail") == 0
    assert number(told, "program996_jobs_ended_last_hour", queue="quick", kind=KIND, state="done") == 1
    assert number(told, "program996_jobs_mean_seconds_last_hour", queue="quick", kind=KIND) == pytest.approx(30, 0.01)
    assert number(told, "program996_jobs_silent_seconds") >= 420
    for queue in portal.JOBS_QUEUES:
        assert 0 <= number(told, "program996_queue_heartbeat_age_seconds", queue=queue) < 300


def test_what_waits_to_be_counted_and_who_was_turned_away():
    RecomputeRequest.objects.create(source="enterprises")
    RecomputeRequest.objects.update(requested_at=timezone.now() - timedelta(minutes=20))
    record("session.sign_in_failed", by=None, email="ai-do@example.vn", step="password")
    record("session.locked", by=None, email="ai-do@example.vn", step="password")
    told = scrape()
    assert number(told, "program996_recompute_requests", source="enterprises") == 1
    assert number(told, "program996_recompute_oldest_seconds") >= 1200
    assert [number(told, "program996_sign_ins_last_hour", outcome=one) for one in ("entered", "wrong", "locked")] == [
        0,
        1,
        1,
    ]
    assert number(told, "program996_audit_unsealed_days") == 0


def test_more_rows_are_no_more_statements():
    asked = []
    for count in (1, 2):
        for number_ in range(count):
            add()
            RecomputeRequest.objects.create(source=f"source{number_}")
            record("session.locked", by=None)
        with CaptureQueriesContext(connection) as queries:
            scrape()
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_nothing_of_people_and_units_goes_out(keeper, signed_in):
    EnterpriseFactory(name="Công ty BIMAT996")
    client = signed_in(keeper)
    client.get("/registers/enterprises/?q=BIMAT996")
    add(unit="bac-ninh", requested_by=keeper)
    record("session.sign_in_failed", by=keeper, email=keeper.email, unit="bac-ninh", step="password")
    told = scrape()
    assert {name for one in told for name in one.labels} == LABELS
    values = {value for one in told for name, value in one.labels.items()}
    assert not values & {str(pk) for pk in OrganisationUnit.objects.values_list("pk", flat=True)}
    assert not any(word in value for value in values for word in ("BIMAT", "@", keeper.full_name, "127.0"))


LABELS = {"route", "method", "status", "le", "queue", "kind", "state", "source", "scan", "outcome"}


def test_a_source_that_fails_takes_no_other_with_it(monkeypatch):
    def broken():
        with connection.cursor() as cursor:
            cursor.execute("SELECT khong_co")

    family = Family("program996_broken", "Of the test.")
    monkeypatch.setitem(measuring._known, "test.broken", Source("test.broken", (family,), broken))
    known = dict(measuring._known)
    monkeypatch.setattr(measuring, "_known", {"test.broken": known.pop("test.broken")} | known)
    told = scrape()
    assert number(told, "program996_source_answers", source="test.broken") == 0
    assert number(told, "program996_source_answers", source="jobs.queue") == 1
    assert number(told, "program996_database_bytes") > 0


def test_with_the_database_away_it_is_asked_once(monkeypatch):
    asked = []

    def away():
        asked.append(1)
        raise OperationalError("could not connect to server")

    sources = {name: Source(name, source.families, away) for name, source in measuring._known.items()}
    monkeypatch.setattr(measuring, "_known", sources)
    traffic.count(route="jobs:healthz", method="GET", status=200, seconds=0.1)
    told = scrape()
    assert len(asked) == 1
    assert {one.value for one in told if one.name == "program996_source_answers"} == {0}
    assert number(told, "program996_requests_total", route="jobs:healthz", method="GET", status="200") >= 1


def test_a_sample_has_the_labels_of_its_family():
    with pytest.raises(TypeError, match="program996_x"):
        Family("program996_x", "Of the test.", ("queue",))(1)
