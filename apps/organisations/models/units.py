"""Units in time: an id that never changes meaning, dated names, and who followed whom."""

from datetime import date
from functools import lru_cache
from typing import Any, Self

import pghistory
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Replace
from django.urls import reverse
from django.utils import timezone
from django.utils.deconstruct import deconstructible
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.models import CheckedTextModel, TimeStampedModel, folded, sort_key
from apps.organisations.models.reorganisations import Reorganisation


@deconstructible(path="apps.organisations.models.DateSpan")
class DateSpan(Func):
    function = "daterange"
    output_field = DateRangeField()


SPAN = DateSpan("valid_from", "valid_to", RangeBoundary(inclusive_lower=True, inclusive_upper=True))


class InForce(models.QuerySet):
    """Rows with `valid_from` and `valid_to`, both inclusive, either open."""

    def valid_on(self, day: date) -> Self:
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=day), Q(valid_to__isnull=True) | Q(valid_to__gte=day)
        )

    def started_by(self, day: date) -> Self:
        return self.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=day))


def shown_first(day: date, names: str = "") -> list[Any]:
    """Orders names: the one to show on `day` first, the latest that has begun, else the first to come.

    `names`: the way to them from the rows that are ordered, "names__".
    """
    begins = f"{names}valid_from"
    to_come = models.Case(models.When(**{f"{begins}__gt": day}, then=1), default=0)
    begun = models.Case(models.When(**{f"{begins}__lte": day}, then=F(begins)))
    return [to_come, begun.desc(nulls_last=True), begins]


@lru_cache(maxsize=2000)
def unit_address(slug: str) -> str:
    """Of a page by its unit's slug; on a page of units there are hundreds of links."""
    return reverse("organisations:organisationunit_detail", args=[slug])


class OrganisationUnitQuerySet(InForce["OrganisationUnit"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The units are public knowledge: everybody who is signed in sees them all."""
        return self if user.is_authenticated else self.none()

    def editable_by(self, user: User) -> Self:
        scope = user.units_with("organisations.change_organisationunit")
        return self if scope.everything else self.filter(pk__in=scope.ids)

    def with_names(self, on: date | None = None) -> Self:
        """Annotate `short_name`, `full_name`, `kind_label`, `short_name_sort`.

        As on that day; of a unit that has ended its last, of one yet to begin its first.
        """
        names = UnitName.objects.filter(unit=models.OuterRef("pk")).order_by(*shown_first(on or timezone.localdate()))
        is_shown = Q(names__pk=models.Subquery(names.values("pk")[:1]))
        return self.annotate(
            shown_name=models.FilteredRelation("names", condition=is_shown),
            short_name=F("shown_name__short_name"),
            full_name=F("shown_name__name"),
            kind_label=F("shown_name__kind_label"),
            short_name_sort=F("shown_name__short_name_sort"),
        )

    def reporting(self) -> Self:
        """Those that a reporting round names at first: provinces, ministries, ministerial and government agencies."""
        return self.filter(kind__in=OrganisationUnit.REPORTING_KINDS)

    def with_relatives(self) -> Self:
        """With both sides of every succession, in two queries whatever the number of units."""
        return self.prefetch_related("origins", "successions")

    def in_order(self) -> Self:
        """Provinces first, then ministries and agencies, departments last; by name within. Needs `with_names`."""
        kinds = [models.When(kind=kind, then=place) for place, kind in enumerate(OrganisationUnit.Kind.values)]
        place = models.Case(*kinds, output_field=models.SmallIntegerField())
        return self.alias(kind_place=place).order_by("kind_place", "short_name_sort", "id")


@pghistory.track(pghistory.DeleteEvent(), fields=["id"])
class OrganisationUnit(TimeStampedModel):
    class Kind(models.TextChoices):
        PROVINCE = "province", _("Tỉnh, thành phố")
        MINISTRY = "ministry", _("Bộ")
        MINISTERIAL_AGENCY = "ministerial_agency", _("Cơ quan ngang bộ")
        GOVERNMENT_AGENCY = "government_agency", _("Cơ quan thuộc Chính phủ")
        DEPARTMENT = "department", _("Đơn vị trực thuộc")
        ORGANISATION = "organisation", _("Tổ chức, hội")

    REPORTING_KINDS = (Kind.PROVINCE, Kind.MINISTRY, Kind.MINISTERIAL_AGENCY, Kind.GOVERNMENT_AGENCY)

    id = models.CharField(_("mã"), primary_key=True, max_length=40)
    slug = models.SlugField(_("tên trên đường dẫn"), max_length=80, unique=True)
    kind = models.CharField(_("loại"), max_length=20, choices=Kind.choices)
    code = models.CharField(_("mã số"), max_length=10, blank=True, help_text=_("Nhãn hai chữ số, không phải khóa."))
    symbol = models.CharField(_("ký hiệu"), max_length=40, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    region = models.CharField(_("vùng"), max_length=80, blank=True)
    valid_from = models.DateField(_("từ ngày"), null=True, blank=True)
    valid_to = models.DateField(_("đến ngày"), null=True, blank=True)
    basis = models.TextField(_("căn cứ"), blank=True)
    # What is doubtful about the dates, and whatever else is no act: never printed as a legal basis.
    note = models.TextField(_("ghi chú"), blank=True)
    # Members of these units serve the whole programme: TĐC and its metrology department, then and now.
    is_programme_office = models.BooleanField(_("cơ quan điều phối Đề án"), default=False)

    # The sub-unit that prepares and submits for the unit above it (Sở KH&CN, vụ).
    is_focal = models.BooleanField(_("đơn vị đầu mối"), default=False)
    # Acts recorded in the portal; what came with the facts' files has none.
    begun_by = models.ForeignKey(Reorganisation, models.PROTECT, null=True, blank=True, related_name="begun")
    ended_by = models.ForeignKey(Reorganisation, models.PROTECT, null=True, blank=True, related_name="ended")

    # On rows of `with_names`.
    short_name: str
    full_name: str
    kind_label: str

    objects = OrganisationUnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("đơn vị")
        verbose_name_plural = _("đơn vị")
        ordering = ["id"]
        permissions = [("reorganise_organisationunit", "Can record a reorganisation of units")]
        constraints = [
            models.UniqueConstraint(
                fields=["parent"],
                condition=Q(is_focal=True, valid_to__isnull=True),
                name="one_focal_unit_per_parent",
                violation_error_message=_("Đơn vị cấp trên đã có đơn vị đầu mối khác."),
            ),
            models.CheckConstraint(
                condition=Q(is_focal=False) | Q(parent__isnull=False),
                name="focal_unit_has_a_parent",
                violation_error_message=_("Đơn vị đầu mối phải trực thuộc một đơn vị."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_from__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="unit_ends_after_it_starts",
                violation_error_message=_("Ngày kết thúc phải sau ngày bắt đầu."),
            ),
        ]

    def __str__(self) -> str:
        return self.id

    def get_absolute_url(self) -> str:
        return unit_address(self.slug)

    def name_on(self, day: date) -> "UnitName":
        """The name in force that day; before the first known one the first, after the unit's end its last."""
        return self.names.order_by(*shown_first(day))[0]

    def is_valid_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or self.valid_to >= day)


class UnitName(CheckedTextModel):
    """What a unit was called, and what kind of province it was, from one day to another."""

    unit = models.ForeignKey(OrganisationUnit, models.CASCADE, related_name="names")
    name = models.CharField(_("tên đầy đủ"), max_length=200)
    short_name = models.CharField(_("tên ngắn"), max_length=120)
    name_en = models.CharField(_("tên tiếng Anh"), max_length=200, blank=True)
    kind_label = models.CharField(_("loại"), max_length=40, blank=True)
    valid_from = models.DateField(_("từ ngày"), null=True, blank=True, help_text=_("Trống: từ trước Đề án."))
    valid_to = models.DateField(_("đến ngày"), null=True, blank=True)
    decision = models.TextField(_("căn cứ"), blank=True)
    recorded_with = models.ForeignKey(Reorganisation, models.PROTECT, null=True, blank=True, related_name="names")
    name_fold = folded("name")
    short_name_sort = sort_key(Replace("short_name", Value("TP. "), Value("")))  # by the proper name

    objects = InForce.as_manager()

    class Meta:
        verbose_name = _("tên đơn vị")
        ordering = ["unit", "valid_from"]
        constraints = [
            ExclusionConstraint(
                name="one_name_at_a_time",
                expressions=[("unit", RangeOperators.EQUAL), (SPAN, RangeOperators.OVERLAPS)],
                violation_error_message=_("Đơn vị đã có tên khác trong thời gian này."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Succession(models.Model):
    """On a day, `successor` takes over `share` of what `predecessor` had; 0 carries no past."""

    class Relation(models.TextChoices):
        UNCHANGED = "unchanged", _("Giữ nguyên")
        MERGED = "merged", _("Hợp nhất")
        RENAMED = "renamed", _("Đổi tên")
        SPLIT = "split", _("Chia tách")
        REORGANISED = "reorganised", _("Tổ chức lại")
        FUNCTIONS = "functions", _("Chuyển một phần nhiệm vụ")

    predecessor = models.ForeignKey(OrganisationUnit, models.PROTECT, related_name="successions")
    successor = models.ForeignKey(OrganisationUnit, models.PROTECT, related_name="origins")
    effective_on = models.DateField(_("có hiệu lực từ"))
    relation = models.CharField(_("hình thức"), max_length=20, choices=Relation.choices)
    share = models.DecimalField(_("phần chuyển sang"), max_digits=7, decimal_places=6, default=1)
    # Exactly one successor takes the people of a unit: a split must not double their rights.
    takes_members = models.BooleanField(_("tiếp nhận nhân sự"), default=False)
    legal_basis = models.TextField(_("căn cứ"), blank=True)
    note = models.TextField(_("ghi chú"), blank=True)
    recorded_with = models.ForeignKey(Reorganisation, models.PROTECT, null=True, blank=True, related_name="successions")

    class Meta:
        verbose_name = _("quan hệ kế thừa")
        ordering = ["effective_on", "predecessor", "successor"]
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="one_succession_per_pair"),
            models.CheckConstraint(condition=Q(share__gte=0, share__lte=1), name="share_between_0_and_1"),
            models.CheckConstraint(condition=~Q(predecessor=F("successor")), name="no_succession_to_itself"),
            models.UniqueConstraint(
                fields=["predecessor"],
                condition=Q(takes_members=True),
                name="one_successor_takes_the_members",
                violation_error_message=_("Nhân sự của một đơn vị chỉ chuyển về một đơn vị kế thừa."),
            ),
            models.CheckConstraint(
                condition=Q(takes_members=False) | Q(share__gt=0), name="members_go_where_the_past_goes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_id} → {self.successor_id}"
