"""How states and health look: family of the chip and its icon. Two axes, never one."""

from django.utils.translation import ngettext

from apps.core.templatetags.ui import badge, number
from apps.tasks.health import Health
from apps.tasks.models import TaskList
from apps.tasks.moving import State

STATES = {
    State.DRAFT: ("n", "pencil"),
    State.PROPOSED: ("i", "send"),
    State.UNDER_APPRAISAL: ("r", "file-search"),
    State.APPRAISED: ("r", "hourglass"),
    State.RETURNED: ("w", "arrow-back-up"),
    State.REJECTED: ("d", "ban"),
    State.APPROVED: ("i", "file-check"),
    State.IN_PROGRESS: ("i", "progress"),
    State.COMPLETION_REPORTED: ("r", "hourglass"),
    State.ACCEPTED: ("g", "circle-check"),
    State.CLOSED: ("g", "lock"),
    State.SUSPENDED: ("n", "circle-off"),
    State.TERMINATED: ("k", "x"),
}
LISTS = {
    TaskList.State.DRAFT: ("n", "pencil"),
    TaskList.State.SUBMITTED: ("r", "hourglass"),
    TaskList.State.APPROVED: ("g", "file-check"),
    TaskList.State.DROPPED: ("k", "x"),
}
HEALTH = {
    Health.NOT_YET: ("n", "calendar"),
    Health.OPEN_IN_TIME: ("g", "circle-check"),
    Health.AT_RISK: ("w", "alert-triangle"),
    Health.DUE_SOON: ("w", "clock"),
    Health.OPEN_OVERDUE: ("d", "alert-circle"),
    Health.DONE_IN_TIME: ("g", "check"),
    Health.DONE_LATE: ("w", "check"),
}


def state_chip(state: str) -> str:
    return _chip(*STATES[State(state)], str(State(state).label))


def list_state_chip(state: str) -> str:
    return _chip(*LISTS[TaskList.State(state)], str(TaskList.State(state).label))


def health_chip(health: str) -> str:
    return _chip(*HEALTH[Health(health)], str(Health(health).label)) if health else ""


def late_chip(days: int) -> str:
    """Overdue, and by how much."""
    words = ngettext("Quá hạn %(n)s ngày", "Quá hạn %(n)s ngày", days)
    return _chip(*HEALTH[Health.OPEN_OVERDUE], words % {"n": number(days)})


def _chip(family: str, icon: str, label: str) -> str:
    return badge(family, label, icon)
