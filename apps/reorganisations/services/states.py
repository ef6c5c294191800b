"""A unit before and after a change, as the audit keeps it."""

from datetime import date
from typing import Any

from apps.organisations.models import OrganisationUnit
from apps.reorganisations.services.plans import last_name

State = dict[str, Any]


def state_of(unit: OrganisationUnit) -> State:
    """What acts and corrections may change. The name goes by its Vietnamese words: it is no field here."""
    name = last_name(unit)
    return {
        "tên đầy đủ": name.name,
        "tên ngắn": name.short_name,
        "loại đơn vị": name.kind_label,
        "tên có hiệu lực từ": _iso(name.valid_from),
        "valid_from": _iso(unit.valid_from),
        "valid_to": _iso(unit.valid_to),
        "parent": unit.parent_id,
        "symbol": unit.symbol,
        "basis": unit.basis,
        "is_focal": unit.is_focal,
    }


def what_changed(before: State, after: State) -> tuple[State, State]:
    """Only what differs. Something new has no state before, something gone none after."""
    if not before or not after:
        return before, after
    differing = [key for key in before if before[key] != after[key]]
    return {key: before[key] for key in differing}, {key: after[key] for key in differing}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
