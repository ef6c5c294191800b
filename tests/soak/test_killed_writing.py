"""A worker that dies while it writes 5,000 rows of a file: all of them are there, or none."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.db.models import Model, QuerySet

from apps.accounts.models import User
from apps.enterprises.models import ProgrammeEvent
from apps.exchange.models import ImportBatch
from apps.exchange.services import request_write
from apps.jobs.models import Job
from apps.labs.models import MeasurementStandard
from apps.progress.services import find_differences
from tests.conftest import BAC_NINH
from tests.exchange.enterprise_files import PLACE, rows, workbook
from tests.registers.conftest import workbook as register_file
from tests.registers.test_files import ROW
from tests.soak.killing import kill_with_children
from tests.soak.uploads import unknown_codes, upload, wait_for_state
from tests.soak.visitor import Visitor
from tests.soak.waiting import eventually, nothing_to_do

ROWS, KILLS, SEED = 5000, 20, 996  # of each register
BEYOND = 1.1  # of the time that writing takes where nobody disturbs it: some come when all is written


def enterprises(number: int) -> bytes:
    codes, lines = unknown_codes("98"), rows(ROWS)
    for line in lines:
        line[PLACE["Mã số thuế"]] = next(codes)
    return workbook(lines)


def standards(number: int) -> bytes:
    return register_file("standards", [ROW | {"code": f"KILL-{number}-{n}"} for n in range(ROWS)])


@dataclass(frozen=True)
class Written:
    """A register's file of that number, and the rows it makes."""

    file: Callable[[int], bytes]
    model: type[Model]


REGISTERS = {
    "enterprises": Written(enterprises, ProgrammeEvent),
    "standards": Written(standards, MeasurementStandard),
}


@pytest.mark.parametrize("register", REGISTERS)
def test_a_worker_killed_while_it_writes_5000_rows(portal, say, register):
    """Afterwards the sweeper has it done."""
    made, dice = REGISTERS[register], random.Random(SEED)
    account = portal.account("register_keeper", BAC_NINH)
    visitor, keeper = Visitor(portal.url).sign_in(account), User.objects.get(email=account["email"])

    def confirmed(number: int) -> int:
        page = f"/registers/{register}/imports/"
        pk = upload(visitor, BAC_NINH, f"large-{register}-{number}.xlsx", made.file(number), page)
        wait_for_state(pk, ImportBatch.State.CHECKED)
        request_write(ImportBatch.objects.get(pk=pk), by=keeper)
        return pk

    calm = writing(confirmed(0))
    assert eventually(lambda: calm.filter(state=Job.State.DONE).exists())
    [(began, ended)] = calm.values_list("started_at", "finished_at")
    latest, seen, attempts = BEYOND * (ended - began).total_seconds(), [], []
    moments = sorted(dice.uniform(0, latest) for _ in range(KILLS))
    for number, moment in enumerate(moments, 1):
        pk = confirmed(number)
        seen.append(killed_while_writing(portal, pk, moment, made.model))
        assert seen[-1] in (0, ROWS)
        wait_for_state(pk, ImportBatch.State.WRITTEN)
        assert made.model.objects.filter(batch=pk).count() == ROWS
        attempts.append(writing(pk).get().attempts)
    say(
        f"{register}: {ROWS:,} rows are written in {latest / BEYOND:.2f} s; worker killed after "
        f"{', '.join(f'{moment:.2f}' for moment in moments)} s: rows there at that moment {seen}, "
        f"attempts until done {attempts}"
    )
    assert max(attempts) > 1, "no kill came in time"
    assert eventually(nothing_to_do)
    assert find_differences() == []


def writing(batch: int) -> QuerySet[Job]:
    return Job.objects.filter(kind="exchange.write", payload={"batch_id": batch})


def killed_while_writing(portal, batch: int, moment: float, model: type[Model]) -> int:
    """Kill the worker and its children that long after the job began; return how many rows are there then."""
    job = writing(batch)
    assert eventually(lambda: job.exclude(state="pending").exists(), every=0.005)
    time.sleep(moment)
    kill_with_children(portal, "worker")
    time.sleep(0.2)
    return model.objects.filter(batch=batch).count()
