"""Rows that moved a closed figure, in words: which enterprise, who wrote it, when, from what, and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from apps.accounts.models import User
from apps.accounts.scope import UnitScope
from apps.audit.models import AuditEvent
from apps.enterprises.models import Enterprise, ProgrammeEvent
from apps.enterprises.selectors import name_seen_only
from apps.exchange.models import ImportBatch
from apps.organisations.selectors import UnitLabel, unit_labels
from apps.progress.adjustments import RowChange


@dataclass(frozen=True)
class Account:
    """Of another unit's event who and why stay with that unit; when stays in sight."""

    at: datetime | None = None
    who: str = ""
    why: str = ""
    batch: ImportBatch | None = None


@dataclass(frozen=True)
class ToldChange:
    change: RowChange
    enterprise: Enterprise
    unit: UnitLabel
    former_unit: UnitLabel | None
    account: Account


def tell(changes: Sequence[RowChange], since: datetime, scope: UnitScope) -> list[ToldChange]:
    """In their order; four queries, however many they are."""
    events = ProgrammeEvent.objects.select_related("batch", "entered_by", "withdrawn_by").in_bulk(_events_of(changes))
    enterprises = Enterprise.objects.in_bulk({change.enterprise_id for change in changes})
    name_seen_only(list(enterprises.values()), scope)
    audits = _last_audits(events, since)
    actors = User.objects.in_bulk({audit.actor_id for audit in audits.values() if audit.actor_id})
    labels = unit_labels()
    return [
        ToldChange(
            change=change,
            enterprise=enterprises[change.enterprise_id],
            unit=labels[change.unit_id],
            former_unit=labels[former] if (former := _former_unit(change)) else None,
            account=_account(change, events, audits, actors, since, scope),
        )
        for change in changes
    ]


def _former_unit(change: RowChange) -> str | None:
    """Where the fact was before it moved."""
    return change.former_unit_id if change.former_unit_id != change.unit_id else None


def _events_of(changes: Iterable[RowChange]) -> set[int]:
    return {pk for change in changes for pk in (change.event_id, change.former_event_id) if pk}


def _last_audits(events: dict[int, ProgrammeEvent], since: datetime) -> dict[int, AuditEvent]:
    """What was done last to each event by hand, since then."""
    kind, ids = ProgrammeEvent._meta.label_lower, [str(pk) for pk in events]
    rows = AuditEvent.objects.filter(target_type=kind, target_id__in=ids, at__gt=since).order_by("at", "id")
    return {int(row.target_id): row for row in rows}


def _account(
    change: RowChange,
    events: dict[int, ProgrammeEvent],
    audits: dict[int, AuditEvent],
    actors: dict[int, User],
    since: datetime,
    scope: UnitScope,
) -> Account:
    """By the event that came or was changed: where it counts now, else where it counted."""
    found = Account()
    for pk in (change.event_id, change.former_event_id):
        event = events.get(pk) if pk else None
        if event is None:
            continue
        found = _of_event(event, audits.get(event.pk), actors, since)
        if found.at:
            return found if event.unit_id in scope else Account(at=found.at)
    return found


def _of_event(event: ProgrammeEvent, audit: AuditEvent | None, actors: dict[int, User], since: datetime) -> Account:
    if event.withdrawn_at and event.withdrawn_at > since:
        return Account(event.withdrawn_at, str(event.withdrawn_by), event.withdrawn_reason)
    if event.created_at > since:
        who = str(event.entered_by) if event.entered_by else ""
        return Account(event.created_at, who, event.note, event.batch)
    if audit is not None:
        actor = actors.get(audit.actor_id or 0)
        return Account(audit.at, str(actor or audit.actor), audit.reason)
    return Account()
