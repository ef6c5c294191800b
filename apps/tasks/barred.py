"""Why a task that waits for approval cannot be approved by this person, or at all. Said before the button too."""

from typing import Any

from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.framework.models import INVESTMENT_GROUP
from apps.tasks.models import PlanTask
from apps.tasks.models.money import Source


def barred_from_approval(task: Any, user: User) -> str:
    """`invests`: what the caller knows of the task's money already."""
    if task.proposed_by_id == user.pk:
        return _("Bạn là người đề xuất: người khác phải phê duyệt")
    return invests_outside_its_group(task)


def invests_outside_its_group(task: Any) -> str:
    invests = task.invests if hasattr(task, "invests") else _invests(task)
    if invests and not _in_group(task.framework_item_id):
        return _("Vốn đầu tư phát triển chỉ dùng cho hạ tầng (nhóm 2.2): đổi nguồn trước khi phê duyệt")
    return ""


def _invests(task: PlanTask) -> bool:
    return task.budget.filter(source=Source.CENTRAL_INVESTMENT).exists()


def _in_group(item: str) -> bool:
    return item == INVESTMENT_GROUP or item.startswith(f"{INVESTMENT_GROUP}.")
