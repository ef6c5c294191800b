"""What the audit's codes of tasks mean on screen."""

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.audit.registry import name_actions, name_keys, name_target, stay_at_hand
from apps.tasks.models import PlanTask, TaskList

ACTIONS = {
    "task.created": (_("Lập nhiệm vụ"), "plus"),
    "task.changed": (_("Sửa nhiệm vụ"), "pencil"),
    "task.withdrawn": (_("Xóa bản nháp nhiệm vụ"), "arrow-back-up"),
    "task.proposed": (_("Đề xuất nhiệm vụ"), "send"),
    "task.appraisal_started": (_("Bắt đầu thẩm định"), "clipboard-check"),
    "task.appraised": (_("Trình phê duyệt"), "check"),
    "task.returned": (_("Trả lại để hoàn thiện"), "arrow-back-up"),
    "task.approved": (_("Phê duyệt nhiệm vụ"), "rubber-stamp"),
    "task.rejected": (_("Không phê duyệt nhiệm vụ"), "ban"),
    "task.started": (_("Bắt đầu thực hiện"), "player-play"),
    "task.completion_reported": (_("Báo cáo hoàn thành"), "flag"),
    "task.accepted": (_("Nghiệm thu"), "check"),
    "task.acceptance_failed": (_("Nghiệm thu không đạt"), "arrow-back-up"),
    "task.closed": (_("Kết thúc nhiệm vụ"), "lock"),
    "task.suspended": (_("Tạm dừng nhiệm vụ"), "player-pause"),
    "task.resumed": (_("Tiếp tục nhiệm vụ"), "player-play"),
    "task.terminated": (_("Chấm dứt nhiệm vụ"), "ban"),
    "task.extension_asked": (_("Xin gia hạn nhiệm vụ"), "calendar-plus"),
    "task.extension_granted": (_("Gia hạn nhiệm vụ"), "calendar-plus"),
    "task.extension_refused": (_("Không gia hạn nhiệm vụ"), "ban"),
    "task.consultation_answered": (_("Trả lời lấy ý kiến về nhiệm vụ"), "message"),
    "task.progress_told": (_("Cập nhật tiến độ"), "trending-up"),
    "task.milestone_kept": (_("Cập nhật mốc thực hiện"), "flag"),
    "task.handed": (_("Giao việc"), "users"),
    "task.related": (_("Ghi nhiệm vụ liên quan"), "link"),
    "task.unrelated": (_("Bỏ nhiệm vụ liên quan"), "x"),
    "tasklist.made": (_("Lập danh mục nhiệm vụ"), "plus"),
    "tasklist.changed": (_("Sửa danh mục nhiệm vụ"), "pencil"),
    "tasklist.task_returned": (_("Trả lại riêng một nhiệm vụ"), "arrow-back-up"),
    "tasklist.task_approved": (_("Phê duyệt riêng một nhiệm vụ"), "rubber-stamp"),
    "tasklist.task_rejected": (_("Không phê duyệt riêng một nhiệm vụ"), "ban"),
    "tasklist.task_terminated": (_("Chấm dứt riêng một nhiệm vụ"), "ban"),
    "tasklist.submitted": (_("Trình danh mục nhiệm vụ"), "send"),
    "tasklist.recalled": (_("Rút lại danh mục nhiệm vụ đã trình"), "arrow-back-up"),
    "tasklist.returned": (_("Trả lại danh mục nhiệm vụ"), "arrow-back-up"),
    "tasklist.approved": (_("Phê duyệt danh mục nhiệm vụ"), "rubber-stamp"),
    "tasklist.dropped": (_("Hủy danh mục nhiệm vụ"), "ban"),
}


def _pages(ids: Collection[str], user: Any) -> dict[str, str]:
    if not user.has_perm("tasks.view_plantask"):
        return {}
    rows = PlanTask.objects.visible_to(user).live().filter(pk__in=ids)
    return {str(row.pk): row.get_absolute_url() for row in rows}


def _list_pages(ids: Collection[str], user: Any) -> dict[str, str]:
    if not user.has_perm("tasks.view_tasklist"):
        return {}
    return {str(row.pk): row.get_absolute_url() for row in TaskList.objects.visible_to(user).filter(pk__in=ids)}


name_actions({code: label for code, (label, _icon) in ACTIONS.items()})
name_keys(
    {
        "codes": _("các nhiệm vụ"),
        "decision": _("quyết định"),
        "acting_for": _("quyết định thay cho"),
        "relation": _("quan hệ"),
    }
)
name_target("tasks.plantask", urls_of=_pages)
name_target("tasks.tasklist", urls_of=_list_pages)
stay_at_hand("task.%", "comment.%")  # likewise
