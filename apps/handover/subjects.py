"""What administrators are told of figures that could not be handed over."""

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.handover.models import VIEW, Handover
from apps.notifications.subjects import Kind, Subject, name_kinds, register_subject

register_subject(
    Subject(
        kind="handover.handover",
        view=VIEW,
        visible=Handover.objects.visible_to,
        code=lambda row: str(row.number),
        name=lambda row: f"{row} · {row.get_kind_display()}",
        called=lambda row: _now("lần chuyển số liệu %(number)s") % {"number": row.number},
        has_talk=False,
    )
)
name_kinds([
    Kind("handover.failed", _("Không chuyển được số liệu"),
         _("Lần chuyển số liệu %(code)s lên hệ thống báo cáo quốc gia không thành."),
         _("Đề nghị xem câu trả lời của hệ thống, sửa rồi gửi lại tại:"), "alert-circle", "bad", at_once=True),
])  # fmt: skip
