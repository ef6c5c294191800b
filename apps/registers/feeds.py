"""Changes of rows that belong to a unit, by a column of their own or of a row above them: whoever lost sight of a row
since, because it or the row above it went to another unit, is told that it is gone.
"""

from typing import Any

from django.db.models import Q

from apps.accounts.scope import UnitScope
from apps.core.feeds import Feed, Since

LIVE = {"withdrawn_at__isnull": True}


def register_feed(model: Any) -> Feed:
    def touched(rows: Any, since: Since) -> list[Any]:
        return rows_of_units(model, model.UNIT, model.objects.sight_of(since.user), since)

    return Feed(touched)


def rows_of_units(model: Any, way: str, scope: UnitScope, since: Since) -> list[Any]:
    """Keys of the rows that lie within the units, or lay there at any time since. `way` leads from a row to it."""
    rows, states = model._base_manager.filter(**LIVE), since.states(model).filter(**LIVE)
    if scope.everything:
        return [since.of(rows).values_list("pk"), states.values_list("pgh_obj_id")]
    names = way.split("__")
    lies = _lies(model, names, scope, since)
    moved = rows.filter(lies).filter(since.written | _is_below_written(model, names, since))
    return [moved.values_list("pk"), states.filter(lies).values_list("pgh_obj_id")]


def _lies(model: Any, names: list[str], scope: UnitScope, since: Since) -> Q:
    """Of rows of the model and of their earlier states alike."""
    name, *rest = names
    if not rest:
        return Q(**{f"{name}__in": sorted(scope.ids)})
    above = model._meta.get_field(name).related_model
    lies = _lies(above, rest, scope, since)
    now = above._base_manager.filter(lies).values("pk")
    earlier = since.states(above).filter(lies).values("pgh_obj_id")
    return Q(**{f"{name}__in": now}) | Q(**{f"{name}__in": earlier})


def _is_below_written(model: Any, names: list[str], since: Since) -> Q:
    name, *rest = names
    if not rest:
        return Q(pk__in=[])
    above = model._meta.get_field(name).related_model
    written = above._base_manager.filter(since.written | _is_below_written(above, rest, since))
    return Q(**{f"{name}__in": written.values("pk")})
