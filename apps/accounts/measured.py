"""Who was turned away at the door, by number. The rows of the audit are the count; here no address and no account."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Count
from django.db.models.functions import Now

from apps.audit.models import AuditEvent
from apps.core.measuring import Family, Sample, measure

OUTCOMES = {"session.signed_in": "entered", "session.sign_in_failed": "wrong", "session.locked": "locked"}
SIGN_INS = Family("program996_sign_ins_last_hour", "Tries to sign in within an hour, by how they ended.", ("outcome",))


@measure(SIGN_INS)
def sign_ins() -> Iterable[Sample]:
    rows = AuditEvent.objects.filter(action__in=OUTCOMES, at__gt=Now() - timedelta(hours=1)).order_by()
    found = dict(rows.values_list("action").annotate(Count("pk")))
    for action, outcome in OUTCOMES.items():
        yield SIGN_INS(found.get(action, 0), outcome)
