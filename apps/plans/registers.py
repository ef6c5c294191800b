from django.utils.translation import gettext_lazy as _

from apps.plans.models import UnitPlan
from apps.registers.declaration import Register, declare

PLANS = declare(
    Register(
        model=UnitPlan,
        key=("number", "unit", "issued_on"),
        named_by="title",
        title=_("Kế hoạch triển khai Đề án"),
        short=_("Kế hoạch của đơn vị"),
        noun=_("kế hoạch"),
        add_words=_("Thêm kế hoạch"),
        icon="clipboard-check",
        export_name="ke-hoach-trien-khai",
        lead=_(
            "Nguồn tính mục tiêu MT7 · bộ, ngành, địa phương có kế hoạch còn hiệu lực vào ngày cuối kỳ được tính một "
            "lần · đơn vị sau sắp xếp được tính là kế thừa khi mọi đơn vị trước sắp xếp đều có kế hoạch còn hiệu lực"
        ),
        feeds="MT7",
        source="plans.unit_plan",
        counted_on="issued_on",
        counted_until="ended_on",
        counted_years=("first_year", "last_year"),
    )
)
