from datetime import date, timedelta
from typing import Any

import structlog
from django.contrib.auth.models import AbstractBaseUser
from django.db import connection, transaction
from django.db.models import Count, Model, QuerySet, Sum
from django.utils import timezone

from apps.audit import sealing
from apps.audit.models import AuditArchive, AuditCheck, AuditEvent, AuditSeal, label_of
from apps.audit.registry import in_words, name_of, unit_name
from apps.audit.verifying import check_chain
from apps.core import origin
from apps.core.kept_words import in_vietnamese

log = structlog.get_logger(__name__)
KEPT = 20  # findings that a check keeps; of more it keeps the number


@in_vietnamese()
def record(
    action: str,
    *,
    by: AbstractBaseUser | None,
    target: Model | None = None,
    unit: str = "",
    reason: str = "",
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    **data: Any,
) -> AuditEvent:
    """Add one audit row inside the caller's transaction. `by=None` means the portal itself did it.

    `before` and `after` hold what changed: field of the target → value, only fields that changed, the same keys in
    both. Something new has no `before`, something gone no `after`. Values are what a reader should see, one line each:
    text, number, truth, None, a date, moment or decimal, or a list of those; a related row is given by its name or
    code, a unit by its id, of which the name is kept. Never a password, key or code. What is no field of the target
    goes into `data` by name. What a program does with somebody's token says with which.
    """
    if token := origin.key():
        data["token"] = token
    kind = label_of(target) if target else ""
    return AuditEvent.objects.create(
        action=action,
        actor_id=by.pk if by else None,
        actor=by.get_username() if by else "",
        actor_name=getattr(by, "full_name", ""),
        address=origin.address(),
        unit=unit,
        unit_name=unit_name(unit)[:300],
        target_type=kind,
        target_id=str(target.pk) if target else "",
        target=name_of(target)[:300] if target else "",
        reason=reason,
        before=_in_words(kind, before),
        after=_in_words(kind, after),
        data=_in_words(kind, data),
        request_id=running_request(),
    )


def running_request() -> str:
    """The id of the request that is answered, or that put the running job into the queue; empty where there is none."""
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))


def _in_words(kind: str, state: dict[str, Any] | None) -> dict[str, Any]:
    return {name: in_words(kind, name, value) for name, value in (state or {}).items()}


def seal_days(until: date | None = None) -> list[AuditSeal]:
    """Seal every day that has ended and is not sealed yet, oldest first, each in a transaction of its own."""
    last = sealing.last_ended_day(timezone.now())
    sealed = []
    while seal := _seal_next_day(min(until, last) if until else last):
        sealed.append(seal)
    return sealed


def log_head() -> None:
    """Say the newest seal in the log, which leaves the host: whoever rewrites the chain here does not reach it."""
    head = AuditSeal.objects.last()
    if head:
        log.info("audit sealed", day=head.day.isoformat(), rows=head.rows, hash=head.hash)


@in_vietnamese()
def check_seals() -> AuditCheck:
    """Compute every sealed day anew and keep what came of it. What is wrong goes into the log besides."""
    findings = list(check_chain())
    told = seals_at_hand().aggregate(days=Count("pk"), rows=Sum("rows"))
    check = AuditCheck(
        days=told["days"],
        rows=told["rows"] or 0,
        wrong=len(findings),
        findings=[{"day": f"{one.day:%d/%m/%Y}", "words": one.words, "rows": one.ids} for one in findings[:KEPT]],
    )
    check.full_clean()
    check.save(force_insert=True)
    if findings:
        log.error("audit seals do not agree", wrong=check.wrong, first=check.findings[0])
    return check


def seals_at_hand() -> QuerySet[AuditSeal]:
    """Of days whose rows are in the database, and not in an archive."""
    seals = AuditSeal.objects.all()
    for archive in AuditArchive.objects.away():
        seals = seals.exclude(day__range=(archive.first_day, archive.last_day))
    return seals


@transaction.atomic
def _seal_next_day(last: date) -> AuditSeal | None:
    with connection.cursor() as cursor:  # a second runner leaves it to the first
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, 0)", [sealing.LOCK])
        if not cursor.fetchone()[0]:
            return None
    # A seal of a day to come is a forgery, which audit_verify tells; it must not stop the sealing of the true days.
    previous = AuditSeal.objects.filter(day__lte=last).last()
    day = previous.day + timedelta(days=1) if previous else sealing.first_day()
    if day is None or day > last:
        return None
    before = previous.hash if previous else sealing.GENESIS
    state = sealing.state_of(day, before)
    seal = AuditSeal(
        day=day,
        first_id=state.first_id,
        last_id=state.last_id,
        rows=state.rows,
        previous_hash=before,
        hash=state.hash,
    )
    seal.full_clean()
    seal.save(force_insert=True)
    return seal
