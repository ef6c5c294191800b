"""Panels of a unit's page that come from above: apps that know more of a unit than units do say so at start.

`show_on_unit_page(template, shown_of)`: the template gets what the function answers as `shown`; None leaves it out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from apps.accounts.models import User
from apps.organisations.models import OrganisationUnit

ShownOf = Callable[[OrganisationUnit, date, User], Any]
_panels: dict[str, ShownOf] = {}


@dataclass(frozen=True)
class Panel:
    template: str
    shown: Any


def show_on_unit_page(template: str, shown_of: ShownOf) -> None:
    """show_on_unit_page("people/unit_staff.html", staff_seen_by): in the order in which they are said."""
    _panels[template] = shown_of


def panels_of(unit: OrganisationUnit, on: date, user: User) -> list[Panel]:
    found = [Panel(template, shown_of(unit, on, user)) for template, shown_of in _panels.items()]
    return [panel for panel in found if panel.shown is not None]
