"""Small files, the people who send them, and what must stand in the register afterwards."""

import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from queue import Empty, Queue
from urllib.parse import urlsplit

from django.db import DatabaseError, connection

from apps.audit.models import AuditEvent
from apps.enterprises.models import AssuranceProgramme, Enterprise, ProgrammeEvent
from apps.exchange.models import ImportBatch
from tests.exchange.enterprise_files import PLACE, SERVED, rows, tax_codes, workbook
from tests.soak.portal import Portal
from tests.soak.visitor import Visitor

ROWS_EACH = 3
IMPORTS = "/registers/enterprises/imports/"
PATIENCE = 120  # seconds a person keeps trying while processes die
Fact = tuple[str, str, str, date]  # tax code, form, stage, day


@dataclass
class SmallFile:
    name: str
    content: bytes
    facts: set[Fact]
    batch: int = 0
    confirmed: bool = False  # the portal has said so
    troubles: list[str] = field(default_factory=list)


def small_files(count: int, province: str, prefix: str, rows_each: int = ROWS_EACH) -> list[SmallFile]:
    """Files of a few rows, every row an enterprise that the register does not know yet."""
    free = unknown_codes(prefix)
    lines = rows(count * rows_each, province=province)
    for line in lines:
        line[PLACE["Mã số thuế"]] = next(free)
    made = []
    for number in range(count):
        own = lines[number * rows_each :][:rows_each]
        name = f"{own[0][PLACE['Mã số thuế']]}-{number:03}.xlsx"  # no other test's file has this name
        made.append(SmallFile(name, workbook(own), {_fact(line) for line in own}))
    return made


def unknown_codes(prefix: str) -> Iterator[str]:
    known = set(Enterprise.objects.values_list("tax_code", flat=True))
    return (code for code in tax_codes(prefix) if code not in known)


def _fact(line: Sequence[object]) -> Fact:
    form = AssuranceProgramme.Form.SERVED if line[PLACE["Hình thức tham gia"]] == SERVED else "written"
    return str(line[0]), str(form), str(ProgrammeEvent.Stage.APPLIED), line[PLACE["Ngày"]]


class Senders:
    """People who upload and confirm at the same time, one file after the other, however often they must try."""

    def __init__(self, portal: Portal, people: Sequence[tuple[str, str]]) -> None:
        """`people`: role and unit of each."""
        self.visitors = [
            (Visitor(portal.url, patience=PATIENCE).sign_in(portal.account(role, unit)), unit) for role, unit in people
        ]

    def send(self, files: dict[str, list[SmallFile]]) -> None:
        """`files` by unit. Returns when each has been confirmed, or given up."""
        waiting: dict[str, Queue[SmallFile]] = {}
        for unit, own in files.items():
            waiting[unit] = Queue()
            for file in own:
                waiting[unit].put(file)
        threads = [threading.Thread(target=self._work, args=(v, unit, waiting[unit])) for v, unit in self.visitors]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _work(self, visitor: Visitor, unit: str, waiting: "Queue[SmallFile]") -> None:
        try:
            while True:
                file = waiting.get_nowait()
                try:
                    send(visitor, unit, file)
                except Exception as error:  # said by the test, which counts the files
                    file.troubles.append(repr(error))
        except Empty:
            pass
        finally:
            connection.close()


def send(visitor: Visitor, unit: str, file: SmallFile) -> None:
    file.batch = upload(visitor, unit, file.name, file.content)
    wait_for_state(file.batch, ImportBatch.State.CHECKED)
    answer = visitor.post(f"{IMPORTS}{file.batch}/confirm/")
    assert answer.status == 200, answer.text[:300]
    file.confirmed = True


def upload(visitor: Visitor, unit: str, name: str, content: bytes, page: str = IMPORTS) -> int:
    """Send the file; the address that the answer leads to is the batch's."""
    visitor.get(page)
    answer = visitor.post(page, unit=unit, file=(name, content))
    assert answer.status == 200, answer.text[:300]
    return int(urlsplit(answer.url).path.rstrip("/").rsplit("/", 1)[1])


def wait_for_state(batch: int, *states: str, seconds: float = PATIENCE) -> str:
    """Ask the database, patiently: it may be among those who die."""
    deadline = time.monotonic() + seconds
    state = ""
    while state not in states:
        assert time.monotonic() < deadline, f"batch {batch} is still {state}"
        time.sleep(0.1)
        try:
            state = ImportBatch.objects.values_list("state", flat=True).get(pk=batch)
        except DatabaseError:
            connection.close()
    return state


def misses(files: Sequence[SmallFile]) -> list[str]:
    """What is not exactly as often in register and audit as it should be: nothing, if all went well."""
    found = [f"{file.name}: {trouble}" for file in files for trouble in file.troubles]
    wanted = Counter(fact for file in files for fact in file.facts)
    there = Counter(_facts_of([code for code, *_rest in wanted]))
    found += [f"{fact}: {there[fact]} times" for fact in wanted | there if there[fact] != wanted[fact]]
    batches = dict(ImportBatch.objects.filter(filename__in=[f.name for f in files]).values_list("pk", "state"))
    found += [f"{file.name}: {batches.get(file.batch)}" for file in files if batches.get(file.batch) != "written"]
    found += [f"{len(batches)} batches of {len(files)} files"] if len(batches) != len(files) else []
    for action in ("import.uploaded", "import.confirmed", "import.written"):
        acts = AuditEvent.objects.filter(action=action, target_id__in=[str(pk) for pk in batches])
        times = Counter(acts.values_list("target_id", flat=True))
        found += [f"{action} of {pk}: {times[str(pk)]} times" for pk in batches if times[str(pk)] != 1]
    return found


def _facts_of(codes: list[str]) -> Iterable[Fact]:
    found = ProgrammeEvent.objects.filter(programme__enterprise__tax_code__in=codes)
    return found.values_list("programme__enterprise__tax_code", "programme__form", "stage", "occurred_on")
