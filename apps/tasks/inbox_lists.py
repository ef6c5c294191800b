"""Which lists of tasks wait for whom: to approve, or to mend."""

from collections.abc import Callable, Collection
from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from apps.accounts.models import User
from apps.core.templatetags.ui import vn_date
from apps.notifications.waiting import Shown
from apps.organisations.selectors import unit_labels
from apps.tasks import moving
from apps.tasks.models import TaskList, TaskListEntry
from apps.tasks.services.telling import act_due
from apps.tasks.waiting import with_longest_waiting


def submitted_lists() -> QuerySet[TaskList]:
    return TaskList.objects.filter(state=TaskList.State.SUBMITTED)


def lists_to_approve(user: User) -> Any:
    if not user.has_perm(moving.DECIDE):
        return None
    return others(submitted_lists().decidable_by(user), user)  # type: ignore[attr-defined]


def others(lists: QuerySet[TaskList], user: User) -> QuerySet[TaskList]:
    """Without those that this person made or submitted: another approves them."""
    return lists.exclude(made_by=user.pk).exclude(submitted_by=user.pk)


def lists_to_revise(user: User) -> Any:
    return TaskList.objects.returned().editable_by(user) if user.has_perm(moving.APPRAISE) else None


def show_lists(pks: Collection[int], user: User) -> dict[int, Shown]:
    def why(row: Any) -> str:
        words = _("%(who)s trình ngày %(day)s; bạn là người quyết định")
        words = words % {"who": row.submitted_by, "day": vn_date(row.submitted_at)}
        return words + (_waits_longer(row) if row.first_since else "")

    return _shown_lists(pks, "review", gettext_lazy("Chờ phê duyệt"), "hourglass", why)


def _waits_longer(row: Any) -> str:
    """The list has a time limit of its own; a task that waits since long before has not begun to wait with it."""
    first, day = timezone.localdate(row.first_since), timezone.localdate(row.submitted_at)
    if first >= day:
        return ""
    told = {"first": vn_date(first), "due": vn_date(act_due("approve", first))}
    return _("; nhiệm vụ chờ lâu nhất từ %(first)s, hạn xử lý %(due)s") % told


def show_returned_lists(pks: Collection[int], user: User) -> dict[int, Shown]:
    def why(row: TaskList) -> str:
        return _("%(who)s trả lại; đơn vị bạn hoàn thiện rồi trình lại") % {"who": row.returned_by}

    return _shown_lists(pks, "warn", pgettext_lazy("trạng thái", "Trả lại"), "arrow-back-up", why)


def _shown_lists(
    pks: Collection[int], family: str, label: Any, icon: str, why: Callable[[TaskList], str]
) -> dict[int, Shown]:
    rows = with_longest_waiting(TaskList.objects.filter(pk__in=pks).select_related("submitted_by", "returned_by"))
    return {
        row.pk: Shown(
            title=f"{row.title}: {_left_of(row)}", url=row.get_absolute_url(),
            sub=_("Danh mục · %(unit)s") % {"unit": unit_labels()[row.unit_id].short_name}, family=family,
            label=label, icon=icon, why=why(row), act=gettext_lazy("Mở danh mục"),
        )
        for row in rows.annotate(
            entered=Count("entries"), fitting=Count("entries", filter=TaskListEntry.fitting("entries__"))
        )
    }  # fmt: skip


def _left_of(row: Any) -> str:
    """How many tasks of the list can still be decided by it: one may have been returned by itself."""
    told = {"n": row.fitting, "all": row.entered}
    if row.fitting == row.entered:
        return _("%(n)s nhiệm vụ") % told
    return _("còn %(n)s trong %(all)s nhiệm vụ thực hiện được") % told
