"""Files hang on tasks: seen with them, added by whoever writes them."""

from typing import Any

from apps.accounts.models import User
from apps.documents.owners import register_owner
from apps.tasks.models import PlanTask


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
