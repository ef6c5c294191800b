from django.utils.translation import gettext_lazy as _

from apps.audit.registry import name_actions, name_keys

name_actions(
    {
        "access.refused": _("Từ chối truy cập"),
        "access.refused_often": _("Từ chối truy cập nhiều lần"),
        "demo.loaded": _("Nạp số liệu minh họa"),
    }
)
name_keys({"enterprises": _("số doanh nghiệp"), "events": _("số giai đoạn"), "seed": _("mã sinh số liệu")})
