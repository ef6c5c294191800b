from collections.abc import Collection
from typing import TYPE_CHECKING, Any, Self

import pgtrigger
from django.contrib.auth import get_user_model
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.core.models import VnFold

if TYPE_CHECKING:  # as in apps/core/request.py
    from django.contrib.auth.models import _User

APPEND_ONLY = pgtrigger.Update | pgtrigger.Delete


def label_of(obj: models.Model) -> str:
    """By what kind the audit knows an object. A proxy is another view of the same row, so it has no kind of its own."""
    return (obj._meta.concrete_model or type(obj))._meta.label_lower


def on(kind: str, keys: Collection[Any]) -> Q:
    """Of the audit's rows those on the objects of this kind."""
    return Q(target_type=kind, target_id__in=[str(key) for key in keys])


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    def visible_to(self, user: "_User") -> Self:
        """Rows of the units for which the person may read the audit. Rows of no unit are for central readers."""
        scope = user.units_with("audit.view_auditevent")
        return self if scope.everything else self.filter(unit__in=scope.ids)

    def with_people(self) -> Self:
        """For rows that kept no name: the one the person has today, as `name_today`; only asked for rows shown."""
        name = get_user_model()._default_manager.filter(pk=models.OuterRef("actor_id")).values("full_name")[:1]
        kept = models.Case(models.When(actor_name="", then=models.Subquery(name)))
        return self.annotate(name_today=kept)


class AuditEvent(models.Model):
    """Who did what, when, from where and why, with before and after. Written once by `record()`.

    Kept without foreign keys: the row outlives what it speaks of, and says people, units and objects in the words of
    its day: `actor_name`, `unit_name`, `target` (empty, or an id, in rows from before they were kept). Kept for the
    whole life of the programme: nothing deletes here, the database refuses every change, and each day is sealed
    (`AuditSeal`). Each year has a table of its own (partitions.py); old ones may lie in sealed files (`AuditArchive`).
    The key in the database is the number with the moment, as the years' tables ask for it; that no number comes twice
    is its sequence's doing.
    """

    at = models.DateTimeField(_("lúc"), auto_now_add=True)
    action = models.CharField(_("việc"), max_length=80)
    actor_id = models.BigIntegerField(_("mã người"), null=True)
    actor = models.CharField(_("người"), max_length=254, blank=True)
    actor_name = models.CharField(_("họ và tên lúc đó"), max_length=150, blank=True, db_default="")
    address = models.GenericIPAddressField(_("từ địa chỉ"), null=True, blank=True)
    unit = models.CharField(_("đơn vị"), max_length=40, blank=True)
    unit_name = models.CharField(_("tên đơn vị lúc đó"), max_length=300, blank=True, db_default="")
    target_type = models.CharField(_("loại đối tượng"), max_length=60, blank=True)
    target_id = models.CharField(_("mã đối tượng"), max_length=60, blank=True)
    target = models.CharField(_("đối tượng"), max_length=300, blank=True)
    reason = models.TextField(_("lý do"), blank=True)
    before = models.JSONField(_("trước"), default=dict, blank=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(_("sau"), default=dict, blank=True, encoder=DjangoJSONEncoder)
    data = models.JSONField(_("chi tiết"), default=dict, encoder=DjangoJSONEncoder)
    request_id = models.CharField(_("mã yêu cầu"), max_length=40, blank=True)
    name_today: str | None  # on rows of `with_people`

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("dòng nhật ký")
        ordering = ["-at", "-id"]
        # Every filter of the viewer reads its index in the order of the list, or few rows.
        indexes = [
            models.Index(fields=["target_type", "target_id", "id"], name="audit_target"),
            models.Index(fields=["at", "id"], name="audit_at"),
            models.Index(fields=["action", "at"], name="audit_action"),
            models.Index(fields=["actor_id", "at"], name="audit_actor"),
            models.Index(fields=["unit", "at"], name="audit_unit"),
            models.Index(fields=["request_id"], name="audit_request"),
            GinIndex(OpClass(VnFold("target"), name="gin_trgm_ops"), name="audit_target_words"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=APPEND_ONLY)]

    def __str__(self) -> str:
        return f"{self.action} {self.target}"

    def get_absolute_url(self) -> str:
        return reverse("audit:auditevent_detail", args=[self.pk])


class RefusalTally(models.Model):
    """How often a person was refused in one window of time: beyond some, refusals are counted and not each written.

    No evidence: what it counts becomes a row of the audit, and then it goes.
    """

    actor_id = models.BigIntegerField(_("mã người"))
    since = models.DateTimeField(_("từ lúc"))
    count = models.PositiveIntegerField(_("số lần"), default=1)

    class Meta:
        verbose_name = _("số lần bị từ chối")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["actor_id", "since"],
                name="one_refusal_tally_per_person_and_window",
                violation_error_message=_("Số lần bị từ chối trong khoảng này đã được đếm."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.actor_id} {self.since:%d/%m/%Y %H:%M}: {self.count}"


class AuditSeal(models.Model):
    """One ended day of the audit, hashed over its rows and the seal of the day before (sealing.py says how).

    Whoever changes, removes or adds a row of a sealed day, or a seal, breaks the chain. Whoever also rewrites the
    chain does not reach the heads that left the host with the logs.
    """

    day = models.DateField(_("ngày"), unique=True)
    first_id = models.BigIntegerField(_("từ dòng"), null=True, blank=True)
    last_id = models.BigIntegerField(_("đến dòng"), null=True, blank=True)
    rows = models.BigIntegerField(_("số dòng"))
    previous_hash = models.CharField(_("mã niêm phong ngày trước"), max_length=64)
    hash = models.CharField(_("mã niêm phong"), max_length=64)
    sealed_at = models.DateTimeField(_("niêm phong lúc"), auto_now_add=True)

    class Meta:
        verbose_name = _("niêm phong nhật ký")
        ordering = ["day"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rows=0, first_id__isnull=True, last_id__isnull=True)
                | Q(rows__gt=0, first_id__isnull=False, last_id__gte=models.F("first_id")),
                name="sealed_rows_have_a_range",
                violation_error_message=_("Ngày có dòng thì phải có khoảng mã dòng; ngày không có dòng thì để trống."),
            )
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=APPEND_ONLY)]

    def __str__(self) -> str:
        return f"{self.day} {self.hash[:12]}"


class AuditCheckQuerySet(models.QuerySet["AuditCheck"]):
    def failing(self) -> Self:
        """The first check that failed since the last good one: from that on something is wrong."""
        good = self.filter(wrong=0).order_by("-pk").values("pk")[:1]
        after = Coalesce(models.Subquery(good), 0)
        first = self.filter(wrong__gt=0, pk__gt=after).order_by("pk").values("pk")[:1]
        return self.filter(pk__in=models.Subquery(first))


class AuditCheck(models.Model):
    """What came of computing every sealed day anew, as `audit_verify` does; beat asks for it each night.

    `findings`: the first of what was wrong, each with its day, what it is, and between which rows.
    """

    checked_at = models.DateTimeField(_("kiểm tra lúc"), auto_now_add=True)
    days = models.PositiveIntegerField(_("số ngày đã niêm phong"))
    rows = models.BigIntegerField(_("số dòng"))
    wrong = models.PositiveIntegerField(_("số điểm sai"))
    findings = models.JSONField(_("các điểm sai đầu tiên"), default=list, blank=True)

    objects = AuditCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("lần kiểm tra niêm phong")
        ordering = ["-pk"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                condition=Q(wrong=0, findings=[]) | (Q(wrong__gt=0) & ~Q(findings=[])),
                name="a_failed_check_names_findings",
                violation_error_message=_("Lần kiểm tra không đạt thì nêu điểm sai; lần đạt thì không có điểm nào."),
            )
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=APPEND_ONLY)]

    def __str__(self) -> str:
        return f"{self.checked_at:%d/%m/%Y %H:%M}: {self.wrong}"


class AuditArchiveQuerySet(models.QuerySet["AuditArchive"]):
    def away(self) -> Self:
        """Years that now lie in files, oldest first: the newest word on each year counts."""
        newest = self.order_by("last_year", "-pk").distinct("last_year").values("pk")
        return self.filter(pk__in=newest, is_away=True).order_by("last_year")


class AuditArchive(models.Model):
    """A year of the audit went into a sealed file, or came back from it (`archive_year`, `restore_year`).

    The first one has all that was before the audit had a table for each year. `head` is the seal of its last day: the
    file proves itself by the seals, which stay here.
    """

    last_year = models.PositiveSmallIntegerField(_("năm"))
    is_away = models.BooleanField(_("ở kho lưu trữ"))
    first_day = models.DateField(_("từ ngày"))
    last_day = models.DateField(_("đến ngày"))
    rows = models.BigIntegerField(_("số dòng"))
    kept = models.BigIntegerField(_("số dòng để lại"))
    file = models.CharField(_("tên tệp"), max_length=200)
    sha256 = models.CharField(_("mã SHA-256 của tệp"), max_length=64)
    head = models.CharField(_("mã niêm phong của ngày cuối"), max_length=64)
    at = models.DateTimeField(_("lúc"), auto_now_add=True)

    objects = AuditArchiveQuerySet.as_manager()

    class Meta:
        verbose_name = _("năm nhật ký lưu trữ")
        default_permissions = ()
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first_day__lte=models.F("last_day"), kept__lte=models.F("rows")),
                name="an_archive_has_days_and_rows",
                violation_error_message=_("Ngày đầu không sau ngày cuối; số dòng để lại không quá số dòng lưu trữ."),
            )
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=APPEND_ONLY)]

    def __str__(self) -> str:
        return f"{self.last_year}: {self.file}"
