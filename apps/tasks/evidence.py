"""Files hang on tasks: seen with them, added by whoever writes them."""

from typing import Any

from apps.accounts.models import User
from apps.documents.owners import register_owner
from apps.tasks.models import PlanTask, TaskList


def _editable(user: User) -> Any:
    return PlanTask.objects.live().editable_by(user)


register_owner(
    "tasks.plantask",
    view="tasks.view_plantask",
    change="tasks.change_plantask",
    visible=PlanTask.objects.visible_to,
    editable=_editable,
    unit=lambda task: task.lead_unit_id,
)


def _lists(user: User) -> Any:
    """Who makes a list and who decides on it hang its papers on it."""
    return TaskList.objects.editable_by(user) | TaskList.objects.decidable_by(user)


register_owner(
    "tasks.tasklist",
    view="tasks.view_tasklist",
    change="tasks.return_plantask",
    visible=TaskList.objects.visible_to,
    editable=_lists,
    unit=lambda task_list: task_list.unit_id,
)
