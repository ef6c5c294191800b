"""By what a body may work: registered, designated, accredited or declared by itself, each with its number and days."""

import pghistory
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from apps.core.models import sort_key
from apps.labs.models.bodies import ConformityBody, Laboratory
from apps.registers import columns
from apps.registers.models import RegisterRow, searched, withdrawn_pairs

OTHER_BODY = _("Phòng thí nghiệm không thuộc tổ chức này. Chọn phòng thí nghiệm của tổ chức, hoặc để trống")


class Regime(models.TextChoices):
    REGISTRATION = "registration", _("Đăng ký theo Nghị định 105/2016/NĐ-CP")
    DESIGNATION = "designation", _("Chỉ định")
    ACCREDITATION = "accreditation", _("Công nhận (VILAS)")
    DECLARATION = "declaration", _("Tự công bố theo Nghị quyết 66.18/2026/NQ-CP")


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["words", "number_sort"])
class Registration(RegisterRow):
    """Of a body; where it is of one of its laboratories, of that."""

    SLUG = "registrations"
    UNIT = "body__unit"

    number = columns.code(_("số, ký hiệu"), 80, listed=True)
    regime = columns.choice(_("hình thức"), Regime, listed=True, filtered=True)
    body = columns.row(_("tổ chức"), ConformityBody, listed=True, filtered=True)
    laboratory = columns.row(
        _("phòng thí nghiệm"), Laboratory, required=False, listed=True, filtered=True,
        hint=_("Để trống nếu là của cả tổ chức."),
    )  # fmt: skip
    issuer = columns.text(
        _("cơ quan cấp"), 200, required=False, hint=_("Cơ quan, tổ chức cấp; để trống nếu tổ chức tự công bố.")
    )
    issued_on = columns.day(_("ngày cấp"), listed=True, filtered=True)
    valid_until = columns.day(
        _("có hiệu lực đến"), required=False, ahead=True, listed=True,
        hint=_("Ngày cuối cùng còn hiệu lực; để trống nếu không ghi thời hạn."),
    )  # fmt: skip
    ended_on = columns.day(
        _("ngày chấm dứt"), required=False,
        hint=_("Ngày bị đình chỉ hẳn, hủy bỏ hoặc được thay thế: từ ngày này không còn hiệu lực."),
    )  # fmt: skip
    act = columns.act(_("văn bản"), required=False)
    note = columns.text(_("ghi chú"), 500, required=False)

    words = searched("number", "issuer")
    number_sort = sort_key("number")

    class Meta:
        verbose_name = _("đăng ký, chỉ định, công nhận")
        verbose_name_plural = _("đăng ký, chỉ định, công nhận")
        ordering = ["-issued_on", "number_sort", "id"]
        constraints = [
            models.UniqueConstraint(
                Lower("number"), "regime", "body", "laboratory",
                condition=Q(withdrawn_at__isnull=True),
                nulls_distinct=False,
                name="one_live_registration_per_number_and_holder",
                violation_error_message=_("Số này của tổ chức, phòng thí nghiệm đã có trong sổ."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("issued_on")),
                name="registration_holds_from_its_issue",
                violation_error_message=_("Hiệu lực không được hết trước ngày cấp."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("issued_on")),
                name="registration_ends_after_its_issue",
                violation_error_message=_("Ngày chấm dứt không được trước ngày cấp."),
            ),
            withdrawn_pairs("registration_withdrawn_with_who_and_why"),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["-issued_on", "number_sort", "id"], name="registration_sort"),
            models.Index(fields=["valid_until"], name="registration_expiry"),
            GinIndex(OpClass("words", name="gin_trgm_ops"), name="registration_words"),
        ]

    def __str__(self) -> str:
        return self.number

    def clean(self) -> None:
        super().clean()
        if self.laboratory is not None and self.laboratory.body_id != self.body_id:
            raise ValidationError({"laboratory": ValidationError(OTHER_BODY, "other_body")})
