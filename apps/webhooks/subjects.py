"""What administrators are told of receivers."""

from django.utils.translation import gettext_lazy as _

from apps.notifications.subjects import Kind, Subject, name_kinds, register_subject
from apps.webhooks.models import VIEW, Subscription

register_subject(
    Subject(
        kind="webhooks.subscription",
        view=VIEW,
        visible=Subscription.objects.visible_to,
        code=lambda row: row.label,
        name=lambda row: f"{row.label} ({row.shown_address})",
        has_talk=False,
    )
)
name_kinds([
    Kind("webhooks.disabled", _("Nơi nhận sự kiện ngừng do lỗi"), _("Nơi nhận %(code)s lỗi liên tục nên đã ngừng gửi."),
         _("Sự kiện được giữ lại; đề nghị kiểm tra nơi nhận rồi gửi tiếp tại:"), "alert-circle", "bad", at_once=True),
])  # fmt: skip
