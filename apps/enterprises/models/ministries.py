"""Which ministry manages an enterprise, from which day on: its figures stand beside those of the provinces."""

from datetime import date
from typing import Any, Self

import pghistory
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from apps.core.models import sort_key
from apps.enterprises.models import codes
from apps.enterprises.models.programmes import Enterprise
from apps.organisations.models import OrganisationUnit
from apps.registers import columns
from apps.registers.models import RegisterRow, searched, withdrawn_pairs

Kind = OrganisationUnit.Kind
KINDS = (Kind.MINISTRY, Kind.MINISTERIAL_AGENCY, Kind.GOVERNMENT_AGENCY)
# Of each row the day from which it no longer says who manages: its own end, or the next row of the enterprise.
SPANS_SQL = """
    SELECT tax_code, unit_id, since, least(ended_on, lead(since) OVER (PARTITION BY tax_code ORDER BY since)) AS until
    FROM enterprises_managingministry WHERE withdrawn_at IS NULL
"""


class ManagingMinistryQuerySet(codes.CodedQuerySet):
    def managing_on(self, day: date) -> Self:
        """Of each enterprise the row that says who manages it on that day, where one does."""
        begun = self.model._default_manager.filter(withdrawn_at=None, since__lte=day)
        later = begun.filter(tax_code=OuterRef("tax_code"), since__gt=OuterRef("since"))
        in_force = Q(ended_on=None) | Q(ended_on__gt=day)
        return self.live().filter(in_force, ~Exists(later), since__lte=day)


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["words", "name_sort"])
class ManagingMinistry(RegisterRow):
    """One ministry since one day, until the next row of the same enterprise or its own end."""

    SLUG = "managing-ministries"

    tax_code = codes.tax_code(
        _("mã số thuế"), of_enterprise=True, listed=True,
        hint=_("Mã của chi nhánh được ghi thành mã 10 chữ số của doanh nghiệp."),
    )  # fmt: skip
    name = columns.text(_("tên doanh nghiệp"), 300, listed=True)
    unit = columns.unit(
        _("bộ, ngành quản lý"), listed=True, filtered=True, on="since", kinds=KINDS,
        hint=_("Bộ, cơ quan ngang bộ, cơ quan thuộc Chính phủ vào ngày bắt đầu quản lý."),
    )  # fmt: skip
    since = columns.day(
        _("quản lý từ ngày"), listed=True, filtered=True,
        hint=_("Đến khi có dòng sau của cùng doanh nghiệp, hoặc đến ngày thôi quản lý."),
    )  # fmt: skip
    ended_on = columns.day(
        _("thôi quản lý từ ngày"), required=False, listed=True,
        hint=_("Để trống nếu vẫn quản lý, hoặc nếu đã chuyển sang bộ, ngành khác: thêm một dòng cho bộ, ngành đó."),
    )  # fmt: skip
    act = columns.act(_("văn bản"), required=False)
    note = columns.text(_("ghi chú"), 500, required=False)

    words = searched("name")
    name_sort = sort_key("name")

    objects = ManagingMinistryQuerySet.as_manager()

    class Meta:
        verbose_name = _("bộ, ngành quản lý doanh nghiệp")
        verbose_name_plural = _("bộ, ngành quản lý doanh nghiệp")
        ordering = ["name_sort", "-since", "id"]
        constraints = [
            models.UniqueConstraint(
                Lower("tax_code"), "since",
                condition=Q(withdrawn_at__isnull=True),
                name="one_live_ministry_per_enterprise_and_day",
                violation_error_message=_("Đã ghi bộ, ngành quản lý doanh nghiệp này từ ngày đó."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gt=F("since")),
                name="ministry_ends_after_it_begins",
                violation_error_message=_("Ngày thôi quản lý phải sau ngày bắt đầu quản lý."),
            ),
            withdrawn_pairs("ministry_withdrawn_with_who_and_why"),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["name_sort", "-since", "id"], name="ministry_sort"),
            models.Index(fields=["unit", "name_sort", "id"], name="ministry_unit_sort"),
            models.Index(fields=["tax_code", "since"], name="ministry_code_day"),
            GinIndex(OpClass("words", name="gin_trgm_ops"), name="ministry_words"),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        if self.withdrawn_at is None:
            known: Any = Enterprise.objects.live()
            codes.check_digit(self.tax_code, known)
