"""Jobs and mails: none lost, none done twice, none failed but by a refusal."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from apps.audit.models import AuditEvent
from apps.exchange.models import ImportBatch
from apps.jobs.models import Job
from apps.notifications.services.mailing import KIND as MAIL
from tests.soak.storm.holds import cheap, hold
from tests.soak.storm.storm import Storm

FAULT = "Lỗi hệ thống"  # what a job says of itself where something broke


@cheap
def no_job_is_lost(storm: Storm) -> Iterator[str]:
    if storm.machinery.is_hung:
        return
    running = Job.objects.filter(state=Job.State.RUNNING).count()
    if running or Job.objects.due().exists():
        yield f"{running} running, {Job.objects.due().count()} due"


@cheap
def no_job_breaks(storm: Storm) -> Iterator[str]:
    """One that was killed once too often failed as it should; one that broke is a fault, also if it was done later."""
    seen = storm.memory.setdefault("broken jobs", set())
    for job in Job.objects.filter(error__startswith=FAULT).exclude(kind=MAIL):
        if job.pk not in seen:
            seen.add(job.pk)
            yield f"{job.kind} {job.payload}: {job.error}"


@hold
def every_file_was_worked_on_once(storm: Storm) -> Iterator[str]:
    """A batch is written by one job and undone by one."""
    for kind in ("exchange.write", "exchange.undo"):
        done = Counter(
            payload["batch_id"]
            for payload in Job.objects.filter(kind=kind, state=Job.State.DONE).values_list("payload", flat=True)
        )
        states = dict(ImportBatch.objects.values_list("pk", "state"))
        for pk, times in done.items():
            refused = times > 1 and states.get(pk) in ("checked", "written", "undone")
            if times > 1 and not refused:
                yield f"{kind} of batch {pk}: {times} times"
    stuck = ImportBatch.objects.filter(state__in=["checking", "writing", "undoing"])
    for batch in stuck:
        job = Job.objects.filter(pk=batch.job_id).first()
        if job is None or job.state != Job.State.FAILED:
            yield f"batch {batch.pk} is {batch.state}, its job {job and job.state}"


@hold
def no_mail_comes_twice(storm: Storm) -> Iterator[str]:
    """One letter for each id, and none with another id that says the same to the same person."""
    letters = storm.machinery.office.letters
    ids = Counter(letter["Message-ID"] for letter in letters)
    for name, times in ids.items():
        if times > 1 and name.strip("<>").partition("@")[0] not in storm.machinery.killed_jobs:
            yield f"{times} letters {name}"
    mails = Job.objects.filter(kind=MAIL, state=Job.State.DONE, result={"sent": 1})
    told = Counter(json.dumps(payload, sort_keys=True) for payload in mails.values_list("payload", flat=True))
    yield from (f"{times} mails of {said}" for said, times in told.items() if times > _occasions(json.loads(said)))
    sent = mails.values_list("pk", flat=True)
    yield from (f"mail {pk} is said to be sent, and is not there" for pk in sent if not _is_there(pk, ids))


def _occasions(payload: dict[str, Any]) -> int:
    """Whoever stays away a second time is told a second time: the audit has a row for each."""
    if payload["mail"] != "people.closing_announced":
        return 1
    announced = AuditEvent.objects.filter(action="account.closing_announced", target_id=payload["ids"]["person_id"])
    return announced.count()


def _is_there(pk: object, ids: Counter[str]) -> bool:
    return any(name and str(pk) in name for name in ids)
