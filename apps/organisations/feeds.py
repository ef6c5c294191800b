"""Changes of units: hundreds of rows, told with names, successions and the day. Taken back with its act one is gone."""

from typing import Any

from apps.core.feeds import Feed, Since, whole_list
from apps.organisations.models import OrganisationUnit, Succession, UnitName

_all = whole_list("pk")


def _units(rows: Any, since: Since) -> list[Any]:
    return [*_all(rows, since), since.states(OrganisationUnit).values_list("pgh_obj_id")]


UNITS = Feed(_units, made_of=(OrganisationUnit, UnitName, Succession))
