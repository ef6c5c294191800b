"""From what the database shows of itself to the request, and from there to its job."""

import os
import re
import threading
from pathlib import Path

import pytest
import structlog
from django.db import connection, transaction
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from structlog.testing import capture_logs

from apps.audit.models import AuditEvent
from apps.core.middleware import RequestIdMiddleware
from apps.jobs.models import Job
from apps.jobs.services import enqueue, run_job
from program996.traced import mark
from tests.factories.enterprises import EnterpriseFactory
from tests.jobs.handlers import KIND

pytestmark = pytest.mark.django_db
SEEN = "SELECT query FROM pg_stat_activity WHERE pid = pg_backend_pid()"


def shown() -> str:
    with connection.cursor() as cursor:
        cursor.execute(SEEN)
        return cursor.fetchone()[0]


@pytest.fixture(autouse=True)
def apart():
    """Of no request of the test before."""
    structlog.contextvars.clear_contextvars()
    yield
    structlog.contextvars.clear_contextvars()


def test_statements_outside_of_requests_are_as_they_are():
    assert shown() == SEEN


def test_the_server_shows_whose_a_statement_is():
    with structlog.contextvars.bound_contextvars(request_id="AB12-CD34", job="0b7e5a4e-93a5-4a0f-8f7d-2b8a4a4c9d11"):
        assert shown() == f"/* AB12-CD34 0B7E5A4E-93A5-4A0F-8F7D-2B8A4A4C9D11 */ {SEEN}"


@pytest.mark.parametrize(
    "code", ["*/ DROP TABLE jobs_job; --", "AB12-CD34\n", "%s", "%(a)s", "ẠB12", "A" * 41, "AB12 CD34", "", "１２"]
)
def test_nothing_but_a_code_gets_into_a_comment(code):
    with structlog.contextvars.bound_contextvars(request_id=code):
        assert mark() == ""
        assert shown() == SEEN


def test_every_statement_of_a_page_bears_its_code(signed_in, keeper):
    EnterpriseFactory(name="Công ty BIMAT996")
    client = signed_in(keeper)
    with CaptureQueriesContext(connection) as queries:
        response = client.get("/registers/enterprises/", headers={"X-Request-ID": "KHACH-1234"})
    sent = [query["sql"] for query in queries if not query["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN"))]
    assert len(sent) > 3
    assert {query.partition(" */")[0] for query in sent} == {f"/* {response['X-Request-ID']}"}
    assert response["X-Request-ID"] != "KHACH-1234", "a code is ours, whatever is sent"


def test_so_do_many_at_once_and_read_in_parts(rf):
    ran = []

    def answer(request):
        with connection.cursor() as cursor:
            cursor.executemany("SELECT %s", [[1], [2]])
            ran.append(cursor.cursor.query.decode())
        with connection.chunked_cursor() as cursor:
            cursor.execute("SELECT statement FROM pg_cursors WHERE statement LIKE %s", ["%pg_cursors%"])
            ran.append(cursor.fetchone()[0].partition(" FOR ")[2])
        return HttpResponse()

    request = rf.get("/")
    RequestIdMiddleware(answer)(request)
    sent = ["SELECT 2", "SELECT statement FROM pg_cursors WHERE statement LIKE '%pg_cursors%'"]
    assert ran == [f"/* {request.incident} */ {one}" for one in sent]


def test_the_servers_own_log_of_slow_statements_tells_it_too():
    log = Path(os.environ["DATA"], "postgres.log")
    if not log.exists():
        pytest.skip("the server is not ours")
    with structlog.contextvars.bound_contextvars(request_id="C0DE-0996"), connection.cursor() as cursor:
        cursor.execute("SET LOCAL log_min_duration_statement = 0")
        cursor.execute("SELECT 'chậm'")
    assert re.search(r"duration: [0-9.]+ ms  statement: /\* C0DE-0996 \*/ SELECT 'chậm'", log.read_text())


@pytest.mark.django_db(transaction=True)
def test_the_same_code_leads_through_request_log_audit_and_job():
    told: list[str] = []
    with structlog.contextvars.bound_contextvars(request_id="AB12-CD34"), transaction.atomic():
        row = enqueue(KIND, word="đủ")
    worker = threading.Thread(target=lambda: told.append(work(row)))
    worker.start()
    worker.join()
    assert told == ["AB12-CD34"]
    assert AuditEvent.objects.get(action="test.effect").request_id == "AB12-CD34"


def work(row: Job) -> str:
    """As a worker does: in a process that knows nothing of the request."""
    with capture_logs(processors=[structlog.contextvars.merge_contextvars]) as lines:
        assert mark() == ""
        assert run_job(row.pk) == "done"
    connection.close()
    [line] = [line for line in lines if line["event"] == "job ended"]
    assert (line["job"], line["kind"], line["attempt"]) == (str(row.pk), KIND, 1)
    assert line["ms"] >= 0
    return line["request_id"]
