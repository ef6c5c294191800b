"""Who verifies, calibrates and tests (bodies), and where (laboratories): MT6 counts laboratories, not bodies."""

import pghistory
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from apps.core.models import sort_key
from apps.organisations.models import OrganisationUnit
from apps.registers import columns
from apps.registers.models import Reach, RegisterRow, searched, withdrawn_pairs


class BodyKind(models.TextChoices):
    PUBLIC = "public", _("Đơn vị sự nghiệp công lập")
    STATE = "state", _("Doanh nghiệp có vốn nhà nước")
    PRIVATE = "private", _("Doanh nghiệp khu vực kinh tế tư nhân")
    FOREIGN = "fdi", _("Doanh nghiệp có vốn đầu tư nước ngoài (FDI)")
    OTHER = "other", _("Tổ chức khác")


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["words", "name_sort"])
class ConformityBody(RegisterRow):
    """Its laboratories may stand in provinces that do not keep it: they name it by its code."""

    SLUG = "bodies"
    REACH = Reach.NAMED

    code = columns.code(_("mã tổ chức"), 40, listed=True, example="TC-0001")
    name = columns.text(_("tên tổ chức"), 300, listed=True)
    kind = columns.choice(_("loại tổ chức"), BodyKind, listed=True, filtered=True)
    tax_code = columns.code(_("mã số thuế"), 14, required=False)
    unit = columns.unit(
        _("đơn vị quản lý"), listed=True, filtered=True,
        hint=_("Bộ, ngành hoặc tỉnh, thành phố quản lý hồ sơ của tổ chức."),
    )  # fmt: skip
    address = columns.text(_("địa chỉ trụ sở"), 300, required=False)
    office_phone = columns.text(
        _("điện thoại cơ quan"), 60, required=False, hint=_("Số chung của cơ quan, không ghi số cá nhân.")
    )
    office_mail = columns.text(_("thư điện tử cơ quan"), 120, required=False)
    note = columns.text(_("ghi chú"), 500, required=False)

    words = searched("code", "name", "tax_code", "address")
    name_sort = sort_key("name")

    class Meta:
        verbose_name = _("tổ chức kiểm định, hiệu chuẩn, thử nghiệm")
        verbose_name_plural = _("tổ chức kiểm định, hiệu chuẩn, thử nghiệm")
        ordering = ["name_sort", "id"]
        constraints = [
            models.UniqueConstraint(
                Lower("code"),
                condition=Q(withdrawn_at__isnull=True),
                name="one_live_body_per_code",
                violation_error_message=_("Mã tổ chức đã có trong sổ."),
            ),
            withdrawn_pairs("body_withdrawn_with_who_and_why"),
        ]
        indexes = [
            models.Index(fields=["name_sort", "id"], name="body_sort"),
            models.Index(fields=["unit", "name_sort", "id"], name="body_unit_sort"),
            GinIndex(OpClass("words", name="gin_trgm_ops"), name="body_words"),
        ]

    def __str__(self) -> str:
        return self.name


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["words", "name_sort"])
class Laboratory(RegisterRow):
    """It belongs to the province where it stands, whoever keeps its body."""

    SLUG = "labs"
    REACH = Reach.NAMED

    code = columns.code(
        _("mã phòng thí nghiệm"), 40, listed=True, example="VILAS 001",
        hint=_("Số hiệu công nhận, nếu có; nếu không, mã do đơn vị đặt, không trùng với đơn vị khác."),
    )  # fmt: skip
    name = columns.text(_("tên phòng thí nghiệm"), 300, listed=True)
    body = columns.row(_("tổ chức"), ConformityBody, listed=True, filtered=True)
    unit = columns.unit(
        _("tỉnh, thành phố"), listed=True, filtered=True, kinds=(OrganisationUnit.Kind.PROVINCE,),
        hint=_("Nơi đặt phòng thí nghiệm vào ngày được đánh giá đạt lần đầu; chưa được đánh giá thì ghi nơi hiện nay."),
    )  # fmt: skip
    address = columns.text(_("địa chỉ"), 300, required=False)
    opened_on = columns.day(_("ngày bắt đầu hoạt động"), required=False)
    closed_on = columns.day(_("ngày thôi hoạt động"), required=False, hint=_("Để trống nếu vẫn đang hoạt động."))
    note = columns.text(_("ghi chú"), 500, required=False)

    words = searched("code", "name", "address")
    name_sort = sort_key("name")

    class Meta:
        verbose_name = _("phòng thí nghiệm")
        verbose_name_plural = _("phòng thí nghiệm")
        ordering = ["name_sort", "id"]
        constraints = [
            models.UniqueConstraint(
                Lower("code"),
                condition=Q(withdrawn_at__isnull=True),
                name="one_live_laboratory_per_code",
                violation_error_message=_("Mã phòng thí nghiệm đã có trong sổ."),
            ),
            models.CheckConstraint(
                condition=Q(opened_on__isnull=True) | Q(closed_on__isnull=True) | Q(closed_on__gt=F("opened_on")),
                name="laboratory_closes_after_it_opens",
                violation_error_message=_("Ngày thôi hoạt động phải sau ngày bắt đầu hoạt động."),
            ),
            withdrawn_pairs("laboratory_withdrawn_with_who_and_why"),
        ]
        indexes = [
            models.Index(fields=["name_sort", "id"], name="laboratory_sort"),
            models.Index(fields=["unit", "name_sort", "id"], name="laboratory_unit_sort"),
            GinIndex(OpClass("words", name="gin_trgm_ops"), name="laboratory_words"),
        ]

    def __str__(self) -> str:
        return self.name
