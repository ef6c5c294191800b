"""By which route a task goes, and who approves it: both follow from the unit that leads it.

What a unit of a province leads its People's Committee approves, what one of a ministry leads the ministry; what the
Ministry of Science and Technology, its programme office or an association leads goes by the central route.
"""

from dataclasses import dataclass

from apps.organisations.models import OrganisationUnit
from apps.organisations.selectors import programme_office, unit_labels, way_up
from apps.tasks.models import PlanTask

Kind, Route = OrganisationUnit.Kind, PlanTask.Route
OF_MINISTRIES = {Kind.MINISTRY, Kind.MINISTERIAL_AGENCY, Kind.GOVERNMENT_AGENCY}


def route_of(lead_unit: str) -> tuple[str, str]:
    """The route, and the id of the unit that approves."""
    top = unit_labels()[way_up(lead_unit)[-1]]
    middle = centre()
    if top.kind == Kind.PROVINCE:
        return Route.PROVINCE, top.id
    if top.kind in OF_MINISTRIES and top.id != middle:
        return Route.MINISTRY, top.id
    return Route.CENTRAL, middle


@dataclass(frozen=True)
class Authority:
    """Who decides for a unit, as papers name it."""

    full: str
    short: str


def authority_of(unit: str) -> Authority:
    """A ministry decides itself; for a province its People's Committee does."""
    label = unit_labels()[unit]
    if label.kind != Kind.PROVINCE:
        return Authority(label.full_name, label.short_name)
    name = label.full_name[:1].lower() + label.full_name[1:]
    return Authority(f"Ủy ban nhân dân {name}", f"UBND {name}")


def centre() -> str:
    """The ministry of the programme office of today."""
    office = programme_office()
    if office is None:
        raise LookupError("no unit is the programme office")
    return office.parent or office.id
