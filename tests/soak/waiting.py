import time
from collections.abc import Callable
from typing import TypeVar

from django.db import DatabaseError, connection

from apps.jobs.models import Job

Found = TypeVar("Found")


def eventually(condition: Callable[[], bool], seconds: float = 60, every: float = 0.05) -> bool:
    """Whether it comes true in time. A database that is away is asked again."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if condition():
                return True
        except DatabaseError:
            connection.close()
        time.sleep(every)
    return False


def answered(ask: Callable[[], Found], seconds: float = 60) -> Found:
    """What the database says, asked again while it is away."""
    found: list[Found] = []
    assert eventually(lambda: not found.append(ask()), seconds)
    return found[-1]


def nothing_to_do() -> bool:
    return not Job.objects.filter(state__in=[Job.State.PENDING, Job.State.RUNNING]).exists()


def failed_jobs() -> list[str]:
    failed = Job.objects.filter(state=Job.State.FAILED)
    return [f"{job.kind} {job.payload}: {job.error}, {job.attempts} attempts" for job in failed]
