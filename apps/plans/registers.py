from django.utils.translation import gettext_lazy as _

from apps.plans.models import SAME_NUMBER, UnitPlan
from apps.registers.declaration import Register, declare
from apps.registers.filerules import FileRules

# Beside the plans of the register and those of earlier rows: the same number of the same year with another day.
_SAME_NUMBER = """
  UNION ALL
    SELECT s.number, %(headers)s::jsonb->>'number', s.clean->>'number', 'same_number', 'error',
           format(%(same_number)s, to_char(other.day, 'DD/MM/YYYY'))
    FROM staged s CROSS JOIN LATERAL (
        SELECT min(day) AS day FROM (
            SELECT n.unit_id, n.number, n.issued_on FROM plans_unitplan n WHERE n.withdrawn_at IS NULL
          UNION ALL
            SELECT t.key_unit, t.key_number, t.key_issued_on FROM staged t WHERE t.number < s.number
        ) said(unit, number, day)
        WHERE unit = s.key_unit AND lower(said.number) = lower(s.key_number) AND day <> s.key_issued_on
          AND extract(year FROM day) = extract(year FROM s.key_issued_on)
    ) other
    WHERE other.day IS NOT NULL AND NOT s.twin
"""

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
        files=FileRules(words={"same_number": SAME_NUMBER}, told=("same_number",), wanted=_SAME_NUMBER),
    )
)
