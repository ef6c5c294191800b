"""What the registers beside the enterprises say of one of them, by its code: a branch with its enterprise."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone

from apps.accounts.models import User
from apps.core.masking import hide_code
from apps.enterprises.models import Enterprise, ManagingMinistry, SupportActivity
from apps.enterprises.models.ministries import KINDS
from apps.enterprises.registers import MINISTRIES, SUPPORT
from apps.enterprises.tax_codes import HOUSEHOLD_LENGTH
from apps.organisations.fields import unit_names
from apps.organisations.selectors import unit_labels
from apps.people.rights import units_with
from apps.registers.declaration import Register

SHOWN = 10  # of each, the latest


@dataclass(frozen=True)
class Support:
    """Whoever sees the enterprise sees that it was supported, by whom, when and how; the rest is that unit's own."""

    row: SupportActivity
    unit: str
    code: str  # of a dependent unit of the enterprise
    result: str
    url: str


@dataclass(frozen=True)
class Supports:
    rows: list[Support]
    count: int
    list_url: str  # of those that the person may open, where there are more than are shown
    add_url: str
    add_words: Any


def supports_of(enterprise: Enterprise, user: User) -> Supports | None:
    """None for whoever may not see the register."""
    if not user.has_perm(SUPPORT.permission("view")):
        return None
    rows: Any = SupportActivity.objects.of_entity(enterprise.entity_code).live()
    own, names = units_with(user, SUPPORT.permission("view")), unit_names()
    told = [
        Support(
            row,
            names.get(row.unit_id) or row.unit_id,
            hide_code(row.tax_code) if row.tax_code != enterprise.tax_code else "",
            row.result if row.unit_id in own else "",
            row.get_absolute_url() if row.unit_id in own else "",
        )
        for row in rows.order_by("-held_on", "-pk")[:SHOWN]
    ]
    count = len(told) if len(told) < SHOWN else rows.count()
    is_told = count > len(told) and not is_household(enterprise)
    more = f"{SUPPORT.list_url}?{urlencode({'q': enterprise.entity_code})}" if is_told else ""
    return Supports(told, count, more, add_url(SUPPORT, enterprise, user, "recipient"), SUPPORT.add_words)


@dataclass(frozen=True)
class Managed:
    """By whom an enterprise was managed from one day to another; `url` is of the row, for whom it is in sight."""

    unit: str
    since: date
    until: date | None
    url: str


@dataclass(frozen=True)
class Ministries:
    now: Managed | None
    before: list[Managed]  # and what is to come, the latest first
    add_url: str


def ministries_of(enterprise: Enterprise, user: User) -> Ministries | None:
    """None for whoever may not see the register."""
    if not user.has_perm(MINISTRIES.permission("view")):
        return None
    rows: Any = ManagingMinistry.objects.live().filter(tax_code=enterprise.entity_code).order_by("-since")
    own, names, today = units_with(user, MINISTRIES.permission("view")), unit_names(), timezone.localdate()
    told: list[Managed] = []
    following = None
    for row in rows:
        until = min(filter(None, (row.ended_on, following)), default=None)
        url = row.get_absolute_url() if row.unit_id in own else ""
        told.append(Managed(names.get(row.unit_id) or row.unit_id, row.since, until, url))
        following = row.since
    now = next((one for one in told if one.since <= today and (one.until is None or one.until > today)), None)
    url = add_url(MINISTRIES, enterprise, user, "name") if _may_name(user) else ""
    return Ministries(now, [one for one in told if one is not now], url)


def _may_name(user: User) -> bool:
    """Whether a ministry is among the units for which the person enters rows."""
    scope = units_with(user, MINISTRIES.permission("add"))
    return scope.everything or any(unit_labels()[unit].kind in KINDS for unit in scope.ids)


def is_household(enterprise: Enterprise) -> bool:
    """Whose number is a person's: it stands in no address."""
    return len(enterprise.tax_code) == HOUSEHOLD_LENGTH


def add_url(register: Register, enterprise: Enterprise, user: User, name: str) -> str:
    """Of the form with the enterprise in it."""
    if not user.has_perm(register.permission("add")):
        return ""
    said = {name: enterprise.name}
    if not is_household(enterprise):
        said["tax_code"] = enterprise.tax_code
    return f"{register.list_url}new/?{urlencode(said)}"
