"""Assessments by the national criteria, their results criterion by criterion, and the criteria."""

from django.utils.translation import gettext_lazy as _

from apps.labs.models import CriteriaAssessment, Criterion, CriterionResult
from apps.labs.models.assessments import OTHER_SET
from apps.registers.declaration import Register, declare
from apps.registers.filerules import FileRules

_OTHER_SET = """
  UNION ALL
    SELECT s.number, %(headers)s::jsonb->>'criterion', c.code, 'other_set', 'error', %(other_set)s
    FROM staged s
    JOIN labs_criterion c ON c.id = (s.clean->>'criterion')::bigint
    JOIN labs_criteriaassessment a ON a.id = (s.clean->>'assessment')::bigint
    WHERE c.criteria_set_id <> a.criteria_set_id
"""

ASSESSMENTS = declare(
    Register(
        model=CriteriaAssessment,
        family="labs",
        key=("code",),
        named_by="code",
        title=_("Đánh giá theo bộ tiêu chí quốc gia"),
        short=_("Đánh giá theo bộ tiêu chí"),
        noun=_("lần đánh giá"),
        add_words=_("Thêm lần đánh giá"),
        icon="clipboard-search",
        export_name="danh-gia-theo-bo-tieu-chi",
        lead=_(
            "Nguồn tính mục tiêu MT6 · mỗi phòng thí nghiệm được tính một lần trong cả nước, vào ngày đánh giá đạt đầu "
            "tiên; đánh giá lại không tính thêm"
        ),
        source="labs.assessment",
        counted_on="assessed_on",
        expires="valid_until",
    )
)
RESULTS = declare(
    Register(
        model=CriterionResult,
        family="labs",
        key=("assessment", "criterion"),
        named_by="criterion",
        title=_("Kết quả đánh giá theo từng tiêu chí"),
        short=_("Kết quả theo tiêu chí"),
        noun=_("kết quả"),
        add_words=_("Thêm kết quả"),
        icon="check",
        export_name="ket-qua-theo-tieu-chi",
        lead=_("Kết quả của từng tiêu chí trong một lần đánh giá; kết luận của lần đánh giá ghi ở sổ đánh giá"),
        files=FileRules(words={"other_set": OTHER_SET}, told=("other_set",), wanted=_OTHER_SET),
    )
)
CRITERIA = declare(
    Register(
        model=Criterion,
        family="labs",
        key=("code",),
        named_by="title",
        title=_("Tiêu chí của bộ tiêu chí quốc gia"),
        short=_("Tiêu chí"),
        noun=_("tiêu chí"),
        add_words=_("Thêm tiêu chí"),
        icon="table",
        export_name="tieu-chi",
        told_apart_by=("criteria_set",),
        lead=_("Nội dung do Ủy ban TĐC nhập theo bộ tiêu chí đã ban hành; mọi đơn vị cùng xem và dùng khi đánh giá"),
    )
)
