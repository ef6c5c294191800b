from django.utils.translation import gettext_lazy as _

from apps.labs.models import StandardComparison
from apps.registers.declaration import Register, declare

COMPARISONS = declare(
    Register(
        model=StandardComparison,
        key=("standard", "certificate"),
        named_by="certificate",
        title=_("Hiệu chuẩn, so sánh chuẩn"),
        short=_("Hiệu chuẩn, so sánh chuẩn"),
        noun=_("lần hiệu chuẩn, so sánh"),
        add_words=_("Thêm lần hiệu chuẩn, so sánh"),
        icon="link",
        export_name="hieu-chuan-so-sanh-chuan",
        family="standards",
        lead=_("Liên kết chuẩn của từng chuẩn đo lường quốc gia: hiệu chuẩn, so sánh liên phòng, so sánh vòng quốc tế"),
        is_told_above=True,
    )
)
