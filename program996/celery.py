"""The Celery application: one task, `jobs.run(job_id)`, whose work is described by rows of the job table."""

import os
from typing import Any

from celery import Celery, Task
from celery.schedules import crontab
from django.conf import settings

from apps.core.wall import wall_open

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "program996.settings")


class PortalTask(Task):
    """A job works in every unit; what it does for one person it holds to that person's (jobs/exports.py)."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with wall_open("jobs work in every unit"):
            return super().__call__(*args, **kwargs)


app = Celery("program996", task_cls=PortalTask)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(related_name="jobs")
app.conf.beat_scheduler = "program996.beat:LeadingScheduler"
app.conf.beat_schedule = {
    # Watchdog: one heartbeat row per queue each minute, read by /readyz. An old bell says nothing: it expires.
    f"heartbeat-{queue}": {
        "task": "jobs.heartbeat",
        "args": [queue],
        "schedule": 60.0,
        "options": {"queue": queue, "expires": 55},
    }
    for queue in settings.JOBS_QUEUES
}
# A day is sealed within two hours of its end: an hour for the last transaction to end, an hour between two bells.
app.conf.beat_schedule["seal-audit"] = {
    "task": "audit.seal_days",
    "schedule": crontab(minute=20),
    "options": {"queue": "quick", "expires": 3300},
}
# At night: it reads the whole audit. In the morning the log's page tells what came of it.
app.conf.beat_schedule["check-seals"] = {
    "task": "audit.check_seals",
    "schedule": crontab(hour=3, minute=10),
    "options": {"queue": "report", "expires": 3300},
}
# Two years ahead, so that a year without this bell costs nothing.
app.conf.beat_schedule["make-audit-years"] = {
    "task": "audit.make_years",
    "schedule": crontab(hour=1, minute=10),
    "options": {"queue": "quick", "expires": 3300},
}
app.conf.beat_schedule["sum-refusals"] = {
    "task": "audit.sum_refusals",
    "schedule": crontab(minute="2-59/10"),
    "options": {"queue": "quick", "expires": 300},
}
app.conf.beat_schedule["request-scans"] = {
    "task": "documents.request_scans",
    "schedule": crontab(minute=50),
    "options": {"queue": "quick", "expires": 3300},
}
app.conf.beat_schedule["look-after-webhooks"] = {
    "task": "webhooks.look_after",
    "schedule": 60.0,
    "options": {"queue": "quick", "expires": 55},
}
app.conf.beat_schedule["look-after-handovers"] = {
    "task": "handover.look_after",
    "schedule": crontab(minute="7-59/10"),
    "options": {"queue": "quick", "expires": 300},
}
app.conf.beat_schedule["recount-for-the-day"] = {
    "task": "progress.recount_for_the_day",
    "schedule": crontab(minute=5),
    "options": {"queue": "quick", "expires": 3300},
}
# Just after midnight in Viet Nam rounds open and lock by their day; the later bells make up for one that was lost.
app.conf.beat_schedule["turn-rounds"] = {
    "task": "reports.turn_rounds",
    "schedule": crontab(minute=3),
    "options": {"queue": "quick", "expires": 3300},
}
# At night in Viet Nam. A bell of the night before says nothing in the morning.
app.conf.beat_schedule["close-dormant-accounts"] = {
    "task": "people.close_dormant_accounts",
    "schedule": crontab(hour=1, minute=30),
    "options": {"queue": "quick", "expires": 3300},
}
app.conf.beat_schedule["forget-ended-sessions"] = {
    "task": "accounts.forget_ended_sessions",
    "schedule": crontab(hour=2, minute=10),
    "options": {"queue": "quick", "expires": 3300},
}
# In the morning: nobody reads a mail at night.
app.conf.beat_schedule["announce-closings"] = {
    "task": "people.announce_closings",
    "schedule": crontab(hour=7, minute=30),
    "options": {"queue": "quick", "expires": 3300},
}
# At 07:30; the later bells make up for one that was lost, and find the day begun where none was.
app.conf.beat_schedule["begin-digests"] = {
    "task": "notifications.begin_day",
    "schedule": crontab(hour="7-16", minute=30, day_of_week="mon-fri"),
    "options": {"queue": "mail", "expires": 3300},
}
app.conf.beat_schedule["clean"] = {
    "task": "program996.clean",
    "schedule": crontab(hour=2, minute=40),
    "options": {"queue": "quick", "expires": 3300},
}
