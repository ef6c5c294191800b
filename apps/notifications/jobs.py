from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from celery import shared_task
from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext_lazy as _

from apps.jobs.services import current_job, job
from apps.notifications.registry import composer_of
from apps.notifications.services import digests
from apps.notifications.services.mailing import KIND

# A mail server is away for minutes or a night; seconds would give up too soon.
PAUSES = (10, 60, 300, 1800, 3600, 7200, 14400, 28800)


@job(KIND, queue="mail", label=_("Gửi thư điện tử"), pauses=PAUSES)
def deliver(mail: str, ids: dict[str, Any]) -> dict[str, Any]:
    """Write the mail and hand it over. A second attempt carries the same id: a mailbox can tell it from a new mail."""
    letter = composer_of(mail)(**ids)
    if letter is None:
        return {"sent": 0}
    running = current_job()
    delivery = running.pk if running else uuid4()
    headers = {
        "Message-ID": f"<{delivery}@{urlsplit(settings.SITE_URL).hostname}>",
        "X-Delivery-ID": str(delivery),
        "Auto-Submitted": "auto-generated",  # no holiday notice in answer
    }
    return {"sent": EmailMessage(letter.full_subject, letter.body, None, [letter.to], headers=headers).send()}


@shared_task(name="notifications.begin_day")
def begin_day() -> None:
    """Rung by beat on working mornings. Of a day that was begun nothing more is asked."""
    digests.begin_day()
