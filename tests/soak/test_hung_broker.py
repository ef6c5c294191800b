"""Valkey stopped, not dead: it takes connections and never answers."""

import signal
import time

from apps.exchange.models import ImportBatch
from apps.jobs.models import Job
from tests.conftest import BAC_NINH
from tests.soak.uploads import IMPORTS, small_files, upload, wait_for_state
from tests.soak.visitor import Visitor
from tests.soak.waiting import eventually, nothing_to_do

PATIENCE = 3.0  # seconds a page may take
HUNG_FOR = 20
PAGES = (
    "/",
    "/dashboard/",
    "/registers/enterprises/",
    IMPORTS,
    "/targets/mt5/",
    "/api/v1/indicators/MT5/values/",
    "/healthz",
)


def test_pages_answer_and_the_work_is_done_afterwards(portal, say):
    account = portal.account("register_keeper", BAC_NINH)
    [file] = small_files(1, "Bắc Ninh", "95")
    assert eventually(nothing_to_do)
    assert portal.send("redis", signal.SIGSTOP)
    stopped = time.monotonic()
    try:
        took = {}
        started = time.monotonic()
        visitor = Visitor(portal.url).sign_in(account)  # the form and its answer, with the page it leads to
        took["sign in"] = (time.monotonic() - started) / 2
        for page in PAGES:
            answer = visitor.get(page)
            assert answer.status == 200, page
            took[page] = answer.seconds
        started = time.monotonic()
        batch = upload(visitor, BAC_NINH, file.name, file.content)
        took["upload"] = (time.monotonic() - started) / 2
        ready = visitor.get("/readyz")
        assert ready.status == 503
        took["/readyz"] = ready.seconds
        time.sleep(max(0, HUNG_FOR - (time.monotonic() - stopped)))
        assert ImportBatch.objects.get(pk=batch).state == ImportBatch.State.CHECKING
    finally:
        portal.send("redis", signal.SIGCONT)
    back = time.monotonic()
    wait_for_state(batch, ImportBatch.State.CHECKED)
    slowest = max(took, key=took.__getitem__)
    say(
        f"Valkey stopped for {HUNG_FOR} s: slowest of {len(took)} pages {took[slowest]:.2f} s ({slowest}); "
        f"the upload's check was done {time.monotonic() - back:.1f} s after it went on"
    )
    assert took[slowest] < PATIENCE
    assert eventually(nothing_to_do)
    assert not Job.objects.filter(state=Job.State.FAILED).exists()
