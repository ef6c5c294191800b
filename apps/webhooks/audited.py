from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.audit.registry import name_actions, name_codes, name_keys, name_target
from apps.webhooks.models import VIEW, Delivery, Subscription
from apps.webhooks.registry import event_label

name_actions(
    {
        "webhook.created": _("Tạo nơi nhận sự kiện"),
        "webhook.changed": _("Sửa nơi nhận sự kiện"),
        "webhook.paused": _("Tạm dừng nơi nhận sự kiện"),
        "webhook.resumed": _("Gửi tiếp tới nơi nhận sự kiện"),
        "webhook.disabled": _("Ngừng nơi nhận sự kiện do lỗi"),
        "webhook.rotated": _("Đổi khóa ký của nơi nhận sự kiện"),
        "webhook.tested": _("Gửi sự kiện thử"),
        "webhook.removed": _("Gỡ bỏ nơi nhận sự kiện"),
        "webhook.redelivered": _("Gửi lại sự kiện"),
    }
)
name_target(
    "webhooks.subscription",
    permission=VIEW,
    url_of=lambda pk: reverse("webhooks:subscription_detail", args=[int(pk)]),
)
name_target(
    "webhooks.delivery",
    named=lambda delivery: f"{event_label(delivery.event)} ({delivery.pk}) · {delivery.subscription}",
)
name_keys({"event": _("sự kiện"), "receiver": _("nơi nhận")})
name_codes({str(value): label for states in (Subscription.State, Delivery.State) for value, label in states.choices})
