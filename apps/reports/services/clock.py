"""What comes by the day: rounds open, and lock."""

import structlog
from django.core.exceptions import ValidationError
from django.utils import timezone

from apps.reports.models import ReportingRound
from apps.reports.services.rounds import lock_round, open_round

log = structlog.get_logger(__name__)


def turn_rounds() -> list[str]:
    """Open what is due to open, lock what is due to lock; each in a transaction of its own. Their codes.

    A round that is not ready stays as it is: whoever prepares it sees on its page what is lacking.
    """
    today = timezone.localdate()
    turned = []
    for row in ReportingRound.objects.filter(state="draft", opens_on__lte=today).order_by("pk"):
        try:
            turned.append(open_round(row, by=None).code)
        except ValidationError as lacking:
            log.warning("round_not_opened", round=row.code, why=lacking.messages)
    for row in ReportingRound.objects.filter(state="open", locks_on__lte=today).order_by("pk"):
        turned.append(lock_round(row, by=None).code)
    return turned
