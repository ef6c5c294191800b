from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.labs.models import MeasurementStandard
from apps.labs.selectors import fulfilled_positions
from apps.registers.declaration import Register, declare

STANDARDS = declare(
    Register(
        model=MeasurementStandard,
        key=("code",),
        named_by="name",
        title=_("Chuẩn đo lường quốc gia"),
        short=pgettext_lazy("trình đơn", "Chuẩn đo lường"),
        noun=_("chuẩn"),
        add_words=_("Thêm chuẩn đo lường"),
        icon="ruler-measure",
        export_name="chuan-do-luong",
        told_apart_by=("measuring_range", "holder"),
        lead=_("Nguồn tính mục tiêu MT1 · mỗi chuẩn được tính từ ngày được công nhận đến khi thôi là chuẩn quốc gia"),
        source="labs.measurement_standard",
        counted_on="recognised_on",
        counted_until="ended_on",
        tells=fulfilled_positions,
    )
)
