"""What other systems are told of tasks."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.tasks.models import PlanTask
from apps.webhooks.registry import EventKind, name_events

STATE_CHANGED = "task.state_changed"

name_events(
    [
        EventKind(
            STATE_CHANGED,
            _("Nhiệm vụ đổi trạng thái"),
            sees=lambda user, data: PlanTask.objects.visible_to(user).filter(code=data["task"]).exists(),
            address=lambda data: reverse("task-detail", args=[data["task"]]),
        )
    ]
)
