"""Enterprises and their assurance programmes: the facts behind MT5."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Self

import pghistory
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import JSONObject, Left, Length
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.accounts.scope import UnitScope
from apps.core.addresses import numbered
from apps.core.models import TimeStampedModel, folded, sort_key, words_with
from apps.core.who_when import withdrawn_pairs
from apps.enterprises import places
from apps.enterprises.models import codes
from apps.enterprises.tax_codes import DEPENDENT_LENGTH, HOUSEHOLD_LENGTH, entity_code
from apps.exchange.models import ImportBatch
from apps.organisations.models import OrganisationUnit
from apps.people.rights import units_with


class Industry(models.Model):
    """A section or division of VSIC, with the version it belongs to."""

    version = models.CharField(_("phiên bản"), max_length=4)
    level = models.PositiveSmallIntegerField(_("cấp"))
    code = models.CharField(_("mã"), max_length=5)
    section = models.CharField(_("ngành cấp 1"), max_length=1)
    name = models.CharField(_("tên"), max_length=300)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("ngành kinh tế")
        ordering = ["version", "section", "level", "code"]
        constraints = [models.UniqueConstraint(fields=["version", "code"], name="one_industry_per_version")]

    def __str__(self) -> str:
        return f"{self.code} – {self.name}"


# In SQL what `Enterprise.entity_code` is.
ENTITY = models.Case(
    models.When(Exact(Length("tax_code"), HOUSEHOLD_LENGTH), then=models.F("tax_code")),
    default=Left("tax_code", 10),
    output_field=models.CharField(),
)


FIRST, LATEST = ("occurred_on", "id"), ("-occurred_on", "-id")  # of events
OF_ENTERPRISE = "programme__enterprise_id"


class EnterpriseQuerySet(models.QuerySet["Enterprise"]):
    def live(self) -> Self:
        """Without those that an import brought and its undoing took back; nobody sees these."""
        return self.filter(withdrawn_at__isnull=True)

    def visible_to(self, user: User) -> Self:
        return self.in_scope(units_with(user, "enterprises.view_enterprise"))

    def editable_by(self, user: User) -> Self:
        """Who keeps the province of its seat speaks for the enterprise; an event elsewhere only lets see it."""
        scope = units_with(user, "enterprises.change_enterprise")
        return self.live() if scope.everything else self.live().filter(unit__in=scope.ids)

    def confided_to(self, user: User) -> Self:
        """Whose notes and files the person reads too: those seated in own units."""
        scope = units_with(user, "enterprises.view_enterprise")
        return self.live() if scope.everything else self.live().filter(unit__in=scope.ids)

    def in_scope(self, scope: UnitScope) -> Self:
        """Enterprises seated in the units, or with an event there that opens them."""
        if scope.everything:
            return self.live()
        return self.filter(pk__in=EnterprisePlace.objects.filter(unit__in=scope.ids).values("enterprise"))

    def search(self, text: str) -> Self:
        """By part of the name, without accents, or by the beginning of the tax code."""
        found = words_with(text, "name_fold")
        code = codes.is_code(text)
        return self.filter(found | code if code is not None else found)

    def of_entity(self, code: str) -> Self:
        """The enterprise of that code, and its branches and other dependent units."""
        return self.filter(codes.of_entity(code))

    def of_entities(self, found: models.QuerySet) -> Self:
        """Those whose enterprise's code the query finds."""
        return self.alias(entity=ENTITY).filter(entity__in=found)

    def started_within(self, spans: Iterable[tuple[date, date]], *, since: date) -> Self:
        """Whose first event in force on or after `since` fell into one of these spans of days."""
        in_force = ProgrammeEvent.objects.live().filter(stage__in=ProgrammeEvent.IN_FORCE)
        wanted = Q(pk__in=[])
        for first, last in spans:
            before = in_force.filter(occurred_on__gte=since, occurred_on__lt=first)
            starting = in_force.filter(occurred_on__range=(first, last)).without(before)
            wanted |= Q(pk__in=starting.values("programme__enterprise"))
        return self.filter(wanted)

    def latest_is(self, condition: Q) -> Self:
        """Whose latest live event meets the condition."""
        live = ProgrammeEvent.objects.live()
        later = Q(occurred_on__gt=models.OuterRef("occurred_on")) | Q(
            occurred_on=models.OuterRef("occurred_on"), pk__gt=models.OuterRef("pk")
        )
        meeting = live.filter(condition).without(live.filter(later))
        return self.filter(pk__in=meeting.values("programme__enterprise"))

    def with_progress(self) -> Self:
        """Annotate `latest`, the latest live event with its source, and `first`, the first one in force; each a dict.

        Two lookups per row, so it is for rows that are shown.
        """
        live = ProgrammeEvent.objects.live().filter(programme__enterprise=models.OuterRef("pk"))
        latest = live.order_by(*LATEST).values(
            told=JSONObject(
                stage="stage",
                batch="batch_id",
                batch_unit="batch__unit_id",
                entered_by="entered_by_id",
                entered_at="created_at",
            )
        )
        in_force = live.filter(stage__in=ProgrammeEvent.IN_FORCE).order_by(*FIRST)
        first = in_force.values(told=JSONObject(on="occurred_on", unit="unit_id"))
        return self.annotate(latest=models.Subquery(latest[:1]), first=models.Subquery(first[:1]))

    def events_of_progress(self) -> tuple["ProgrammeEventQuerySet", "ProgrammeEventQuerySet"]:
        """The same events of all rows together: the first in force and the latest of each."""
        live = ProgrammeEvent.objects.live().filter(programme__enterprise__in=self.order_by().values("pk"))
        in_force = live.filter(stage__in=ProgrammeEvent.IN_FORCE)
        return (
            in_force.order_by(OF_ENTERPRISE, *FIRST).distinct(OF_ENTERPRISE),
            live.order_by(OF_ENTERPRISE, *LATEST).distinct(OF_ENTERPRISE),
        )


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent(), exclude=["name_fold", "name_sort"])
class Enterprise(TimeStampedModel):
    class Ownership(models.TextChoices):
        STATE = "state", _("Có vốn nhà nước")
        PRIVATE = "private", _("Khu vực kinh tế tư nhân")
        FOREIGN = "fdi", _("Có vốn đầu tư nước ngoài (FDI)")
        COOPERATIVE = "cooperative", _("Hợp tác xã")
        HOUSEHOLD = "household", _("Hộ kinh doanh")

    tax_code = models.CharField(_("mã số thuế"), max_length=14)
    # A wrong check digit warns; whoever lets it pass says why.
    tax_code_reason = models.CharField(_("lý do chấp nhận mã số thuế"), max_length=300, blank=True)
    name = models.CharField(_("tên doanh nghiệp"), max_length=300)
    ownership = models.CharField(_("loại hình"), max_length=12, choices=Ownership.choices)
    industry = models.ForeignKey(Industry, models.PROTECT, null=True, blank=True, verbose_name=_("ngành (VSIC)"))
    industry_code = models.CharField(_("mã ngành (VSIC)"), max_length=5, blank=True)
    unit = models.ForeignKey(
        OrganisationUnit, models.PROTECT, related_name="+", verbose_name=_("tỉnh, thành phố"), db_index=False
    )
    address = models.CharField(_("địa chỉ"), max_length=400, blank=True)
    located_on = models.DateField(_("đặt tại địa bàn này từ"), help_text=_("Ngày gần nhất có thông tin về địa bàn."))
    note = models.TextField(_("ghi chú"), blank=True)
    # The import that brought it. Undone, and nobody else speaks of the enterprise: it is withdrawn; the batch says
    # who did that and why. The code is free again, whoever brings it next begins a new row.
    batch = models.ForeignKey(
        ImportBatch, models.PROTECT, null=True, blank=True, editable=False, related_name="+", db_index=False
    )
    withdrawn_at = models.DateTimeField(_("rút lúc"), null=True, blank=True, editable=False)
    merged_into = models.ForeignKey(  # or it was on record twice
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="+", db_index=False
    )
    name_fold = folded("name")
    name_sort = sort_key("name")

    # On rows of `with_progress`: the latest live event and the first one in force.
    latest: dict[str, Any] | None
    first: dict[str, Any] | None

    objects = EnterpriseQuerySet.as_manager()

    is_seen = True  # by whoever looks; `selectors.name_seen_only` says otherwise

    class Meta:
        verbose_name = _("doanh nghiệp")
        verbose_name_plural = _("doanh nghiệp")
        ordering = ["name_sort", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["tax_code"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_live_enterprise_per_tax_code",
                violation_error_message=_("Mã số thuế đã có trong sổ."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(batch__isnull=False) | Q(merged_into__isnull=False),
                name="withdrawn_with_its_import_or_merged",
                violation_error_message=_(
                    "Doanh nghiệp chỉ được rút cùng lần nhập đã đưa vào, hoặc khi gộp vào hồ sơ khác."
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["batch"], condition=Q(batch__isnull=False), name="enterprise_batch"),
            models.Index(fields=["name_sort", "id"], name="enterprise_sort"),
            models.Index(fields=["unit", "name_sort", "id"], name="enterprise_unit_sort"),
            GinIndex(OpClass("name_fold", name="gin_trgm_ops"), name="enterprise_name_trgm"),
            models.Index(OpClass("tax_code", name="varchar_pattern_ops"), name="enterprise_tax_code_start"),
        ]
        triggers = places.SEAT

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return numbered("enterprises:enterprise_detail", self.pk)

    @property
    def entity_code(self) -> str:
        """The enterprise's code: of a dependent unit the first ten of its 13 digits, of a household all twelve."""
        return entity_code(self.tax_code)

    @property
    def is_dependent_unit(self) -> bool:
        """A branch or the like: a code of 13 digits below its enterprise's ten. Its events count for the enterprise."""
        return len(self.tax_code) == DEPENDENT_LENGTH

    @property
    def shown_tax_code(self) -> str:
        return shown_tax_code(self.tax_code)


CODE_SHOWN_WHOLE = "(octet_length({code}) = 10 AND ascii({code}) BETWEEN 48 AND 57)"  # for SQL to know


def shown_tax_code(code: str) -> str:
    """12 digits are a person's identity number, whatever is written of the kind: only the end is shown."""
    return f"••••••••{code[-4:]}" if len(code) == 12 else code


class EnterprisePlace(models.Model):
    """The provinces that see an enterprise: its seat, and where it has live events that open it. Kept by triggers.

    Asked of the events each time it would cost a page more than its rows. `places.disagreements` holds it to the facts.
    """

    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="places")
    unit = models.ForeignKey(OrganisationUnit, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("địa bàn của doanh nghiệp")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["unit", "enterprise"], name="one_place_per_unit")]

    def __str__(self) -> str:
        return f"{self.enterprise_id} {self.unit_id}"


class AssuranceProgramme(TimeStampedModel):
    """One enterprise's participation in one form. The two forms are told apart and never added."""

    class Form(models.TextChoices):
        SERVED = "served", _("Được kiểm định, hiệu chuẩn, thử nghiệm hoặc xây dựng phương pháp đo")
        WRITTEN = "written", _("Có Chương trình đảm bảo đo lường (theo Hướng dẫn tại QĐ 510/QĐ-BKHCN)")

    enterprise = models.ForeignKey(Enterprise, models.PROTECT, related_name="programmes", db_index=False)
    form = models.CharField(_("hình thức tham gia"), max_length=10, choices=Form.choices)

    class Meta:
        verbose_name = _("chương trình bảo đảm đo lường")
        ordering = ["enterprise", "form"]
        constraints = [models.UniqueConstraint(fields=["enterprise", "form"], name="one_programme_per_form")]

    def __str__(self) -> str:
        return self.get_form_display()


class ProgrammeEventQuerySet(models.QuerySet["ProgrammeEvent"]):
    def live(self) -> Self:
        return self.filter(withdrawn_at__isnull=True)

    def dated_from(self, day: date) -> Self:
        """Live facts of that day and later: the preview of an act on units counts them."""
        return self.live().filter(occurred_on__gte=day)

    def without(self, others: "ProgrammeEventQuerySet") -> Self:
        """Those whose enterprise has none of the others."""
        same = others.filter(programme__enterprise=models.OuterRef("programme__enterprise"))
        return self.filter(~models.Exists(same.order_by())).order_by()

    def visible_to(self, user: User) -> Self:
        return self.in_scope(units_with(user, "enterprises.view_programmeevent"))

    def editable_by(self, user: User) -> Self:
        return self.in_scope(units_with(user, "enterprises.change_programmeevent"))

    def in_scope(self, scope: UnitScope) -> Self:
        return self if scope.everything else self.filter(unit__in=scope.ids)


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class ProgrammeEvent(TimeStampedModel):
    """One dated stage of a programme, in the province of that day: the fact that MT5 counts."""

    class Stage(models.TextChoices):
        APPROACHED = "approached", _("Tiếp cận")
        SURVEYED = "surveyed", _("Khảo sát")
        BEING_BUILT = "being_built", _("Đang xây dựng")
        ISSUED = "issued", _("Đã ban hành")
        APPLIED = "applied", _("Đang áp dụng")
        MAINTAINED = "maintained", _("Duy trì")
        STOPPED = "stopped", _("Đã ngừng")

    IN_FORCE = (Stage.APPLIED, Stage.MAINTAINED)

    class Activity(models.TextChoices):
        """What the enterprise was served by, in the words of Quyết định 996/QĐ-TTg."""

        VERIFICATION = "verification", _("Kiểm định")
        CALIBRATION = "calibration", _("Hiệu chuẩn")
        TESTING = "testing", _("Thử nghiệm")
        METHOD = "method", _("Xây dựng phương pháp đo")

    programme = models.ForeignKey(AssuranceProgramme, models.PROTECT, related_name="events")
    stage = models.CharField(_("giai đoạn"), max_length=12, choices=Stage.choices)
    occurred_on = models.DateField(_("ngày"))
    unit = models.ForeignKey(
        OrganisationUnit, models.PROTECT, related_name="+", verbose_name=_("tỉnh, thành phố"), db_index=False
    )
    activity = models.CharField(
        _("hoạt động"), max_length=12, choices=Activity.choices, blank=True, default="", db_default=""
    )
    note = models.CharField(_("ghi chú"), max_length=500, blank=True)
    # Nobody asks for all rows of whoever reported, entered or withdrew them: no index is kept of these three.
    reported_by = models.ForeignKey(
        OrganisationUnit, models.PROTECT, related_name="+", verbose_name=_("đơn vị cung cấp"), db_index=False
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    batch = models.ForeignKey(ImportBatch, models.PROTECT, null=True, blank=True, related_name="+", db_index=False)
    # Whether it lets the people of its place see the enterprise. Whoever writes of a record out of their own sight does
    # not come to see it by that; the fact counts all the same.
    opens_record = models.BooleanField(default=True, db_default=True, editable=False)
    withdrawn_at = models.DateTimeField(_("thu hồi lúc"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    withdrawn_reason = models.CharField(_("lý do thu hồi"), max_length=300, blank=True)

    objects = ProgrammeEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("giai đoạn thực hiện")
        verbose_name_plural = _("giai đoạn thực hiện")
        ordering = ["occurred_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "stage", "occurred_on", "unit"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_live_event",
                violation_error_message=_("Chương trình này đã có giai đoạn đó vào cùng ngày, cùng địa bàn."),
            ),
            withdrawn_pairs("withdrawn_with_who_and_why", _("Thu hồi giai đoạn phải có người thu hồi và lý do.")),
        ]
        indexes = [
            models.Index(
                fields=["programme", "occurred_on", "id"],
                include=["unit"],
                condition=Q(withdrawn_at__isnull=True, stage__in=["applied", "maintained"]),
                name="event_in_force",
            ),
            models.Index(fields=["unit", "programme"], name="event_unit"),
            models.Index(fields=["batch"], name="event_batch"),
        ]
        triggers = places.EVENT

    def __str__(self) -> str:
        return f"{self.get_stage_display()} {self.occurred_on:%d/%m/%Y}"

    @property
    def is_live(self) -> bool:
        return self.withdrawn_at is None

    @property
    def is_in_force(self) -> bool:
        return self.is_live and self.stage in self.IN_FORCE
