"""The audit as people read it: labels instead of codes, and what changed line by line."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Model
from django.urls import reverse
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from apps.audit import registry
from apps.audit.models import AuditEvent, AuditEventQuerySet, label_of
from apps.audit.registry import (
    Unit,
    action_label,
    choice_label,
    code_label,
    field_label,
    fields_in_order,
    key_label,
    unit_label,
    unit_names,
)
from apps.core.memo import once_per_request
from apps.core.templatetags.ui import NO_DATA, number, vn_date, vn_datetime

if TYPE_CHECKING:  # as in apps/core/request.py
    from django.contrib.auth.models import _User

LATEST = 50
FIELDS = "fields"  # under this key stand names of the object's fields
PERMISSION = "audit.view_auditevent"


@dataclass(frozen=True)
class Change:
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """One line of an object's history."""

    at: datetime
    who: str
    action: str
    reason: str = ""
    changes: list[Change] = field(default_factory=list)
    url: str = ""


@dataclass(frozen=True)
class History:
    entries: list[Entry]
    all_url: str = ""  # the audit page at this object, for whoever may open it


def who_did(event: AuditEvent) -> str:
    """The person; else the portal itself, or somebody who had not signed in: only a request has an address."""
    if event.actor_id is None:
        return event.actor or (_("Người chưa đăng nhập") if event.address else by_nobody(event.at))
    return event.actor_name or event.name_today or event.actor


def unit_of(event: AuditEvent, units: Mapping[str, Unit]) -> str:
    """Under the name of its day; rows that kept none, under that of today."""
    return event.unit_name or unit_label(event.unit, units)


def target_of(event: AuditEvent, units: Mapping[str, Unit]) -> str:
    """Likewise: of a unit, rows from before kept the id."""
    is_bare = event.target == event.target_id and event.target_id in units
    return unit_label(event.target_id, units) if is_bare else event.target or event.target_id


def events_of(model_label: str, pk: Any) -> AuditEventQuerySet:
    """All rows about one object and what hangs on it, latest first."""
    return AuditEvent.objects.filter(registry.about(model_label.lower(), str(pk))).with_people().order_by("-id")


def history_of(obj: Model, user: "_User", *, details: bool = False, only_readable: bool = False) -> History:
    """The latest rows about the object, for whoever sees its page: what, when and who.

    Reason and what changed are told for rows the person may read in the audit. A page whose object itself is only
    for these readers says `details=True`. Where even that something happened is the business of the unit in which it
    happened, `only_readable=True` leaves the other rows out.
    """
    label = label_of(obj)
    scope = user.units_with(PERMISSION)
    events = events_of(label, obj.pk)
    if only_readable and not scope.everything:
        events = events.filter(unit__in=scope.ids)
    entries = []
    for event in events[:LATEST]:
        may_read = event.unit in scope
        told = (event.reason, changes_of(event)) if details or may_read else ("", [])
        url = event.get_absolute_url() if may_read else ""
        entries.append(Entry(event.at, who_did(event), action_label(event.action), *told, url=url))
    return History(entries, address_of(obj, scope))


def address_of(obj: Model, scope: Any) -> str:
    """The audit page at this object and what hangs on it, for whoever reads the audit anywhere; their `scope` there
    says so.
    """
    asked = urlencode({"target_type": label_of(obj), "target_id": str(obj.pk)})
    return f"{reverse('audit:auditevent_list')}?{asked}" if scope.everything or scope.ids else ""


def changes_of(event: AuditEvent) -> list[Change]:
    """Before and after side by side; of something new or gone only what it said."""
    kind = event.target_type
    changes = [
        Change(field_label(kind, name), *(_shown_of(kind, name, one.get(name)) for one in (event.before, event.after)))
        for name in fields_in_order(kind, {*event.before, *event.after})
    ]
    return [one for one in changes if one.before != NO_DATA or one.after != NO_DATA]


def in_words(kind: str, state: dict[str, Any]) -> str:
    """Before or after in one cell of a file: «Năm sinh: 1999; Nơi công tác: Sở KH&CN»."""
    return "; ".join(
        f"{capfirst(field_label(kind, name))}: {_shown_of(kind, name, state[name])}"
        for name in fields_in_order(kind, state)
    )


def details_of(event: AuditEvent) -> list[tuple[str, str]]:
    """What was recorded beside before and after."""
    kind = event.target_type
    return [
        (
            field_label(kind, name),
            ", ".join(field_label(kind, one) for one in value)
            if name == FIELDS
            else shown(_of_units(kind, name, value)),
        )
        for name, value in event.data.items()
    ]


def _shown_of(kind: str, name: str, value: Any) -> str:
    """Of a field with choices the word that its form has."""
    return choice_label(kind, name, value) or shown(_of_units(kind, name, value))


def _of_units(kind: str, name: str, value: Any) -> Any:
    """Rows from before names were kept have ids of units."""
    return registry.in_words(kind, name, value, lambda unit: unit_label(unit, unit_names()))


def shown(value: Any) -> str:
    """A stored value for the screen: days and moments, written for machines, become ours."""
    if value is None or value == "":
        return NO_DATA
    if isinstance(value, bool):
        return _("có") if value else _("không")
    if isinstance(value, int | float | Decimal):
        return number(value)
    if isinstance(value, list):
        return ", ".join(shown(part) for part in value) or NO_DATA
    if isinstance(value, dict):
        return "; ".join(f"{key_label(name)}: {shown(part)}" for name, part in value.items()) or NO_DATA
    return _moment(str(value)) or code_label(str(value))


def _moment(text: str) -> str:
    if len(text) < len("2026-01-01") or not text[:4].isdecimal():
        return ""
    try:
        found: date | datetime | None = parse_datetime(text) if "T" in text else parse_date(text)
    except ValueError:
        return ""
    if found is None:
        return ""
    return vn_datetime(found) if isinstance(found, datetime) else vn_date(found)


@once_per_request
def _loaded_at() -> datetime | None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT max(at) FROM {AuditEvent._meta.db_table} WHERE action = 'demo.loaded'")
        return cursor.fetchone()[0]


def is_illustrative() -> bool:
    """Demonstration data were loaded into this base: every page says so."""
    return _loaded_at() is not None


def by_nobody(at: datetime) -> str:
    """Who did what no person did: the portal itself; in a demonstration nobody at all, up to when it was loaded."""
    loaded_at = _loaded_at()
    return _("Số liệu minh họa") if loaded_at is not None and at <= loaded_at else _("Hệ thống")


def marked(name: str) -> str:
    """Of a file that has no place to say so but its name."""
    return f"{name}-so-lieu-minh-hoa" if is_illustrative() else name
