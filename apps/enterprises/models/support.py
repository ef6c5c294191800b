"""Support given to enterprises and to the organisations that serve them: items 2.4.1 and 2.4.2 of Quyết định
82/QĐ-BKHCN, and what Đề án 996 says of organisations that verify, calibrate and test (II.4).
"""

from typing import Any

import pghistory
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.core.models import sort_key
from apps.enterprises.models import codes
from apps.enterprises.models.programmes import Enterprise
from apps.registers import columns
from apps.registers.models import RegisterRow, searched, withdrawn_pairs

OTHER_NAME = _(
    "Đã có hoạt động này của mã số thuế với tên “%s”. Nếu là một hoạt động thì ghi tên như vậy; nếu nhầm mã thì sửa mã"
)


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["words", "recipient_sort"])
class SupportActivity(RegisterRow):
    """What one unit did for one enterprise or organisation on one day."""

    SLUG = "support"

    class Recipient(models.TextChoices):
        ENTERPRISE = "enterprise", _("Doanh nghiệp")
        SERVICE = "service", _("Tổ chức cung cấp dịch vụ kiểm định, hiệu chuẩn, thử nghiệm")

    class Task(models.TextChoices):
        PROGRAMME = "programme", _("Triển khai áp dụng Chương trình đảm bảo đo lường (2.4.1)")
        RESEARCH = "research", _("Nghiên cứu, ứng dụng đo lường tiên tiến (2.4.2)")
        CRITERIA = "criteria", _("Đáp ứng bộ tiêu chí quốc gia đánh giá các lĩnh vực đo")

    class Mode(models.TextChoices):
        CONSULTING = "consulting", _("Tư vấn")
        TRAINING = "training", _("Đào tạo")
        SUPPORT = "support", _("Hỗ trợ")

    recipient = columns.text(_("tên doanh nghiệp, tổ chức được hỗ trợ"), 300, listed=True)
    recipient_kind = columns.choice(_("đối tượng"), Recipient, filtered=True)
    tax_code = codes.tax_code(
        _("mã số thuế"), required=False, listed=True,
        hint=_("Doanh nghiệp phải có mã số thuế 10 hoặc 13 chữ số, hộ kinh doanh 12 chữ số; tổ chức có thể để trống."),
    )  # fmt: skip
    task = columns.choice(_("nội dung theo Đề án"), Task, listed=True, filtered=True)
    mode = columns.choice(_("hình thức"), Mode, listed=True, filtered=True)
    unit = columns.unit(_("đơn vị hỗ trợ"), listed=True, filtered=True, on="held_on")
    held_on = columns.day(
        _("ngày hỗ trợ"), listed=True, filtered=True, hint=_("Hoạt động kéo dài thì ghi ngày kết thúc.")
    )
    content = columns.text(_("nội dung cụ thể"), 1000)
    result = columns.text(_("kết quả"), 1000, required=False)
    act = columns.act(_("văn bản"), required=False)
    note = columns.text(_("ghi chú"), 500, required=False)

    words = searched("recipient", "content")
    recipient_sort = sort_key("recipient")

    objects = codes.CodedQuerySet.as_manager()

    class Meta:
        verbose_name = _("hoạt động hỗ trợ")
        verbose_name_plural = _("hoạt động hỗ trợ")
        ordering = ["-held_on", "recipient_sort", "id"]
        constraints = [
            models.UniqueConstraint(
                Lower("recipient"), Lower("tax_code"), "task", "mode", "unit", "held_on",
                condition=Q(withdrawn_at__isnull=True),
                name="one_live_support_per_recipient_and_day",
                violation_error_message=_("Hoạt động này đã có trong sổ."),
            ),
            models.CheckConstraint(
                condition=~Q(recipient_kind="enterprise") | ~Q(tax_code=""),
                name="support_of_an_enterprise_has_its_code",
                violation_error_message=_("Doanh nghiệp phải có mã số thuế."),
            ),
            withdrawn_pairs("support_withdrawn_with_who_and_why"),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["-held_on", "recipient_sort", "id"], name="support_sort"),
            models.Index(fields=["unit", "held_on"], name="support_unit_day"),
            codes.index("support_tax_code"),
            GinIndex(OpClass("words", name="gin_trgm_ops"), name="support_words"),
        ]

    def __str__(self) -> str:
        return self.recipient

    def clean(self) -> None:
        """The same for the same code on the same day is one activity, however the name is spelt."""
        super().clean()
        if self.withdrawn_at is not None or not self.tax_code:
            return
        codes.check_digit(self.tax_code, Enterprise.objects.live())
        same = {name: getattr(self, name) for name in ("tax_code", "task", "mode", "unit_id", "held_on")}
        alike: Any = SupportActivity.objects.live().filter(**same).exclude(recipient__iexact=self.recipient)
        if found := alike.exclude(pk=self.pk).first():
            told = _now(str(OTHER_NAME)) % found.recipient
            raise ValidationError({"recipient": ValidationError(told, code="unique")})
