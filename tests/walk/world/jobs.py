"""Background work in every state, asked for by each unit's keeper."""

from typing import Any

from django.utils import timezone

from apps.jobs.exports import path_of
from apps.jobs.models import EXPORT, Job, JobHeartbeat
from tests.walk.places import CENTRE, HEIRS
from tests.walk.world.base import World, builder

State = Job.State


@builder
def jobs(world: World, place: str) -> None:
    if place == CENTRE:
        return
    keeper = world.get("staff", HEIRS.get(place, place), "register_keeper")
    for state in (State.FAILED, State.PENDING, State.RUNNING, State.DONE):
        job = world.make(
            "job", place, Job, named=state, state=state, kind="progress.recompute", queue="quick", unit=place,
            dedupe_key="", payload={"source": world.canary(place, "job", "payload")}, requested_by=keeper,
            started_at=timezone.now() if state != State.PENDING else None,
            finished_at=timezone.now() if state in (State.FAILED, State.DONE) else None,
        )  # fmt: skip
        if state == State.DONE:
            _export(world, place, keeper)
        if state == State.RUNNING:
            message = world.canary(place, "job", "message")
            world.own(JobHeartbeat.objects.create(job_id=job.pk, at=timezone.now(), message=message), place)


def _export(world: World, place: str, keeper: Any) -> None:
    """A file that was written for the keeper."""
    name = f"{world.canary(place, 'export', 'name')}.csv"
    row = world.make(
        "export", place, Job, state=State.DONE, kind=EXPORT, queue="report", unit=place, dedupe_key="",
        payload={"address": "/units/?export=csv"}, requested_by=keeper, started_at=timezone.now(),
        finished_at=timezone.now(), result={"name": name, "type": "text/csv; charset=utf-8", "bytes": 1},
    )  # fmt: skip
    path_of(row).parent.mkdir(parents=True, exist_ok=True)
    path_of(row).write_text(world.canary(place, "export", "body"))
