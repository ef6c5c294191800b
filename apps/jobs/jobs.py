"""What Celery calls. The one task of all job rows, and the watchdog's bell."""

import gc
from typing import Any

import structlog
from celery import shared_task
from celery.signals import worker_process_init, worker_ready
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils.translation import gettext_lazy as _

from apps.jobs import exports, lists
from apps.jobs.consumer import beat_queue, run_job
from apps.jobs.models import EXPORT
from apps.jobs.registry import job
from apps.jobs.relay import forget_stamps

OBJECTS = 50_000  # made before garbage is looked for: some MB

log = structlog.get_logger(__name__)


@shared_task(name="jobs.run")
def run(job_id: str) -> None:
    try:
        run_job(job_id)
    except DatabaseError as error:
        # The row still says what is to be done: relay or sweeper bring it again. The message has done its duty.
        log.warning("job left for later", job=job_id, error=type(error).__name__)


@job(EXPORT, queue="report", label=_("Lập tệp để tải về"))
def write_export(address: str, token: int | None = None) -> dict[str, Any]:
    """Of a page, or of a list of the API."""
    if lists.is_list(address):
        return exports.write_file(lambda person: lists.answer_of_list(address, person, token))
    return exports.write_file(lambda person: exports.answer_of_page(address, person))


@shared_task(name="jobs.heartbeat")
def heartbeat(queue: str) -> None:
    """Rung by beat each minute in every queue: a worker takes work from it."""
    beat_queue(queue)


@worker_process_init.connect
def look_for_garbage_seldom(sender: Any = None, **kwargs: Any) -> None:
    """A file of 100,000 rows makes millions of objects and no garbage: to look for it among every 700 of them took a
    sixth of the work.
    """
    gc.freeze()
    gc.set_threshold(OBJECTS)


@worker_ready.connect
def beat_all_queues(sender: Any = None, **kwargs: Any) -> None:
    """The first heartbeat, so that /readyz need not wait a minute for beat."""
    try:
        for queue in settings.JOBS_QUEUES:
            beat_queue(queue)
    except DatabaseError as error:
        log.warning("heartbeat missed", error=type(error).__name__)
    finally:
        connection.close()  # the pool's processes must not inherit it


@worker_ready.connect
def ring_again(sender: Any = None, **kwargs: Any) -> None:
    """A worker that was killed may have had bells in hand; the broker brings those back after twenty minutes only."""
    try:
        forget_stamps()
    except DatabaseError as error:
        log.warning("bells not rung again", error=type(error).__name__)
    finally:
        connection.close()
