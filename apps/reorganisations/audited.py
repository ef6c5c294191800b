from django.utils.translation import gettext_lazy as _

from apps.audit.registry import name_actions

name_actions(
    {
        "reorganisation.recorded": _("Ghi nhận sắp xếp đơn vị"),
        "reorganisation.withdrawn": _("Rút việc sắp xếp đơn vị"),
        "unit.added": _("Thêm đơn vị trực thuộc"),
        "unit.corrected": _("Sửa đơn vị trực thuộc"),
        "unit.ended": _("Kết thúc đơn vị trực thuộc"),
        "unit.focal_set": _("Đặt đơn vị đầu mối"),
        "unit.focal_cleared": _("Bỏ đơn vị đầu mối"),
    }
)
