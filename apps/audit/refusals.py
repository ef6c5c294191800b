"""Refusals of one person: each is written down up to a number in a window of time, the rest as one row with its count.

Rows of the audit stay for good, so nobody may fill it by pressing a button that is not his.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, transaction
from django.utils import timezone

from apps.audit.models import RefusalTally
from apps.audit.services import record

WINDOW = timedelta(minutes=10)
LATEST = timedelta(minutes=1)  # a request that began in the window may still be counting
COUNT = """
    INSERT INTO audit_refusaltally AS tally (actor_id, since, count)
    VALUES (%s, date_bin(make_interval(secs => %s), now(), TIMESTAMPTZ '2000-01-01 00:00+00'), 1)
    ON CONFLICT (actor_id, since) DO UPDATE SET count = tally.count + 1
    RETURNING count
"""


@transaction.atomic
def write_down(by: AbstractBaseUser, *, reason: str, **told: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [by.pk, WINDOW.total_seconds()])
        [count] = cursor.fetchone()
    if count <= settings.REFUSALS_WRITTEN:
        record("access.refused", by=by, reason=reason, **told)


@transaction.atomic
def sum_up() -> int:
    """One row for each person and ended window in which more was refused than written; how many rows."""
    ended = RefusalTally.objects.filter(since__lt=timezone.now() - WINDOW - LATEST)
    tallies = list(ended.select_for_update(skip_locked=True).order_by("since", "actor_id"))
    people = get_user_model()._default_manager.in_bulk([tally.actor_id for tally in tallies])
    beyond = [tally for tally in tallies if tally.count > settings.REFUSALS_WRITTEN]
    for tally in beyond:
        record(
            "access.refused_often",
            by=people.get(tally.actor_id),
            count=tally.count - settings.REFUSALS_WRITTEN,
            since=tally.since,
            until=tally.since + WINDOW,
        )
    RefusalTally.objects.filter(pk__in=[tally.pk for tally in tallies]).delete()
    return len(beyond)
