"""Rows in words, as their register tells them: names in sight, and of rows that moved a closed figure who wrote them,
when, from what, and why.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.scope import UnitScope
from apps.audit.models import AuditEvent
from apps.core.models import joined
from apps.core.wall import wall_open
from apps.exchange.models import ImportBatch
from apps.organisations.selectors import UnitLabel, unit_labels
from apps.progress.adjustments import RowChange
from apps.targets.facts import Name, Source, Telling


@dataclass(frozen=True)
class Account:
    """Of another unit's row who and why stay with that unit; when stays in sight."""

    at: datetime | None = None
    who: str = ""
    why: str = ""
    batch: ImportBatch | None = None


@dataclass(frozen=True)
class ToldChange:
    change: RowChange
    record: Any
    name: Name
    unit: UnitLabel
    former_unit: UnitLabel | None
    account: Account


@wall_open("rows behind a figure, chosen by what the reader may see")
def records_of(telling: Telling, keys: Iterable[int], scope: UnitScope) -> dict[int, Any]:
    """The records by id; those out of the scope's sight stay without their names."""
    found = telling.record._default_manager.in_bulk(set(keys))
    telling.hide(found.values(), scope)
    return found


@wall_open("rows behind a figure, chosen by what the reader may see")
def rows_of(telling: Telling, keys: Iterable[int], *origin: str) -> dict[int, Any]:
    """The rows by id, each with what is told of it and, as far as it has that, where it came from."""
    known = {field.name for field in telling.model._meta.concrete_fields}
    beside = [*telling.related, *(name for name in origin if name in known)]
    return joined(telling.model._default_manager.all(), beside).in_bulk(set(keys))


@wall_open("rows behind a figure, chosen by what the reader may see")
def tell(
    source: Source, changes: Sequence[RowChange], since: datetime, scope: UnitScope, until: datetime | None = None
) -> list[ToldChange]:
    """In their order; the same queries, however many they are. `until`: what was done later is not told (now)."""
    telling, labels = source.telling, unit_labels()
    keys = (pk for change in changes for pk in (change.row_id, change.former_row_id) if pk)
    rows = rows_of(telling, keys, "batch", "entered_by", "withdrawn_by")
    records = records_of(telling, (change.record_id for change in changes), scope)
    accounts = _Accounts(telling, rows, since, scope, until or timezone.now())
    return [
        ToldChange(
            change=change,
            record=records[change.record_id],
            name=telling.name(records[change.record_id]),
            unit=labels[change.unit_id],
            former_unit=labels[former] if (former := _former_unit(change)) else None,
            account=accounts.of(change),
        )
        for change in changes
    ]


def _former_unit(change: RowChange) -> str | None:
    """Where the fact was before it moved."""
    return change.former_unit_id if change.former_unit_id != change.unit_id else None


class _Accounts:
    """Who, when and why, of rows that came or changed since a moment."""

    def __init__(
        self, telling: Telling, rows: dict[int, Any], since: datetime, scope: UnitScope, until: datetime
    ) -> None:
        self.telling, self.rows, self.scope = telling, rows, scope
        self.since, self.until = since, until
        self.audits = self._last_audits()
        self.actors = User.objects.in_bulk({audit.actor_id for audit in self.audits.values() if audit.actor_id})

    def of(self, change: RowChange) -> Account:
        """By the row that came or was changed: where it counts now, else where it counted."""
        found = Account()
        for row in (self.rows.get(pk) for pk in (change.row_id, change.former_row_id) if pk):
            if row is None:
                continue
            found = self._of_row(row)
            if found.at:
                return found if self.telling.unit_of(row) in self.scope else Account(at=found.at)
        return found

    def _last_audits(self) -> dict[int, AuditEvent]:
        """What was done last to each row by hand, since then."""
        kind, ids = self.telling.model._meta.label_lower, [str(pk) for pk in self.rows]
        events = AuditEvent.objects.filter(target_type=kind, target_id__in=ids, at__gt=self.since, at__lte=self.until)
        return {int(event.target_id): event for event in events.order_by("at", "id")}

    def _is_between(self, moment: datetime | None) -> bool:
        return moment is not None and self.since < moment <= self.until

    def _of_row(self, row: Any) -> Account:
        withdrawn_at, created_at = getattr(row, "withdrawn_at", None), getattr(row, "created_at", None)
        if self._is_between(withdrawn_at):
            return Account(withdrawn_at, _said(row, "withdrawn_by"), _said(row, "withdrawn_reason"))
        if self._is_between(created_at):
            return Account(created_at, _said(row, "entered_by"), _said(row, "note"), getattr(row, "batch", None))
        audit = self.audits.get(row.pk)
        if audit is None:
            return Account()
        return Account(audit.at, str(self.actors.get(audit.actor_id or 0) or audit.actor), audit.reason)


def _said(row: Any, name: str) -> str:
    return str(getattr(row, name, None) or "")
