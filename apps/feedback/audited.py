from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.audit.registry import name_actions, name_target
from apps.feedback.models import VIEW

name_actions({
    "feedback.handled": _("Đánh dấu góp ý về cổng là đã xử lý"),
    "feedback.reopened": _("Đưa góp ý về cổng trở lại chưa xử lý"),
})  # fmt: skip
name_target(
    "feedback.feedback",
    permission=VIEW,
    url_of=lambda pk: reverse("feedback:feedback_detail", args=[int(pk)]),
)
