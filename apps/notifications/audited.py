"""What the audit's codes of this app mean on screen."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.audit.registry import name_actions, name_keys, name_target, name_words
from apps.notifications.models import Comment

name_actions(
    {
        "comment.added": _("Viết trao đổi"),
        "comment.withdrawn": _("Rút ý kiến trao đổi"),
        "watch.begun": _("Theo dõi"),
        "watch.ended": _("Thôi theo dõi"),
        "notification.chosen": _("Chọn cách nhận thông báo"),
        "calendar.link_made": _("Tạo liên kết lịch"),
        "calendar.link_revoked": _("Thu hồi liên kết lịch"),
        "holiday.added": _("Thêm ngày nghỉ"),
        "holiday.removed": _("Bỏ ngày nghỉ"),
    }
)
name_keys(
    {
        "comment": _("trao đổi số"),
        "digest": _("thư tổng hợp"),
        "at_once": _("thư gửi ngay"),
        "muted": _("không gửi thư về"),
    }
)


def _said(data: Mapping[str, Any], user: User) -> str:
    """Not what was taken back, nor what stands on a record that the reader does not see."""
    found = Comment.objects.visible_to(user).filter(pk=data.get("comment"), withdrawn_at__isnull=True)
    return found.values_list("text", flat=True).first() or ""


name_words("comment.added", _said)
name_target("notifications.holiday", permission="notifications.change_holiday")
