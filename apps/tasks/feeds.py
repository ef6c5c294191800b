"""Changes of tasks: seen by who leads, approves or takes part. A task is told with its timeliness, which another day
makes another, and with the code of the task above it, as far as that is in sight.
"""

from typing import Any

from django.db.models import F, Q

from apps.core.feeds import Feed, Since
from apps.people.rights import units_with
from apps.tasks.models import Participation, PlanTask
from apps.tasks.timeliness import timeliness_on


def _tasks(rows: Any, since: Since) -> list[Any]:
    """By their codes: of two tasks that had one after the other the same code, only the live one is a row."""
    left: Any = since.states(Participation)
    touched = Q()
    for keys in (since.keys(PlanTask), since.of(Participation.objects.all()).values("task"), left.values("task")):
        touched |= Q(pk__in=keys) | Q(parent__in=keys)
    days = rows.alias(was=timeliness_on(since.mark.day), then=timeliness_on(since.now.day)).exclude(was=F("then"))
    seen = [rows.filter(touched).values_list("code"), days.values_list("code")]
    states = since.states(PlanTask).filter(withdrawn_at__isnull=True)
    scope = units_with(since.user, "tasks.view_plantask")
    if scope.everything:
        return [*seen, states.values_list("code")]
    ids = sorted(scope.ids)
    left = left.filter(unit__in=ids)
    took_part = Q(pgh_obj__in=Participation.objects.filter(unit__in=ids).values("task"))
    concerned = Q(lead_unit__in=ids) | Q(approving_unit__in=ids) | took_part | Q(pgh_obj__in=left.values("task"))
    return [*seen, states.filter(concerned).values_list("code"), left.values_list("task__code")]


TASKS = Feed(_tasks, key="code", column="code")
