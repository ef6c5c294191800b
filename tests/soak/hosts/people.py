"""People of a portal whose hosts die: what they were told is kept, and how long nothing was answered."""

import http.client
import json
import threading
import time
from collections import Counter
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from django.db import connection

from apps.jobs.models import Job
from tests.conftest import BAC_NINH, LAM_DONG
from tests.soak.portal import Portal
from tests.soak.upgrading import LOST, People
from tests.soak.uploads import SmallFile, send, small_files
from tests.soak.visitor import Visitor

PAGES = ("/dashboard/", "/targets/mt5/", "/registers/enterprises/", "/registers/enterprises/?export=csv")
KEEPERS = {BAC_NINH: ("Bắc Ninh", "85"), LAM_DONG: ("Lâm Đồng", "86")}
PATIENCE = 20  # seconds for one answer
FILES = 400  # of each keeper, more than there is time for
FILE = {"resource": "tasks", "output": "xlsx"}


class Gaps:
    """Of each kind of request how long nobody was answered, and what was done to which host meanwhile."""

    def __init__(self) -> None:
        self.last: dict[str, float] = {}
        self.longest: dict[str, tuple[float, str]] = {}
        self.by_act: dict[tuple[str, str], float] = {}
        self.act = "calm"
        self.answered: Counter[str] = Counter()
        self.lock = threading.Lock()

    def answer(self, kind: str) -> None:
        now = time.monotonic()
        with self.lock:
            gap = now - self.last.get(kind, now)
            self.last[kind] = now
            self.answered[kind] += 1
            self.longest[kind] = max(self.longest.get(kind, (0.0, "")), (gap, self.act))
            key = (self.act, kind)
            self.by_act[key] = max(self.by_act.get(key, 0.0), gap)

    def of(self, act: str) -> str:
        return ", ".join(f"{kind} {gap:.1f} s" for (one, kind), gap in sorted(self.by_act.items()) if one == act)


class Crowd(People):
    """Writers and a reader of the API by a token, two keepers who upload files, a reader of pages, one who has lists
    written as files. Each goes on until told to end, and tries what was not answered again.
    """

    def __init__(self, portal: Portal, token: str, gaps: Gaps) -> None:
        super().__init__([0, 0], token)
        self.portal, self.gaps, self.place = portal, gaps, urlsplit(portal.url)
        self.files: list[SmallFile] = []
        self.sent: list[SmallFile] = []
        self.exports: set[str] = set()
        self.strange: list[str] = []
        for unit, (province, prefix) in KEEPERS.items():
            own = small_files(FILES, province, prefix)
            visitor = self._keeper(unit)
            self.threads.append(threading.Thread(target=self._guarded, args=(self._upload, visitor, unit, own)))
        self.threads.append(threading.Thread(target=self._guarded, args=(self._look, self._keeper(BAC_NINH))))
        self.threads.append(threading.Thread(target=self._guarded, args=(self._export,)))

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        super().__exit__(kind, error, trace)

    def __enter__(self) -> Self:
        return super().__enter__()

    def _keeper(self, unit: str) -> Visitor:
        return Visitor(self.portal.url, patience=120, timeout=PATIENCE).sign_in(
            self.portal.account("register_keeper", unit)
        )

    def _guarded(self, work, *values) -> None:
        try:
            work(*values)
        except Exception as error:  # said by the test
            self.strange.append(f"{work.__name__}: {error!r}")
        finally:
            connection.close()

    def _upload(self, visitor: Visitor, unit: str, files: list[SmallFile]) -> None:
        for file in files:
            if self.ended.wait(2.0):
                return
            self.sent.append(file)
            try:
                send(visitor, unit, file)
            except Exception as error:  # said by the test, which counts the files
                file.troubles.append(repr(error))
            self.gaps.answer("uploads")

    def _look(self, visitor: Visitor) -> None:
        visitor.patience = 0
        while not self.ended.wait(0.5):
            for page in PAGES:
                try:
                    if visitor.get(page).status == 200:
                        self.gaps.answer("pages")
                except LOST:
                    time.sleep(0.2)

    def _export(self) -> None:
        body = json.dumps(FILE).encode()
        while not self.ended.wait(6.0):
            status, told = self._ask("POST", "/api/v1/jobs/", body, Content_Type="application/json")
            if status == 202:
                self.exports.add(json.loads(told)["id"])

    def _ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
        headers |= {"Authorization": f"Bearer {self.token}"} if path.startswith("/api/") else {}
        status, told = 0, b""
        line = http.client.HTTPConnection(self.place.hostname or "", self.place.port, timeout=PATIENCE)
        try:
            line.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            answer = line.getresponse()
            status, told = answer.status, answer.read()
        except LOST as error:
            told = repr(error).encode()
            time.sleep(0.2)
        finally:
            line.close()
        kind = "writes" if path == "/api/v1/tasks/" and method == "POST" else "API reads" if "/api/" in path else ""
        if 200 <= status < 400 and kind:
            self.gaps.answer(kind)
        with self.lock:
            self.asked[self.phase] += 1
            self.failed[self.phase] += not (200 <= status < 400 or status == 429)
            if 400 <= status < 500 and status != 429:
                self.strange.append(f"{method} {path}: {status} {told[:200]!r}")
        return status, told


def unfinished(exports: set[str]) -> list[str]:
    done = set(map(str, Job.objects.filter(pk__in=exports, state=Job.State.DONE).values_list("pk", flat=True)))
    return sorted(exports - done)
