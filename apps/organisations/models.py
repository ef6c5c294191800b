"""Units in time: an id that never changes meaning, dated names, and who followed whom."""

from datetime import date

from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.models import TimeStampedModel, folded, sort_key


class DateSpan(Func):
    function = "daterange"
    output_field = DateRangeField()


LATEST_FIRST = F("valid_from").desc(nulls_last=True)
SPAN = DateSpan("valid_from", "valid_to", RangeBoundary(inclusive_lower=True, inclusive_upper=True))


class InForce(models.QuerySet):
    """Rows with `valid_from` and `valid_to`, both inclusive, either open."""

    def valid_on(self, day: date):
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=day), Q(valid_to__isnull=True) | Q(valid_to__gte=day)
        )

    def started_by(self, day: date):
        return self.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=day))


class OrganisationUnitQuerySet(InForce):
    def visible_to(self, user):
        """The units are public knowledge: everybody who is signed in sees them all."""
        return self if user.is_authenticated else self.none()

    def with_names(self, on: date | None = None):
        """Annotate `short_name`, `full_name`, `short_name_sort`: as on that day, at the latest as on the last day."""
        day = on or timezone.localdate()
        names = UnitName.objects.filter(unit=models.OuterRef("pk")).started_by(day).order_by(LATEST_FIRST)
        return self.annotate(
            short_name=models.Subquery(names.values("short_name")[:1]),
            full_name=models.Subquery(names.values("name")[:1]),
            short_name_sort=models.Subquery(names.values("short_name_sort")[:1]),
        )

    def with_relatives(self):
        """With both sides of every succession, in two queries whatever the number of units."""
        return self.prefetch_related("origins", "successions")

    def in_order(self):
        """Provinces first, then ministries and agencies, departments last; by name within. Needs `with_names`."""
        kinds = [models.When(kind=kind, then=place) for place, kind in enumerate(OrganisationUnit.Kind.values)]
        place = models.Case(*kinds, output_field=models.SmallIntegerField())
        return self.alias(kind_place=place).order_by("kind_place", "short_name_sort", "id")


class OrganisationUnit(TimeStampedModel):
    class Kind(models.TextChoices):
        PROVINCE = "province", _("Tỉnh, thành phố")
        MINISTRY = "ministry", _("Bộ")
        MINISTERIAL_AGENCY = "ministerial_agency", _("Cơ quan ngang bộ")
        GOVERNMENT_AGENCY = "government_agency", _("Cơ quan thuộc Chính phủ")
        DEPARTMENT = "department", _("Đơn vị trực thuộc")
        ORGANISATION = "organisation", _("Tổ chức, hội")

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
    # Members of these units serve the whole programme: TĐC and its metrology department, then and now.
    is_programme_office = models.BooleanField(_("cơ quan điều phối Đề án"), default=False)

    objects = OrganisationUnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("đơn vị")
        verbose_name_plural = _("đơn vị")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_from__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="unit_ends_after_it_starts",
                violation_error_message=_("Ngày kết thúc phải sau ngày bắt đầu."),
            )
        ]

    def __str__(self) -> str:
        return self.id

    def get_absolute_url(self) -> str:
        return reverse("organisations:organisationunit_detail", args=[self.slug])

    def name_on(self, day: date) -> "UnitName":
        """The name in force that day; before the first known one the first, after the unit's end its last."""
        names = self.names.order_by(LATEST_FIRST)
        return names.started_by(day).first() or names.last()

    def is_valid_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or self.valid_to >= day)


class UnitName(models.Model):
    """What a unit was called, and what kind of province it was, from one day to another."""

    unit = models.ForeignKey(OrganisationUnit, models.CASCADE, related_name="names")
    name = models.CharField(_("tên đầy đủ"), max_length=200)
    short_name = models.CharField(_("tên ngắn"), max_length=120)
    name_en = models.CharField(_("tên tiếng Anh"), max_length=200, blank=True)
    kind_label = models.CharField(_("loại"), max_length=40, blank=True)
    valid_from = models.DateField(_("từ ngày"), null=True, blank=True, help_text=_("Trống: từ trước Đề án."))
    valid_to = models.DateField(_("đến ngày"), null=True, blank=True)
    decision = models.TextField(_("căn cứ"), blank=True)
    name_fold = folded("name")
    short_name_sort = sort_key("short_name")

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
    legal_basis = models.TextField(_("căn cứ"), blank=True)

    class Meta:
        verbose_name = _("quan hệ kế thừa")
        ordering = ["effective_on", "predecessor", "successor"]
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="one_succession_per_pair"),
            models.CheckConstraint(condition=Q(share__gte=0, share__lte=1), name="share_between_0_and_1"),
            models.CheckConstraint(condition=~Q(predecessor=F("successor")), name="no_succession_to_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_id} → {self.successor_id}"


class Membership(TimeStampedModel):
    """A person's role in a unit for a time. The only way to a right."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    unit = models.ForeignKey(OrganisationUnit, models.PROTECT, related_name="memberships")
    role = models.ForeignKey(Group, models.PROTECT, related_name="memberships")
    valid_from = models.DateField(_("từ ngày"))
    valid_to = models.DateField(_("đến ngày"), null=True, blank=True)

    objects = InForce.as_manager()

    class Meta:
        verbose_name = _("tư cách thành viên")
        ordering = ["user", "valid_from"]
        constraints = [
            ExclusionConstraint(
                name="one_membership_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("unit", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    (SPAN, RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("Người này đã giữ vai trò đó ở đơn vị trong thời gian này."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.role} – {self.unit_id}"
