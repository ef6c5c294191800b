from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.services import record
from apps.core.masking import hide_contacts
from apps.core.moves import go, hold
from apps.feedback.models import Feedback
from apps.feedback.pages import page_of

MOST_OPEN = 1_000  # more than anybody reads: from there on it is noise, and the portal keeps no more of it


@transaction.atomic
def send_feedback(kind: str, text: str, *, page: str = "", incident: str = "") -> Feedback:
    """By nobody, and without a row of the audit, which would keep the address that it came from.

    Two that come at once may both be the last one that there is room for: that harms nobody, and none waits.
    """
    if Feedback.objects.open().count() >= MOST_OPEN:
        words = _("Hiện có quá nhiều góp ý chưa xử lý nên cổng tạm ngừng nhận. Hãy gửi lại sau vài ngày.")
        raise ValidationError(words, code="full")
    row = Feedback(kind=kind, text=hide_contacts(text), page=page_of(page), incident=incident)
    row.full_clean()
    row.save()
    return row


@transaction.atomic
def handle_feedback(feedback: Feedback, *, by: User) -> Feedback:
    return _moved(feedback, "handle", by)


@transaction.atomic
def reopen_feedback(feedback: Feedback, *, by: User) -> Feedback:
    """It was marked by mistake, or was not done with after all."""
    return _moved(feedback, "reopen", by)


def _moved(feedback: Feedback, verb: str, by: User) -> Feedback:
    row, move = hold(feedback, verb)
    row.handled_by = row.handled_at = None
    go(row, move, by=by)
    row.save(update_fields=["state", "handled_by", "handled_at"])
    record(move.audit, target=row, by=by)
    return row
