"""One person asks for many files at once: one is written, the others are told to wait, and nobody else is kept."""

import threading
import time
from collections import Counter

from tests.conftest import BAC_NINH, TDC
from tests.soak.visitor import Answer, Visitor

AT_ONCE = 16  # twice the threads of the web process
TIMES = 3
PATIENCE = 3.0  # seconds a page of somebody else may take
FILE, OTHERS = (
    "/registers/enterprises/?source=demo&export=xlsx",
    ("/healthz", "/registers/enterprises/", "/targets/mt5/"),
)


def test_many_files_of_one_person_keep_nobody_waiting(portal, say):
    account = portal.account("register_keeper", TDC)
    greedy = Visitor(portal.url, timeout=120).sign_in(account).show_second_factor(account)
    assert greedy.get("/registers/enterprises/").url.endswith("/registers/enterprises/")
    other = Visitor(portal.url).sign_in(portal.account("register_keeper", BAC_NINH))
    quiet = max(other.get(page).seconds for page in OTHERS for _ in range(TIMES))
    answers: list[Answer] = []
    took: list[float] = []
    for _ in range(TIMES):
        threads = [threading.Thread(target=lambda: answers.append(greedy.get(FILE))) for _ in range(AT_ONCE)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            for page in OTHERS:
                started = time.monotonic()
                assert other.get(page).status == 200
                took.append(time.monotonic() - started)
        for thread in threads:
            thread.join()
    found = Counter(answer.status for answer in answers)
    assert set(found) == {200, 429}
    assert found[200] >= TIMES
    assert greedy.get(FILE).status == 200  # and afterwards it is their turn again
    say(
        f"{TIMES} times {AT_ONCE} files of one person at once: {found[200]} written, {found[429]} told to wait; "
        f"slowest of {len(took)} pages of somebody else {max(took):.2f} s, {quiet:.2f} s before"
    )
    assert max(took) < max(PATIENCE, quiet * 8)  # a machine that is slow by itself proves nothing
