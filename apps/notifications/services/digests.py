"""The morning's mails: one a person and working day, however much there is to tell.

A bell that was lost is rung again within the morning; a day that was begun is found in `DigestDay` and not begun anew.
Which person has a mail that day stands in `Digest`, so that none is asked for twice; the mail's job waits for a mail
server that is away.
"""

from collections.abc import Callable
from datetime import date

import structlog
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from apps.accounts.models import User
from apps.notifications.models import Digest, DigestDay, Notification, NotificationChoice
from apps.notifications.services.mailing import send_mail
from apps.notifications.workdays import is_working_day

log = structlog.get_logger(__name__)
Hook = Callable[[date], None]
_before: list[Hook] = []
WAITING = Q(digest__isnull=True, at_once=False, read_at__isnull=True)


def before_digest(hook: Hook) -> Hook:
    """What an app has to say of its own each working day, before the mails are put together."""
    if hook not in _before:
        _before.append(hook)
    return hook


@transaction.atomic
def begin_day(day: date | None = None) -> int:
    """Ask for the mails of the day, all or none; how many. A day off has none: the next one tells of it."""
    day = day or timezone.localdate()
    if not is_working_day(day) or not _first(day):
        return 0
    for hook in _before:
        hook(day)
    people = _people_to_tell()
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {Digest._meta.db_table} (user_id, day) SELECT unnest(%s::bigint[]), %s"
            " ON CONFLICT DO NOTHING RETURNING id, user_id",
            [people, day],
        )
        made = cursor.fetchall()
        cursor.execute(
            f"UPDATE {Notification._meta.db_table} n SET digest_id = d.id FROM {Digest._meta.db_table} d"
            " WHERE d.day = %s AND n.user_id = d.user_id"
            " AND n.digest_id IS NULL AND NOT n.at_once AND n.read_at IS NULL",
            [day],
        )
    for digest, _user in made:
        send_mail("notifications.digest", digest_id=digest)
    log.info("digests asked for", day=str(day), mails=len(made))
    return len(made)


def _first(day: date) -> bool:
    """Whether this call begins the day: a twin waits for our commit, and finds it begun."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {DigestDay._meta.db_table} (day, at) VALUES (%s, now()) ON CONFLICT DO NOTHING RETURNING day",
            [day],
        )
        return cursor.fetchone() is not None


def _people_to_tell() -> list[int]:
    waiting = Notification.objects.filter(WAITING, user=OuterRef("pk"))
    declined = NotificationChoice.objects.filter(user=OuterRef("pk"), digest=False)
    people = User.objects.filter(Exists(waiting), is_active=True).exclude(Exists(declined))
    return list(people.order_by("pk").values_list("pk", flat=True))
