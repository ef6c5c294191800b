"""What the country's institutes may do as the world recognises it: CMCs and the history of their status, behind MT2."""

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Any

import pghistory
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core.models import sort_key
from apps.labs.models.standards import Area
from apps.registers import columns
from apps.registers.models import RegisterRow, searched, withdrawn_pairs

Span = tuple[date, date | None]  # from a day until the day from which it is no longer so
Told = tuple[date, str]  # of a status: its day and what it says


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["words", "name_sort"])
class CalibrationAndMeasurementCapability(RegisterRow):
    """One line of the KCDB. Whether it is published on a day say its statuses, not the line itself."""

    SLUG = "cmc"

    code = columns.code(_("mã CMC"), 60, listed=True, hint=_("Mã của phép đo trên cơ sở dữ liệu KCDB của BIPM."))
    name = columns.text(_("tên phép đo"), 300, listed=True)
    area = columns.choice(_("lĩnh vực đo"), Area, listed=True, filtered=True)
    quantity = columns.text(_("đại lượng"), 200)
    instrument = columns.text(_("phương tiện đo, mẫu được hiệu chuẩn"), 300, required=False)
    method = columns.text(_("phương pháp đo"), 300, required=False)
    measuring_range = columns.text(_("phạm vi đo"), 200, hint=_("Ghi cả đơn vị đo."))
    uncertainty = columns.text(
        _("độ không đảm bảo đo mở rộng"), 200, listed=True, hint=_("Ghi như trên KCDB, kèm đơn vị đo.")
    )
    coverage_factor = columns.number(_("hệ số phủ k"), 2, required=False, example="2")
    confidence = columns.number(_("mức tin cậy (%)"), 2, required=False, example="95")
    unit = columns.unit(_("đơn vị quản lý"), listed=True, filtered=True)
    holder = columns.text(_("tổ chức thực hiện"), 300, listed=True, hint=_("Viện đo lường có CMC."))
    note = columns.text(_("ghi chú"), 500, required=False)

    words = searched("code", "name", "quantity", "instrument", "holder")
    name_sort = sort_key("name")

    class Meta:
        verbose_name = _("khả năng đo và hiệu chuẩn (CMC)")
        verbose_name_plural = _("khả năng đo và hiệu chuẩn (CMC)")
        ordering = ["name_sort", "id"]
        constraints = [
            models.UniqueConstraint(
                Lower("code"),
                condition=Q(withdrawn_at__isnull=True),
                name="one_live_cmc_per_code",
                violation_error_message=_("Mã CMC đã có trong sổ."),
            ),
            models.CheckConstraint(
                condition=Q(coverage_factor__isnull=True) | Q(coverage_factor__gt=0),
                name="cmc_coverage_factor_above_zero",
                violation_error_message=_("Hệ số phủ k phải lớn hơn 0."),
            ),
            models.CheckConstraint(
                condition=Q(confidence__isnull=True) | Q(confidence__gt=0, confidence__lte=100),
                name="cmc_confidence_in_percent",
                violation_error_message=_("Mức tin cậy tính theo phần trăm, phải lớn hơn 0 và không quá 100."),
            ),
            withdrawn_pairs("cmc_withdrawn_with_who_and_why"),
        ]
        indexes = [
            models.Index(fields=["name_sort", "id"], name="cmc_sort"),
            models.Index(fields=["unit", "name_sort", "id"], name="cmc_unit_sort"),
            GinIndex(OpClass("words", name="gin_trgm_ops"), name="cmc_words"),
        ]

    def __str__(self) -> str:
        return self.name

    @cached_property
    def spans(self) -> list[Span]:
        """When it is published: from its publication or reinstatement until its next status."""
        told = CmcStatus.told_of(self.pk)
        ends: list[date | None] = [*(day for day, _status in told[1:]), None]
        return [(day, end) for (day, status), end in zip(told, ends, strict=False) if status in CmcStatus.COUNTED]


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["words", "reason_sort"])
class CmcStatus(RegisterRow):
    """What became of a CMC on a day; it holds until the next status."""

    SLUG = "cmc-status"
    UNIT = "cmc__unit"

    class Status(models.TextChoices):
        PUBLISHED = "published", pgettext_lazy("trạng thái", "Công bố")
        SUSPENDED = "suspended", pgettext_lazy("trạng thái", "Tạm dừng")  # greyed out, as the KCDB says
        REINSTATED = "reinstated", pgettext_lazy("trạng thái", "Khôi phục")
        WITHDRAWN = "withdrawn", _("Rút bỏ")

    COUNTED = (Status.PUBLISHED, Status.REINSTATED)
    # What may come after what; "" is before the first. What was withdrawn comes again as a CMC of another code.
    FOLLOWERS: dict[str, tuple[str, ...]] = {
        "": (Status.PUBLISHED,),
        Status.PUBLISHED: (Status.SUSPENDED, Status.WITHDRAWN),
        Status.SUSPENDED: (Status.REINSTATED, Status.WITHDRAWN),
        Status.REINSTATED: (Status.SUSPENDED, Status.WITHDRAWN),
        Status.WITHDRAWN: (),
    }

    cmc = columns.row(_("phép đo (CMC)"), CalibrationAndMeasurementCapability, listed=True, filtered=True)
    status = columns.choice(_("trạng thái"), Status, listed=True, filtered=True)
    happened_on = columns.day(
        _("ngày"),
        listed=True,
        filtered=True,
        hint=_("CMC có trạng thái này từ ngày đó đến trước ngày của trạng thái sau."),
    )
    reason = columns.text(_("nội dung, lý do"), 300, listed=True)
    decision = columns.act(_("văn bản"), required=False)
    note = columns.text(_("ghi chú"), 500, required=False)

    words = searched("reason", "note")
    reason_sort = sort_key("reason")

    class Meta:
        verbose_name = _("trạng thái CMC")
        verbose_name_plural = _("trạng thái CMC")
        ordering = ["-happened_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["cmc", "happened_on"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_live_status_per_cmc_and_day",
                violation_error_message=_("CMC này đã có trạng thái của ngày đó."),
            ),
            withdrawn_pairs("cmc_status_withdrawn_with_who_and_why"),
        ]
        indexes = [
            models.Index(fields=["-happened_on", "-id"], name="cmc_status_sort"),
            GinIndex(OpClass("words", name="gin_trgm_ops"), name="cmc_status_words"),
        ]

    def __str__(self) -> str:
        return self.reason

    @classmethod
    def told_of(cls, cmc: int, **but: Any) -> list[Told]:
        rows: Any = cls.objects.live().filter(cmc=cmc).exclude(**but) if but else cls.objects.live().filter(cmc=cmc)
        return list(rows.order_by("happened_on").values_list("happened_on", "status"))

    @cached_property
    def spans(self) -> list[Span]:
        """When it holds."""
        later = (day for day, _status in self.told_of(self.cmc_id) if day > self.happened_on)
        return [(self.happened_on, next(later, None))]

    def clean(self) -> None:
        """One after the other as it can be, at the CMC it names and at the one that it named before."""
        super().clean()
        if self.withdrawn_at is not None or None in (self.cmc_id, self.happened_on):
            return
        others = [one for one in self.told_of(self.cmc_id, pk=self.pk) if one[0] != self.happened_on]
        broken = disorder(sorted([*others, (self.happened_on, self.status)]))
        former = CmcStatus.objects.filter(pk=self.pk).exclude(cmc=self.cmc_id).values_list("cmc", flat=True).first()
        if former is not None:
            broken = broken or disorder(self.told_of(former, pk=self.pk))
        if broken:
            raise ValidationError({"status": ValidationError(broken, code="sequence")})

    def clean_withdrawal(self) -> None:
        if broken := disorder(self.told_of(self.cmc_id, pk=self.pk)):
            raise ValidationError(
                _now("Không rút được: %(broken)s Rút hoặc sửa trạng thái sau trước.") % {"broken": broken},
                code="sequence",
            )


def disorder(told: Iterable[Told]) -> str:
    """The first status that cannot follow the one before it, in words; "" where all can."""
    for (was_on, before), (day, status) in pairwise([(date.min, ""), *told]):
        if status in CmcStatus.FOLLOWERS[before]:
            continue
        said = {"next": CmcStatus.Status(status).label, "day": f"{day:%d/%m/%Y}"}
        if not before:
            return _now("“%(next)s” ngày %(day)s: trạng thái đầu tiên của một CMC là “Công bố”.") % said
        said |= {"before": CmcStatus.Status(before).label, "was_on": f"{was_on:%d/%m/%Y}"}
        return _now("“%(next)s” ngày %(day)s không thể tiếp sau “%(before)s” ngày %(was_on)s.") % said
    return ""
