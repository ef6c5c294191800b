from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.audit.registry import name_actions, name_target
from apps.enterprises.history import ACTIONS

name_actions({code: label for code, (label, _icon) in ACTIONS.items()})
name_target(
    "enterprises.enterprise",
    permission="enterprises.view_enterprise",
    url_of=lambda pk: reverse("enterprises:enterprise_detail", args=[pk]),
)
name_target("enterprises.programmeevent", _("Giai đoạn thực hiện của doanh nghiệp"))
