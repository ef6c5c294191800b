"""Who writes which stage of a task's money, and when. One table for screen, file and API.

What is planned belongs to the proposal: the lead unit writes it with the draft, the approving side corrects it while
it appraises; with the approval it stands. Once a task is approved its lead unit tells what it was given, spent and
settled; the approving side, which gives the money and closes the accounts, may tell these two as well, never what was
spent.
"""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.framework.models import FrameworkItem
from apps.funding.rows import COUNTED
from apps.tasks import moving
from apps.tasks.acting import acts_on
from apps.tasks.models import PlanTask
from apps.tasks.models.money import Stage
from apps.tasks.services.drafting import check_investment

LEAD, APPROVING = moving.PREPARE, moving.APPRAISE


@dataclass(frozen=True)
class Writer:
    """The side that writes a stage, by its permission, and the states of the task in which it does."""

    stage: str
    permission: str
    states: frozenset[str]


WRITERS = (
    Writer(Stage.PLANNED, LEAD, moving.WRITABLE),
    Writer(Stage.PLANNED, APPROVING, frozenset({moving.State.UNDER_APPRAISAL})),
    Writer(Stage.ALLOCATED, LEAD, COUNTED),
    Writer(Stage.ALLOCATED, APPROVING, COUNTED),
    Writer(Stage.DISBURSED, LEAD, COUNTED),
    Writer(Stage.SETTLED, LEAD, COUNTED),
    Writer(Stage.SETTLED, APPROVING, COUNTED),
)


def open_stages(task: PlanTask, user: User) -> list[str]:
    """The stages for which this person finds fields."""
    if not task.is_live:
        return []
    mine = {one for one in (LEAD, APPROVING) if acts_on(user, one, task)}
    found = {one.stage for one in WRITERS if one.permission in mine and task.state in one.states}
    return [stage for stage in Stage.values if stage in found]


def refuse_stranger(task: PlanTask, by: User) -> None:
    """Who stands on neither side writes nothing, whatever stands there already."""
    if not any(acts_on(by, one, task) for one in (LEAD, APPROVING)):
        raise PermissionDenied(task)


def refuse_stage(task: PlanTask, stage: str, by: User) -> None:
    """Not this person's to write: no right. Theirs, at another time: told so."""
    mine = [one for one in WRITERS if one.stage == stage and acts_on(by, one.permission, task)]
    if not mine:
        raise PermissionDenied(task)
    if not any(task.state in one.states for one in mine):
        raise ValidationError(closed_words(stage, task.get_state_display()), code="wrong_state")


def closed_words(stage: str, state: str) -> str:
    words = {
        Stage.PLANNED: _(
            "Nhiệm vụ đang ở trạng thái “%(state)s”: số kế hoạch chỉ sửa được khi lập, hoàn thiện hồ sơ, hoặc khi "
            "thẩm định."
        )
    }.get(
        Stage(stage),
        _("Nhiệm vụ đang ở trạng thái “%(state)s”: chỉ ghi số được giao, giải ngân, quyết toán sau khi phê duyệt."),
    )
    return words % {"state": state}


def ahead_words(year: int) -> str:
    return _("Năm %(year)s chưa đến: chưa có số giải ngân, quyết toán.") % {"year": year}


def investment_words(item: FrameworkItem, source: str) -> str:
    """Why this source may not be spent on the item, in the words of the decision; nothing where it may."""
    try:
        check_investment(item, source)
    except ValidationError as refusal:
        return " ".join(refusal.messages)
    return ""
