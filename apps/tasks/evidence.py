"""Files hang on tasks: seen with them, added by whoever writes them, and by whoever appraises while the task is there.

Who decides attaches the signed decision with the decision itself (views/acts.py), and nothing beside it.
"""

from typing import Any

from apps.accounts.models import User
from apps.documents.owners import register_owner
from apps.tasks.models import PlanTask, TaskList

State = PlanTask.State
WITH_WHO_APPROVES = (State.PROPOSED, State.UNDER_APPRAISAL, State.APPRAISED, State.COMPLETION_REPORTED)


def _editable(user: User) -> Any:
    """Minutes of an appraisal are its makers' to attach; before and after it the files are the lead unit's."""
    rows = PlanTask.objects.live()
    return rows.editable_by(user) | rows.appraisable_by(user).filter(state__in=WITH_WHO_APPROVES)


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
