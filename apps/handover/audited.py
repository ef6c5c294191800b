from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.audit.registry import name_actions, name_codes, name_keys, name_target
from apps.handover.models import VIEW, Handover

name_actions(
    {
        "handover.planned": _("Lập thông điệp chuyển số liệu lên hệ thống báo cáo quốc gia"),
        "handover.delivered": _("Hệ thống báo cáo quốc gia đã nhận số liệu"),
        "handover.failed": _("Không chuyển được số liệu lên hệ thống báo cáo quốc gia"),
        "handover.withheld": _("Không chuyển số liệu: công bố đã được thay thế hoặc rút"),
        "handover.resent": _("Gửi lại số liệu lên hệ thống báo cáo quốc gia"),
    }
)
name_target("handover.handover", permission=VIEW, url_of=lambda pk: reverse("handover:handover_detail", args=[pk]))
name_keys({"receipt": _("số biên nhận"), "period": _("kỳ số liệu")})
name_codes({str(value): label for value, label in Handover.State.choices})
