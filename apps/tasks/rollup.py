"""How far a task is, in percent: the one place that says it, for lists, pages, filters, files and the plan.

What was reported as done counts 100. Of a task with sub-tasks it is their mean: one of which nothing was told counts 0;
the rejected, the ended and the withdrawn do not count. Of any other it is what its unit told last; None: nothing.
"""

from collections.abc import Iterable

from django.db.models import Avg, Case, IntegerField, OuterRef, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce, Round

from apps.tasks.models import PlanTask, TaskProgress
from apps.tasks.moving import REPORTED


def percent() -> Case:
    below = PlanTask.objects.standing().filter(parent=OuterRef("pk")).order_by()
    part = _own(Coalesce(latest("percent"), Value(0)))
    mean = below.annotate(part=part).values("parent").annotate(mean=Avg("part"))
    shared = Subquery(mean.annotate(whole=Cast(Round("mean"), IntegerField())).values("whole"))
    return _own(Coalesce(shared, latest("percent")))


def _own(told: Coalesce) -> Case:
    done = When(state__in=sorted(REPORTED), then=Value(100))
    return Case(done, default=told, output_field=IntegerField())


def latest(column: str) -> Subquery:
    """Of what was told last."""
    told = TaskProgress.objects.filter(task=OuterRef("pk")).order_by("-told_on", "-id")
    return Subquery(told.values(column)[:1])


def progress_of(tasks: Iterable[int]) -> dict[int, int]:
    """By task, in one statement for all of a list; without the tasks of which nothing was told."""
    rows = PlanTask.objects.filter(pk__in=list(tasks)).order_by().annotate(percent=percent())
    return {task: told for task, told in rows.values_list("pk", "percent") if told is not None}
