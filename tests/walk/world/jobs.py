"""Background work in every state, asked for by each unit's keeper."""

from django.utils import timezone

from apps.jobs.models import Job, JobHeartbeat
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
        if state == State.RUNNING:
            message = world.canary(place, "job", "message")
            world.own(JobHeartbeat.objects.create(job_id=job.pk, at=timezone.now(), message=message), place)
