from django.utils.translation import gettext_lazy as _

from apps.audit.registry import name_actions, name_keys, stay_at_hand

name_actions(
    {
        "access.refused": _("Từ chối truy cập"),
        "access.refused_often": _("Từ chối truy cập nhiều lần"),
        "audit.archived": _("Chuyển một năm nhật ký vào kho lưu trữ"),
        "audit.restored": _("Đưa một năm nhật ký từ kho lưu trữ trở lại"),
        "demo.loaded": _("Nạp số liệu minh họa"),
    }
)
name_keys(
    {
        "enterprises": _("số doanh nghiệp"),
        "events": _("số giai đoạn"),
        "seed": _("mã sinh số liệu"),
        "year": _("năm"),
    }
)
stay_at_hand("demo.loaded")  # each page asks for it
