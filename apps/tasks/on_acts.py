"""What of tasks stands on an act: lists approved by it, steps of tasks, extensions, milestones."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.documents.models import LegalDocument
from apps.documents.registry import Hanging, stands_on, tells_signer
from apps.tasks.audited import ACTIONS
from apps.tasks.models import Extension, Milestone, PlanTask, TaskList, TaskStep

_AUDITED = {move.verb: move.audit for move in PlanTask.MOVES}


def _lists(document: LegalDocument, user: User) -> Iterator[Hanging]:
    for one in TaskList.objects.visible_to(user).filter(decision=document).order_by("-first_year", "-pk"):
        yield Hanging(one.title, one.get_absolute_url())


def _on_tasks(rows: QuerySet[Any], user: User) -> Iterable[Any]:
    seen = PlanTask.objects.visible_to(user).live().values("pk")
    return rows.filter(task__in=seen).select_related("task").order_by("task__code", "pk")


def _tasks(document: LegalDocument, user: User) -> Iterator[Hanging]:
    for step in _on_tasks(TaskStep.objects.filter(decision=document), user):
        yield _hanging(step.task, ACTIONS[_AUDITED[step.verb]][0])
    for one in _on_tasks(Extension.objects.filter(document=document), user):
        yield _hanging(one.task, one.get_state_display())
    for one in _on_tasks(Milestone.objects.filter(document=document), user):
        yield _hanging(one.task, one.name)


def _signers(document: LegalDocument, user: User) -> Iterator[str]:
    """Of steps and lists in sight."""
    seen = PlanTask.objects.visible_to(user).live().values("pk")
    steps = TaskStep.objects.filter(decision=document, task__in=seen)
    for rows in (steps, TaskList.objects.visible_to(user).filter(decision=document)):
        yield from rows.exclude(signatory="").order_by().values_list("signatory", flat=True).distinct()


def _hanging(task: PlanTask, note: Any) -> Hanging:
    return Hanging(f"{task.code} {task.title}", task.get_absolute_url(), str(note))


stands_on("tasklists", _("Danh mục nhiệm vụ"), _lists)
stands_on("tasks", _("Nhiệm vụ"), _tasks)
tells_signer("tasks", _signers)
