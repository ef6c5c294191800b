from django.utils.translation import gettext_lazy as _

from apps.labs.models import PlannedStandard
from apps.labs.selectors import fulfilled_positions
from apps.registers.declaration import Register, declare

PLANNED = declare(
    Register(
        model=PlannedStandard,
        key=("act", "position"),
        named_by="name",
        title=_("Chuẩn theo quy hoạch"),
        short=_("Chuẩn theo quy hoạch"),
        noun=_("vị trí"),
        add_words=_("Thêm vị trí"),
        icon="list-details",
        export_name="chuan-theo-quy-hoach",
        family="standards",
        lead=_(
            "Danh mục chuẩn đo lường quốc gia theo quy hoạch, mỗi quyết định một danh mục · vị trí nào đã có chuẩn "
            "được công nhận thì dẫn đến chuẩn đó"
        ),
        tells=fulfilled_positions,
        is_told_above=True,
    )
)
