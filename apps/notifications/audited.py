"""What the audit's codes of this app mean on screen."""

from django.utils.translation import gettext_lazy as _

from apps.audit.registry import name_actions, name_keys, name_target

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
name_target("notifications.holiday", permission="notifications.change_holiday")
