"""What is counted, what is aimed at, and the figures as they were known."""

from datetime import date, datetime
from typing import Any, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.db.models.lookups import IsNull
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.addresses import fixed
from apps.core.kept_words import in_reader_language
from apps.core.models import TimeStampedModel
from apps.documents.models import LegalDocument
from apps.organisations.models import OrganisationUnit
from apps.targets import guards
from apps.targets.accepted import AcceptedValue
from apps.targets.closings import ClosingProposal, PeriodClosing
from apps.targets.defined import IndicatorDefinition
from apps.targets.exclusions import Exclusion
from apps.targets.publications import Publication

__all__ = [
    "AcceptedValue",
    "ClosingProposal",
    "Exclusion",
    "Indicator",
    "IndicatorDefinition",
    "IndicatorValue",
    "Period",
    "PeriodClosing",
    "Publication",
    "RecomputeRequest",
    "Target",
    "UnitStatistic",
]


class PeriodQuerySet(models.QuerySet["Period"]):
    def visible_to(self, user: User) -> Self:
        """Whoever reads what is counted reads within which days."""
        return self if user.has_perm("targets.view_indicator") else self.none()

    def begun(self, on: date | None = None) -> Self:
        return self.filter(starts_on__lte=on or timezone.localdate())

    def closed(self) -> Self:
        return self.filter(models.Exists(PeriodClosing.objects.filter(period=models.OuterRef("pk"))))


class Period(models.Model):
    """A window of days. The reporting year 2026 is 15/12/2025 to 14/12/2026: data, not code."""

    code = models.CharField(_("mã"), max_length=20, unique=True)
    year = models.PositiveSmallIntegerField(_("năm"), unique=True)
    starts_on = models.DateField(_("từ ngày"))
    ends_on = models.DateField(_("đến ngày"))
    newest_figure_at: datetime | None  # on those of `selectors.periods`
    seen_on: date | None = None  # the day from which it is looked at; today where none is given

    objects = PeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("kỳ số liệu")
        ordering = ["year"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="period_ends_after_it_starts"),
        ]
        triggers = guards.PERIODS

    def __str__(self) -> str:
        return self.code

    @cached_property
    def closing(self) -> "PeriodClosing | None":
        """The latest closing: its moment says what of the period is accepted."""
        return self.closings.select_related("document", "prepared_by", "closed_by").last()

    @property
    def is_closed(self) -> bool:
        return self.closing is not None

    @property
    def has_begun(self) -> bool:
        return self.starts_on <= (self.seen_on or timezone.localdate())

    @property
    def told_until(self) -> date:
        """The last day of which its figures tell: of a period that is not over, the day from which it is seen."""
        return min(self.ends_on, self.seen_on or timezone.localdate())


class IndicatorQuerySet(models.QuerySet["Indicator"]):
    def visible_to(self, user: User) -> Self:
        """What is counted is no secret among those who read figures."""
        return self if user.has_perm("targets.view_indicator") else self.none()

    def told_to_all(self, _user: Any = None) -> Self:
        """Whoever asks, once anything at all is published: before that nothing of the figures is public."""
        return self.filter(models.Exists(Publication.objects.in_force()))

    def with_definition(self, known_on: datetime | None = None) -> Self:
        """Annotate `definition`: the words of the version in force; `redefined_on`: the days from which later versions
        than the first hold, of the whole that a part belongs to, too. `known_on`: as they had been entered by then.
        """
        versions = IndicatorDefinition.objects.known_on(known_on)
        day = timezone.localdate(known_on) if known_on else timezone.localdate()
        own = versions.filter(indicator=models.OuterRef("pk"), valid_from__lte=day).order_by("-version")
        in_force, in_english = (models.Subquery(own.values(name)[:1]) for name in ("text", "text_en"))
        of_family = Q(indicator=models.OuterRef("pk")) | Q(indicator=models.OuterRef("parent"))
        later = versions.filter(of_family, version__gt=1).order_by("valid_from").values("valid_from")
        return self.annotate(
            definition=Coalesce(in_force, models.Value(""), output_field=models.TextField()),
            definition_en=Coalesce(in_english, models.Value(""), output_field=models.TextField()),
            redefined_on=ArraySubquery(later),
        )

    def with_aims(self, known_on: datetime | None = None) -> Self:
        """Each indicator once for every target of the nation as `aim`, its later versions last; once without where
        there is none. Of a unit `apps.targets.aims` knows. `known_on`: of the versions that were there at that moment.
        """
        of_nation = Q(targets__unit__isnull=True)
        if known_on is not None:
            of_nation &= Q(targets__created_at__lte=known_on)
        rows = self.annotate(aim=models.FilteredRelation("targets", condition=of_nation)).select_related("aim")
        return rows.order_by("position", "code", "aim__year", "aim__version")


class Indicator(TimeStampedModel):
    class Aggregation(models.TextChoices):
        """How facts make a figure. A ratio is in percent: numerator ÷ denominator × 100, both kept with the figure."""

        LATEST = "latest", _("Trạng thái cuối kỳ")
        SUM = "sum", _("Tổng các kỳ")
        CUMULATIVE = "cumulative", _("Lũy kế")
        DISTINCT = "distinct", _("Tính không trùng")
        RATIO = "ratio", _("Tỷ lệ")

    class Basis(models.TextChoices):
        REGISTER = "register", _("Sổ đăng ký")
        REPORT = "report", _("Báo cáo")

    code = models.CharField(_("mã"), max_length=20, unique=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="parts")
    position = models.PositiveSmallIntegerField(_("thứ tự"), default=0)
    name = models.CharField(_("tên"), max_length=300)
    short_name = models.CharField(_("tên ngắn"), max_length=80)
    label = models.CharField(_("nhãn"), max_length=80)
    label_en = models.CharField(_("nhãn tiếng Anh"), max_length=80, blank=True, db_default="")
    name_en = models.CharField(_("tên tiếng Anh"), max_length=300, blank=True)
    unit_label = models.CharField(_("đơn vị tính"), max_length=80)
    unit_label_en = models.CharField(_("đơn vị tính bằng tiếng Anh"), max_length=80, blank=True)
    aggregation = models.CharField(_("cách gộp"), max_length=12, choices=Aggregation.choices)
    basis = models.CharField(_("nguồn"), max_length=10, choices=Basis.choices)
    # Only what the definition counts thing by thing, each in one unit, may be added over units; a level may not.
    stock_adds_up = models.BooleanField(
        _("trạng thái cuối kỳ cộng được"),
        default=False,
        help_text=_("Chỉ chọn khi định nghĩa tính từng đối tượng, mỗi đối tượng thuộc đúng một đơn vị."),
    )
    decimals = models.PositiveSmallIntegerField(_("số chữ số thập phân"), default=0)
    # Said where there are no figures yet: what is missing, who brings it.
    provider = models.CharField(_("nguồn, đơn vị cung cấp"), max_length=200, blank=True)
    baseline_year = models.PositiveSmallIntegerField(_("năm gốc"), default=2018)
    baseline = models.DecimalField(_("giá trị gốc"), max_digits=20, decimal_places=4, null=True, blank=True)

    definition: str  # on rows of `with_definition`, and
    definition_en: str
    redefined_on: list[date]
    aim: "Target | None"  # on rows of `with_aims`

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = _("chỉ tiêu")
        verbose_name_plural = _("chỉ tiêu")
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return fixed("progress:indicator_detail", self.code.lower())

    @property
    def told_name(self) -> str:
        """In the language of the page; where nobody has said it in English, as it is."""
        return in_reader_language(self.short_name, self.name_en)

    @property
    def told_label(self) -> str:
        return in_reader_language(self.label, self.label_en)

    @property
    def told_definition(self) -> str:
        """On rows of `with_definition`."""
        return in_reader_language(self.definition, self.definition_en)

    @property
    def told_unit(self) -> str:
        return in_reader_language(self.unit_label, self.unit_label_en)

    @property
    def adds_up(self) -> bool:
        """Whether units' figures add up to their successor's and to the nation's (a ratio's by its two numbers)."""
        return self.aggregation != self.Aggregation.LATEST or self.stock_adds_up


class TargetQuerySet(models.QuerySet["Target"]):
    def visible_to(self, user: User) -> Self:
        return self if user.has_perm("targets.view_indicator") else self.none()

    def with_standing(self) -> Self:
        """Annotate `is_current`: no later version supersedes it."""
        same_unit = Q(unit=models.OuterRef("unit")) | Q(unit__isnull=True) & Q(IsNull(models.OuterRef("unit"), True))
        later = Target.objects.filter(
            same_unit, indicator=models.OuterRef("indicator"), year=models.OuterRef("year"),
            version__gt=models.OuterRef("version"),
        )  # fmt: skip
        return self.annotate(is_current=~models.Exists(later))

    def current(self) -> Self:
        """The highest version of each (indicator, year, unit): a later one supersedes without erasing."""
        return self.order_by("indicator_id", "year", "unit_id", "-version").distinct("indicator_id", "year", "unit_id")


class Target(TimeStampedModel):
    """The aim: indicator, year, unit (none: the nation), value, legal basis, version."""

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="targets")
    year = models.PositiveSmallIntegerField(_("năm"))
    unit = models.ForeignKey(OrganisationUnit, models.PROTECT, null=True, blank=True, related_name="targets")
    value = models.DecimalField(_("giá trị"), max_digits=20, decimal_places=4)
    legal_basis = models.ForeignKey(LegalDocument, models.PROTECT, related_name="targets")
    version = models.PositiveSmallIntegerField(_("phiên bản"), default=1)
    note = models.TextField(_("ghi chú"), blank=True)
    note_en = models.TextField(_("ghi chú bằng tiếng Anh"), blank=True, db_default="")

    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = _("mục tiêu")
        ordering = ["indicator", "year", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "year", "unit", "version"],
                name="one_target_per_version",
                nulls_distinct=False,
                violation_error_message=_("Đã có mục tiêu này ở cùng phiên bản."),
            ),
        ]
        triggers = guards.TARGETS

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.year}"

    @property
    def told_note(self) -> str:
        return in_reader_language(self.note, self.note_en)


class IndicatorValueQuerySet(models.QuerySet["IndicatorValue"]):
    def visible_to(self, user: User) -> Self:
        """Figures are the programme's own results: every signed-in person with the right reads all of them."""
        return self if user.has_perm("targets.view_indicatorvalue") else self.none()

    def known_on(self, moment: datetime | None = None) -> Self:
        """The figures as they were known at `moment`; now when none is given."""
        if moment is None:
            return self.filter(known_to__isnull=True)
        return self.filter(Q(known_from__lte=moment), Q(known_to__isnull=True) | Q(known_to__gt=moment))


class IndicatorValue(models.Model):
    """One figure as known for a time. Written only by the roll-up; a new row only where the value changed."""

    # Found by indicator and period together: a recount writes thousands, and each index of its own costs every one.
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="values", db_index=False)
    period = models.ForeignKey(Period, models.PROTECT, related_name="values", db_index=False)
    unit = models.ForeignKey(OrganisationUnit, models.PROTECT, null=True, related_name="values", db_index=False)
    breakdown = models.CharField(_("phân tổ"), max_length=60, default="", blank=True)
    basis = models.CharField(_("nguồn"), max_length=10, choices=Indicator.Basis.choices)
    value = models.DecimalField(_("giá trị"), max_digits=20, decimal_places=4)
    numerator = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    denominator = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    # Said by the report itself: the value is of the whole period, its predecessors' part included. Theirs of the same
    # period then stay on record and are counted nowhere (2025, when both may have reported).
    covers_predecessors = models.BooleanField(
        _("gồm cả phần của đơn vị trước sắp xếp"), default=False, db_default=False
    )
    known_from = models.DateTimeField(_("biết từ"))
    known_to = models.DateTimeField(_("biết đến"), null=True)

    objects = IndicatorValueQuerySet.as_manager()

    class Meta:
        verbose_name = _("kết quả thực hiện")
        ordering = ["indicator", "period", "unit", "breakdown", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "period", "unit", "breakdown", "basis"],
                condition=Q(known_to__isnull=True),
                nulls_distinct=False,
                name="one_known_value",
            ),
            models.CheckConstraint(
                condition=Q(known_to__isnull=True) | Q(known_to__gt=F("known_from")), name="known_to_after_known_from"
            ),
            models.CheckConstraint(
                condition=Q(covers_predecessors=False) | Q(basis="report", unit__isnull=False),
                name="only_a_units_report_covers_predecessors",
                violation_error_message=_("Chỉ số báo cáo của một đơn vị mới gồm được phần của đơn vị trước sắp xếp."),
            ),
            models.CheckConstraint(
                condition=Q(numerator__isnull=True, denominator__isnull=True)
                | Q(numerator__isnull=False, denominator__isnull=False, denominator__gte=0),
                name="numerator_with_denominator",
                violation_error_message=_("Tử số và mẫu số phải đi cùng nhau; mẫu số không âm."),
            ),
        ]
        # Open pages ask every few seconds when the newest figure came.
        indexes = [
            models.Index(fields=["known_from"], name="newest_figure"),
            models.Index(fields=["indicator", "period"], name="figure_of_period"),
            models.Index(fields=["unit"], name="figure_of_unit"),
        ]
        triggers = guards.FIGURES

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.period_id} {self.unit_id or 'VN'} {self.breakdown}"


class RecomputeRequest(models.Model):
    """What is stale: figures that count `source`. Taken away by the job that recounts."""

    source = models.CharField(max_length=60)
    requested_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("yêu cầu tính lại")
        ordering = ["id"]
        indexes = [models.Index(fields=["source", "id"], name="recompute_source")]

    def __str__(self) -> str:
        return self.source


class UnitStatistic(models.Model):
    """A number about a unit that is nobody's result but a rate's denominator, with its source."""

    class Code(models.TextChoices):
        ACTIVE_ENTERPRISES = "active_enterprises", _("Doanh nghiệp đang hoạt động")

    code = models.CharField(max_length=40, choices=Code.choices)
    unit = models.ForeignKey(OrganisationUnit, models.PROTECT, related_name="statistics")
    year = models.PositiveSmallIntegerField(_("năm"))
    value = models.DecimalField(_("giá trị"), max_digits=20, decimal_places=4)
    source = models.CharField(_("nguồn"), max_length=200)

    class Meta:
        verbose_name = _("số thống kê của đơn vị")
        ordering = ["code", "unit", "year"]
        constraints = [models.UniqueConstraint(fields=["code", "unit", "year"], name="one_statistic_per_year")]

    def __str__(self) -> str:
        return f"{self.code} {self.unit_id} {self.year}"
