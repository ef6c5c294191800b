"""Have a mail sent by the job table."""

from datetime import datetime
from typing import TYPE_CHECKING

from apps.jobs.models import Job
from apps.jobs.services import enqueue
from apps.notifications.registry import composer_of

if TYPE_CHECKING:
    from apps.accounts.models import User

KIND = "notifications.mail"


def send_mail(
    kind: str, *, by: "User | None" = None, unit: str = "", not_before: datetime | None = None, **ids: int | str
) -> Job:
    """Have a mail sent if and only if the caller's transaction commits. Ids only: the job table is no place for a
    link that opens something.
    """
    composer_of(kind)  # an unknown kind is the caller's mistake, not the worker's
    return enqueue(KIND, by=by, unit=unit, not_before=not_before, mail=kind, ids=ids)
