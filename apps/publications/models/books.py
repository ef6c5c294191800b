"""A report book: one report made of many (the nation's to the Prime Minister, or a unit's own), version by version."""

from typing import Any, Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.accounts.scope import UnitScope
from apps.core.models import CheckedTextModel, TimeStampedModel
from apps.core.who_when import moment, person, together
from apps.organisations.models import OrganisationUnit
from apps.people.rights import units_with
from apps.publications import moving


class Kind(models.TextChoices):
    NATIONAL = "national", _("Toàn quốc")
    UNIT = "unit", _("Của đơn vị")


class OutlineSection(CheckedTextModel):
    """A part of the outline by which books are begun: reference data. A book keeps its own copy."""

    kind = models.CharField(_("dùng cho"), max_length=8, choices=Kind.choices)
    code = models.SlugField(_("mã mục"), max_length=30)
    position = models.PositiveSmallIntegerField(_("thứ tự"))
    title = models.CharField(_("tên mục"), max_length=200)
    hint = models.CharField(_("hướng dẫn"), max_length=500, blank=True)
    tables = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name=_("các bảng"))
    is_compulsory = models.BooleanField(_("bắt buộc"), default=True)
    is_self_built = models.BooleanField(_("tự lập"), default=False)
    is_annex = models.BooleanField(_("phụ lục"), default=False)

    class Meta:
        verbose_name = _("mục của khung báo cáo")
        ordering = ["kind", "position"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["kind", "code"], name="one_outline_section_per_code")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.title}"


class ReportBookQuerySet(models.QuerySet["ReportBook"]):
    def visible_to(self, user: User) -> Self:
        """Who reads every unit's sees all; others the books of their own units."""
        return self.in_scope(units_with(user, moving.VIEW))

    def editable_by(self, user: User) -> Self:
        """The nation's by the programme office; a unit's by its own people, and by nobody for them."""
        return self.of_side(units_with(user, moving.WRITE))

    def issuable_by(self, user: User) -> Self:
        return self.of_side(units_with(user, moving.ISSUE))

    def in_scope(self, scope: UnitScope) -> Self:
        return self if scope.everything else self.filter(unit__in=scope.ids)

    def of_side(self, scope: UnitScope) -> Self:
        own = self.filter(unit__in=scope.ids)
        return own | self.filter(unit__isnull=True) if scope.everything else own

    def issued(self) -> Self:
        return self.filter(state=moving.State.ISSUED)

    def without_facts(self) -> Self:
        """Of many: what each was built from is large."""
        return self.defer("facts", "manifest")


class ReportBook(TimeStampedModel):
    """One version of one report. `facts` is what it was built from, read at `as_of`; nothing of it is typed.

    `changes` counts what was done to it, so that an old page is told from the book as it stands.
    """

    Kind = Kind
    State = moving.State
    MOVES = moving.MOVES

    class Span(models.TextChoices):
        ANNUAL = "annual", _("Hằng năm")
        THREE_YEARS = "three_years", _("3 năm")
        FIVE_YEARS = "five_years", _("5 năm")
        FINAL = "final", _("Tổng kết")

    kind = models.CharField(_("phạm vi"), max_length=8, choices=Kind.choices)
    span = models.CharField(_("loại báo cáo"), max_length=12, choices=Span.choices, default=Span.ANNUAL)
    year = models.PositiveSmallIntegerField(_("năm"))  # the last one that it tells of
    unit = models.ForeignKey(
        OrganisationUnit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("đơn vị")
    )
    version = models.PositiveSmallIntegerField(_("phiên bản"), default=1)
    reason = models.CharField(_("lý do lập phiên bản"), max_length=500, blank=True)
    slug = models.SlugField(_("địa chỉ"), max_length=120, unique=True)
    state = models.CharField(_("trạng thái"), max_length=12, choices=moving.State.choices, default=moving.State.DRAFT)
    changes = models.PositiveIntegerField(_("số lần thay đổi"), default=0)
    as_of = models.DateTimeField(_("số liệu tính đến"))
    facts = models.JSONField(_("số liệu đã lấy"), default=dict)
    accepted_warnings = models.CharField(_("lý do giữ cảnh báo"), max_length=500, blank=True)
    number = models.CharField(_("số, ký hiệu"), max_length=60, blank=True)
    issued_on = models.DateField(_("ngày ban hành"), null=True, blank=True)
    signatory = models.CharField(_("người ký"), max_length=120, blank=True)
    position = models.CharField(_("chức vụ"), max_length=200, blank=True)
    manifest = models.JSONField(_("bảng kê tệp"), default=dict, blank=True)
    begun_by, begun_at = person(_("người lập")), moment(_("lập lúc"))
    checked_by, checked_at = person(_("người kiểm tra")), moment(_("kiểm tra lúc"))
    handed_by, handed_at = person(_("người trình")), moment(_("trình lúc"))
    issued_by, issued_at = person(_("người ghi nhận ký")), moment(_("ghi nhận ký lúc"))

    objects = ReportBookQuerySet.as_manager()
    unit_id: str | None

    class Meta:
        verbose_name = _("báo cáo tổng hợp")
        verbose_name_plural = _("báo cáo tổng hợp")
        ordering = ["-year", "kind", "slug"]
        default_permissions = ("view", "change")
        permissions = [("issue_reportbook", _("Ký, ban hành báo cáo tổng hợp"))]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "span", "year", "unit", "version"],
                name="one_book_per_version",
                nulls_distinct=False,
                violation_error_message=_("Báo cáo này đã có."),
            ),
            models.UniqueConstraint(
                fields=["kind", "span", "year", "unit"],
                condition=~Q(state="issued"),
                name="one_open_version_of_a_book",
                nulls_distinct=False,
                violation_error_message=_("Báo cáo này đang có một phiên bản chưa ban hành."),
            ),
            models.CheckConstraint(
                condition=Q(kind="national", unit__isnull=True) | Q(kind="unit", unit__isnull=False),
                name="a_units_book_has_a_unit",
            ),
            models.CheckConstraint(
                condition=Q(version=1) | ~Q(reason=""),
                name="a_later_version_has_a_reason",
                violation_error_message=_("Nhập lý do."),
            ),
            models.CheckConstraint(
                condition=~Q(state="issued")
                | (~Q(number="") & ~Q(signatory="") & Q(issued_on__isnull=False, issued_at__isnull=False)),
                name="issued_with_number_day_and_signatory",
                violation_error_message=_("Nhập số, ngày và người ký."),
            ),
            models.CheckConstraint(
                condition=Q(issued_by__isnull=True) | Q(handed_by__isnull=True) | ~Q(issued_by=F("handed_by")),
                name="book_issued_by_another_person",
                violation_error_message=_("Người ghi nhận ký phải khác người trình."),
            ),
            together("book", "begun_by", "begun_at"),
            together("book", "checked_by", "checked_at"),
            together("book", "handed_by", "handed_at"),
            together("book", "issued_by", "issued_at"),
        ]
        triggers = [
            pgtrigger.FSM(
                name="book_moves_by_the_table",
                field="state",
                transitions=sorted(
                    {(str(one), str(move.target)) for move in moving.MOVES if move.target for one in move.sources}
                ),
            ),
            pgtrigger.Protect(
                name="issued_books_stay", operation=pgtrigger.Update, condition=pgtrigger.Q(old__state="issued")
            ),
            pgtrigger.Protect(name="keep_books", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(name="book_keeps_its_place", fields=["kind", "span", "year", "unit", "version", "slug"]),
        ]

    def __str__(self) -> str:
        told = _now("%(what)s, phiên bản %(version)s")
        return told % {"what": self.title, "version": self.version}

    def get_absolute_url(self) -> str:
        return reverse("publications:reportbook_detail", args=[self.slug])

    @property
    def title(self) -> str:
        """«Tình hình thực hiện Đề án 996 năm 2025», «… giai đoạn 2021-2025»."""
        first = first_year(self.span, self.year)
        told = _now("năm %(year)s") if first == self.year else _now("giai đoạn %(first)s-%(year)s")
        return _now("Tình hình thực hiện Đề án 996 %(when)s") % {"when": told % {"first": first, "year": self.year}}

    @property
    def is_issued(self) -> bool:
        return self.state == moving.State.ISSUED

    @property
    def is_writable(self) -> bool:
        return self.state == moving.State.DRAFT


FIRST_YEAR = 2019
YEARS = {ReportBook.Span.ANNUAL: 1, ReportBook.Span.THREE_YEARS: 3, ReportBook.Span.FIVE_YEARS: 5}


def first_year(span: Any, year: int) -> int:
    """Of which a book tells: a final one from the programme's first year on."""
    return max(FIRST_YEAR, year - YEARS[span] + 1) if span in YEARS else FIRST_YEAR
