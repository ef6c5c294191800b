"""Laboratories held against the national criteria: the facts behind MT6. The criteria themselves the programme's office
enters: the portal has none of its own.
"""

import pghistory
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from apps.core.models import sort_key
from apps.labs.models.bodies import Laboratory
from apps.labs.models.reference import CriteriaSet, criteria_set_codes
from apps.registers import columns
from apps.registers.models import Reach, RegisterRow, searched, withdrawn_pairs

OTHER_SET = _("Tiêu chí không thuộc bộ tiêu chí của lần đánh giá. Chọn tiêu chí của bộ đó")


class Verdict(models.TextChoices):
    MET = "met", _("Đạt")
    PARTLY = "partly", _("Đạt một phần")
    NOT_MET = "not_met", _("Chưa đạt")


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["words", "title_sort"])
class Criterion(RegisterRow):
    """Seen by whoever may open the register: results in all provinces name it."""

    SLUG = "criteria"
    REACH = Reach.SEEN

    code = columns.code(
        _("mã tiêu chí"), 40, listed=True,
        hint=_("Gồm cả bộ tiêu chí, để không trùng với bộ khác."),
    )  # fmt: skip
    criteria_set = columns.item(_("bộ tiêu chí"), CriteriaSet, called=criteria_set_codes, listed=True, filtered=True)
    title = columns.text(_("tên tiêu chí"), 300, listed=True)
    text = columns.text(_("nội dung"), 2000, required=False)
    unit = columns.unit(_("đơn vị quản lý"), hint=_("Đơn vị quản lý nội dung bộ tiêu chí."))

    words = searched("code", "title", "text")
    title_sort = sort_key("title")

    class Meta:
        verbose_name = _("tiêu chí")
        verbose_name_plural = _("tiêu chí")
        ordering = ["code", "id"]
        constraints = [
            models.UniqueConstraint(
                Lower("code"),
                condition=Q(withdrawn_at__isnull=True),
                name="one_live_criterion_per_code",
                violation_error_message=_("Mã tiêu chí đã có trong sổ."),
            ),
            withdrawn_pairs("criterion_withdrawn_with_who_and_why"),
        ]
        indexes = [GinIndex(OpClass("words", name="gin_trgm_ops"), name="criterion_words")]

    def __str__(self) -> str:
        return self.title


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["words", "code_sort"])
class CriteriaAssessment(RegisterRow):
    SLUG = "assessments"
    UNIT = "laboratory__unit"

    code = columns.code(_("số biên bản đánh giá"), 60, listed=True, example="ĐG-2026-001")
    laboratory = columns.row(_("phòng thí nghiệm"), Laboratory, listed=True, filtered=True)
    criteria_set = columns.item(_("bộ tiêu chí"), CriteriaSet, called=criteria_set_codes, listed=True, filtered=True)
    assessed_on = columns.day(
        _("ngày đánh giá"), listed=True, filtered=True,
        hint=_("Phòng thí nghiệm được tính vào ngày của lần đánh giá đạt đầu tiên."),
    )  # fmt: skip
    verdict = columns.choice(_("kết luận"), Verdict, listed=True, filtered=True)
    assessor = columns.text(_("tổ chức đánh giá"), 300)
    valid_until = columns.day(
        _("có hiệu lực đến"), required=False, ahead=True, listed=True,
        hint=_("Ngày cuối cùng còn hiệu lực; để trống nếu không ghi thời hạn."),
    )  # fmt: skip
    act = columns.act(_("văn bản"), required=False)
    note = columns.text(_("ghi chú"), 500, required=False)

    words = searched("code", "assessor")
    code_sort = sort_key("code")

    class Meta:
        verbose_name = _("đánh giá theo bộ tiêu chí")
        verbose_name_plural = _("đánh giá theo bộ tiêu chí")
        ordering = ["-assessed_on", "code_sort", "id"]
        constraints = [
            models.UniqueConstraint(
                Lower("code"),
                condition=Q(withdrawn_at__isnull=True),
                name="one_live_assessment_per_code",
                violation_error_message=_("Số biên bản đánh giá đã có trong sổ."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("assessed_on")),
                name="assessment_holds_from_its_day",
                violation_error_message=_("Hiệu lực không được hết trước ngày đánh giá."),
            ),
            withdrawn_pairs("assessment_withdrawn_with_who_and_why"),
        ]
        indexes = [
            models.Index(fields=["-assessed_on", "code_sort", "id"], name="assessment_sort"),
            models.Index(fields=["valid_until"], name="assessment_expiry"),
            GinIndex(OpClass("words", name="gin_trgm_ops"), name="assessment_words"),
        ]

    def __str__(self) -> str:
        return self.code


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["words"])
class CriterionResult(RegisterRow):
    SLUG = "criterion-results"
    UNIT = "assessment__laboratory__unit"

    assessment = columns.row(_("lần đánh giá"), CriteriaAssessment, listed=True, filtered=True)
    criterion = columns.row(_("tiêu chí"), Criterion, listed=True, filtered=True)
    verdict = columns.choice(_("kết quả"), Verdict, listed=True, filtered=True)
    finding = columns.text(_("nhận xét"), 500, required=False, listed=True)

    words = searched("finding")

    class Meta:
        verbose_name = _("kết quả theo tiêu chí")
        verbose_name_plural = _("kết quả theo tiêu chí")
        ordering = ["-assessment_id", "criterion_id", "id"]
        constraints = [
            models.UniqueConstraint(
                "assessment", "criterion",
                condition=Q(withdrawn_at__isnull=True),
                name="one_live_result_per_assessment_and_criterion",
                violation_error_message=_("Tiêu chí này đã có kết quả trong lần đánh giá."),
            ),
            withdrawn_pairs("result_withdrawn_with_who_and_why"),
        ]  # fmt: skip
        indexes = [GinIndex(OpClass("words", name="gin_trgm_ops"), name="result_words")]

    def __str__(self) -> str:
        return str(self.criterion)

    def clean(self) -> None:
        super().clean()
        if (
            self.criterion_id
            and self.assessment_id
            and self.criterion.criteria_set_id != self.assessment.criteria_set_id
        ):
            raise ValidationError({"criterion": ValidationError(OTHER_SET, "other_set")})
