"""What every page's frame shows: whose portal, who is here, and where this person may go."""

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from apps.audit.models import AuditEvent
from apps.core.memo import once_per_request
from apps.dashboard.menu import menu_of
from apps.organisations.rights import memberships_today
from apps.organisations.roles import ROLE_LABELS
from apps.organisations.selectors import UnitLabel, programme_office, unit_labels


@dataclass
class Shell:
    agency: dict[str, str]
    illustrative: bool
    menu: list[dict[str, Any]] = field(default_factory=list)
    person: dict[str, str] | None = None
    units: list[dict[str, Any]] = field(default_factory=list)
    search_url: str = ""
    api_url: str = ""


def shell(request: HttpRequest) -> dict[str, Any]:
    return {"shell": SimpleLazyObject(lambda: _build(request))}


def _build(request: HttpRequest) -> Shell:
    labels = unit_labels()
    frame = Shell(agency=_agency(labels), illustrative=is_illustrative())
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return frame
    held = list(memberships_today(user))
    first = held[0] if held else None
    frame.person = {
        "name": user.full_name or user.email,
        "initials": user.initials,
        "unit": labels[first.unit_id].short_name if first else "",
        "role": str(ROLE_LABELS.get(first.role.name, first.role.name)) if first else _("Quản trị hệ thống"),
    }
    units = list(dict.fromkeys(membership.unit_id for membership in held))
    frame.units = [{"id": unit, "name": labels[unit].short_name, "current": at == 0} for at, unit in enumerate(units)]
    frame.menu = menu_of(user, request.path)
    frame.search_url = reverse("dashboard:search")
    frame.api_url = reverse("api-docs")
    return frame


def _agency(labels: dict[str, UnitLabel]) -> dict[str, str]:
    """The programme office in force today and its ministry: a reorganisation is a change of data."""
    office = programme_office()
    if office is None:
        return {"parent": "", "name": _("Đề án 996")}
    return {"parent": labels[office.parent].full_name if office.parent else "", "name": office.full_name}


@once_per_request
def is_illustrative() -> bool:
    """Demonstration data were loaded into this base: every page says so."""
    return AuditEvent.objects.filter(action="demo.loaded").exists()
