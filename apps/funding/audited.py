"""What the audit's codes of money mean on screen."""

from django.utils.translation import gettext_lazy as _

from apps.audit.registry import name_actions, name_keys

name_actions(
    {
        "funding.changed": _("Ghi số kinh phí"),
        "funding.variance_explained": _("Giải trình chênh lệch kinh phí"),
        "funding.variance_accepted": _("Chấp nhận giải trình chênh lệch"),
    }
)
name_keys(
    {
        "budget": _("khoản kinh phí"),
        "planned": _("kế hoạch (đồng)"),
        "disbursed": _("giải ngân (đồng)"),
        "text": _("giải trình"),
    }
)
