"""What every page's frame shows: whose portal, who is here, and where this person may go."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import ResolverMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from apps.accounts.sessions import TimeLeft, time_left
from apps.audit.selectors import is_illustrative
from apps.dashboard.hints import hint_for
from apps.dashboard.menu import menu_of
from apps.organisations.models import OrganisationUnit
from apps.organisations.selectors import UnitLabel, programme_office, unit_labels
from apps.people.rights import rights_of
from apps.people.roles import ROLE_LABELS
from apps.people.working_unit import units_to_work_for, working_unit


@dataclass
class Shell:
    agency: dict[str, str]
    support: dict[str, str]
    illustrative: bool
    help_url: str
    menu: list[dict[str, Any]] = field(default_factory=list)
    person: dict[str, str] | None = None
    units: list[dict[str, Any]] = field(default_factory=list)
    search_url: str = ""
    api_url: str = ""
    unit_url: str = ""
    session: TimeLeft | None = None
    acting_waits_until: date | None = None
    hint: Any = None


def shell(request: HttpRequest) -> dict[str, Any]:
    return {"shell": SimpleLazyObject(lambda: _build(request))}


def _build(request: HttpRequest) -> Shell:
    labels = unit_labels()
    frame = Shell(
        agency=_agency(labels),
        support=support_desk(labels),
        illustrative=is_illustrative(),
        help_url=_help_on(None if hasattr(request, "is_nowhere") else getattr(request, "resolver_match", None)),
    )
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return frame
    current = working_unit(request)
    roles = [str(ROLE_LABELS[role]) for role in rights_of(user).roles.get(current or "", ())]
    frame.person = {
        "name": user.full_name or user.email,
        "initials": user.initials,
        "unit": labels[current].distinct_name if current else "",
        "role": ", ".join(roles) or (_("Quản trị viên hệ thống") if user.is_superuser else _("Chưa có vai trò")),
    }
    units = units_to_work_for(request)
    frame.units = [{"id": unit, "name": labels[unit].distinct_name, "current": unit == current} for unit in units]
    frame.unit_url = reverse("dashboard:working_unit")
    frame.session = time_left(request)
    frame.acting_waits_until = rights_of(user).acting_waits_until
    frame.hint = SimpleLazyObject(lambda: hint_for(request))  # asked for where the page has room for one
    frame.menu = menu_of(user, getattr(request, "stands_at", request.path))
    if current and len(units) > 1:
        _start_with(labels[current], frame.menu)
    frame.search_url = reverse("dashboard:search")
    frame.api_url = reverse("api-docs")
    return frame


def _help_on(match: ResolverMatch | None) -> str:
    """This very page; all help where the address is none of ours."""
    return reverse("help:for", args=[match.view_name]) if match and match.view_name else reverse("help:index")


def _start_with(unit: UnitLabel, menu: list[dict[str, Any]]) -> None:
    """Who works for several units comes to the register of the one chosen; the filter on the page opens the others."""
    register = reverse("enterprises:enterprise_list")
    for item in (item for group in menu for item in group["items"] if item["url"] == register):
        if unit.kind == OrganisationUnit.Kind.PROVINCE:
            item["url"] = f"{register}?unit={unit.id}"


def _agency(labels: dict[str, UnitLabel]) -> dict[str, str]:
    """The programme office in force today and its ministry: a reorganisation is a change of data."""
    office = programme_office()
    if office is None:
        return {"parent": "", "name": _("Đề án 996")}
    return {"parent": labels[office.parent].full_name if office.parent else "", "name": office.full_name}


def support_desk(labels: dict[str, UnitLabel] | None = None) -> dict[str, str]:
    """The department of the programme office that looks after the programme, by its name of today."""
    office, labels = programme_office(), unit_labels() if labels is None else labels
    below = [one for one in labels.values() if office and one.is_office_today and one.parent == office.id]
    name = f"{below[0].short_name}, {office.short_name}" if office and below else office.short_name if office else ""
    told = {"phone": settings.SUPPORT_PHONE, "email": settings.SUPPORT_EMAIL, "hours": settings.SUPPORT_HOURS}
    return {"name": name} | told
