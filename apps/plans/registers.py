from django.utils.translation import gettext_lazy as _

from apps.plans.models import SAME_NUMBER, UnitPlan
from apps.registers.declaration import Register, declare
from apps.registers.filerules import FileRules

# Beside the plans of the register and those of earlier rows: the same number of the same year with another day.
_SAME_NUMBER = """
  UNION ALL
    SELECT s.number, %(headers)s::jsonb->>'number', s.clean->>'number', 'same_number', 'error',
           format(%(same_number)s, to_char(other.day, 'DD/MM/YYYY'))
    FROM staged s JOIN (
        SELECT x.number AS row, min(said.day) AS day
        FROM staged x JOIN (
            SELECT n.unit_id, n.number, n.issued_on, 0 FROM plans_unitplan n WHERE n.withdrawn_at IS NULL
          UNION ALL
            SELECT t.key_unit, t.key_number, t.key_issued_on, t.number FROM staged t
        ) said(unit, number, day, row)
          ON said.unit = x.key_unit AND lower(said.number) = lower(x.key_number)
         AND extract(year FROM said.day) = extract(year FROM x.key_issued_on)
        WHERE said.day <> x.key_issued_on AND said.row < x.number
        GROUP BY x.number
    ) other ON other.row = s.number
    WHERE NOT s.twin
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
        source="plans.unit_plan",
        counted_on="issued_on",
        counted_until="ended_on",
        counted_years=("first_year", "last_year"),
        files=FileRules(words={"same_number": SAME_NUMBER}, told=("same_number",), wanted=_SAME_NUMBER),
    )
)
