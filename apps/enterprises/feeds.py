"""Changes of enterprises: one is seen in the province of its seat and where a live event opens it. Which provinces
these were before, the earlier states of both say.
"""

from typing import Any

from django.db.models import Q

from apps.core.feeds import Feed, Since
from apps.enterprises.models import Enterprise, EnterprisePlace, Industry, ProgrammeEvent
from apps.people.rights import units_with
from apps.registers.feeds import LIVE, rows_of_units


def _enterprises(rows: Any, since: Since) -> list[Any]:
    scope = units_with(since.user, "enterprises.view_enterprise")
    states = since.states(Enterprise).filter(**LIVE)
    written = since.written | Q(industry__in=since.keys(Industry))
    if scope.everything:
        return [rows.filter(written).values_list("pk"), states.values_list("pgh_obj_id")]
    ids = sorted(scope.ids)
    places = EnterprisePlace.objects.filter(unit__in=ids)
    opened = since.states(ProgrammeEvent).filter(**LIVE, opens_record=True, unit__in=ids)
    return [
        rows.filter(written | Q(pk__in=since.of(places).values("enterprise"))).values_list("pk"),
        states.filter(Q(unit__in=ids) | Q(pgh_obj__in=places.values("enterprise"))).values_list("pgh_obj_id"),
        opened.values_list("programme__enterprise_id"),
    ]


def _events(rows: Any, since: Since) -> list[Any]:
    """A programme never goes to another enterprise; its events do, and say so in their own rows."""
    scope = units_with(since.user, "enterprises.view_programmeevent")
    return rows_of_units(ProgrammeEvent, "unit", scope, since)


ENTERPRISES, EVENTS = Feed(_enterprises), Feed(_events)
