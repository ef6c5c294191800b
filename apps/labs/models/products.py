"""What was developed: reference materials, standards and instruments, the facts behind MT3."""

import pghistory
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from apps.core.models import sort_key
from apps.labs.models.standards import Area
from apps.registers import columns
from apps.registers.models import RegisterRow, searched, withdrawn_pairs


class ProductKind(models.TextChoices):
    REFERENCE_MATERIAL = "material", _("Chất chuẩn")
    STANDARD = "standard", _("Chuẩn đo lường")
    INSTRUMENT = "instrument", _("Phương tiện đo")


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["words", "name_sort"])
class DevelopedProduct(RegisterRow):
    """Counted once, on the day it was accepted; whether it is sold, at home or abroad, is told beside it."""

    SLUG = "products"

    code = columns.code(_("mã sản phẩm"), 40, listed=True, example="SP-2026-01")
    name = columns.text(_("tên sản phẩm"), 300, listed=True)
    kind = columns.choice(_("loại sản phẩm"), ProductKind, listed=True, filtered=True)
    area = columns.choice(_("lĩnh vực đo"), Area, listed=True, filtered=True)
    unit = columns.unit(
        _("đơn vị quản lý"), listed=True, filtered=True, on="accepted_on",
        hint=_("Bộ, ngành, địa phương của tổ chức phát triển sản phẩm."),
    )  # fmt: skip
    producer = columns.text(_("tổ chức phát triển"), 300, listed=True)
    accepted_on = columns.day(
        _("ngày nghiệm thu"), listed=True, filtered=True, hint=_("Sản phẩm được tính vào ngày này.")
    )
    decision = columns.act(_("văn bản nghiệm thu"), required=False)
    commercialised_on = columns.day(
        _("ngày thương mại hóa"), required=False, listed=True, filtered=True,
        hint=_("Ngày đầu tiên được bán hoặc chuyển giao; để trống nếu chưa."),
    )  # fmt: skip
    exported_on = columns.day(_("ngày xuất khẩu"), required=False, hint=_("Ngày đầu tiên; để trống nếu chưa."))
    markets = columns.text(_("thị trường"), 300, required=False)
    note = columns.text(_("ghi chú"), 500, required=False)

    words = searched("code", "name", "producer")
    name_sort = sort_key("name")

    class Meta:
        verbose_name = _("sản phẩm đo lường được phát triển")
        verbose_name_plural = _("sản phẩm đo lường được phát triển")
        ordering = ["-accepted_on", "name_sort", "id"]
        constraints = [
            models.UniqueConstraint(
                Lower("code"),
                condition=Q(withdrawn_at__isnull=True),
                name="one_live_product_per_code",
                violation_error_message=_("Mã sản phẩm đã có trong sổ."),
            ),
            withdrawn_pairs("product_withdrawn_with_who_and_why"),
        ]
        indexes = [
            models.Index(fields=["-accepted_on", "name_sort", "id"], name="product_sort"),
            models.Index(fields=["unit", "accepted_on"], name="product_unit_day"),
            GinIndex(OpClass("words", name="gin_trgm_ops"), name="product_words"),
        ]

    def __str__(self) -> str:
        return self.name
