"""Beat: rings by the clock. Of several one leads, the others wait (apps/jobs/leadership.py).

When each bell last rang is kept in the database, where whoever leads next finds it: what fell due while nobody led
rings then, and what the one before has rung does not ring anew. It is written once the bell is sent, so a bell may come
twice and none is lost; one that the broker does not take stays due.
"""

from typing import Any

import structlog
from celery.beat import ScheduleEntry, Scheduler, SchedulingError
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from apps.jobs import bells
from apps.jobs.leadership import Leadership
from apps.jobs.models import ClockBell

PAUSE = 1.0
log = structlog.get_logger(__name__)


class LeadingScheduler(Scheduler):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.leadership = Leadership("beat")
        self.is_answered = True
        super().__init__(*args, **kwargs)

    def setup_schedule(self) -> None:
        self.merge_inplace(self.app.conf.beat_schedule)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """At most PAUSE until the next one: leading is asked anew before each bell, and a lost leader soon replaced."""
        try:
            led = self.leadership.leads
            if not self.leadership.hold():
                return PAUSE
            if not led:
                self._remember()
            self.is_answered = True
            due_in = super().tick(*args, **kwargs)
            return min(due_in, PAUSE) if self.is_answered else PAUSE
        except (DatabaseError, InterfaceError, OSError) as error:
            log.warning("database does not answer", error=str(error).partition("\n")[0])
            self.leadership.let_go()
            connection.close()
            return PAUSE

    producer = None  # bells.py has its own, one for each broker

    def apply_async(self, entry: ScheduleEntry, producer: Any = None, advance: bool = True, **kwargs: Any) -> None:
        entry = self.reserve(entry) if advance else entry
        options = {**entry.options, "headers": {"celery_beat_task": True}}
        try:
            bells.ring(entry.task, entry.args or (), kwargs=entry.kwargs, **options)
        except bells.BROKER_ERRORS as error:
            raise SchedulingError(f"no broker took {entry.name}") from error

    def apply_entry(self, entry: ScheduleEntry, producer: Any = None) -> None:
        """`entry` as it was before: its next turn was reckoned from now already, and is reckoned anew if this fails."""
        try:
            self.apply_async(entry, producer=producer, advance=False)
            rung_at = self.schedule[entry.name].last_run_at
            ClockBell.objects.filter(name=entry.name).update(rung_at=rung_at)
        except SchedulingError as error:
            log.warning("broker does not answer", bell=entry.name, error=type(error.__cause__).__name__)
            self._still_due(entry)
            self.is_answered = False
        except (DatabaseError, InterfaceError):
            self._still_due(entry)
            raise

    def close(self) -> None:
        super().close()
        self.leadership.let_go()
        connection.close()

    def _still_due(self, entry: ScheduleEntry) -> None:
        self.schedule[entry.name] = entry
        self._heap = None  # made anew by the next tick

    def _remember(self) -> None:
        """What never rang counts from the first moment that anybody led."""
        ClockBell.objects.exclude(name__in=self.schedule).delete()
        unknown = [ClockBell(name=entry.name, rung_at=entry.last_run_at) for entry in self.schedule.values()]
        ClockBell.objects.bulk_create(unknown, ignore_conflicts=True)
        for name, rung_at in ClockBell.objects.values_list("name", "rung_at"):
            self.schedule[name].last_run_at = rung_at.astimezone(self.app.timezone)
        self._heap = None

    @property
    def info(self) -> str:
        return f"    . leads or waits -> a lock in the database, given up after {settings.JOBS_LEAD_SECONDS} s"
