"""What is done to keep the portal: backups, the archive of the log, drills. Written by whoever does it, read by people.

The backups themselves tell what there is (their manifests): these rows tell people, who do not look into the folder.
"""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User

VIEW = "upkeep.view_run"
# After so long without a good one people are told. A drill that runs by itself comes each night; by hand each month.
BACKUP_LIMIT, ARCHIVE_LIMIT = timedelta(hours=36), timedelta(minutes=15)
DRILL_LIMIT, DRILL_BY_HAND_LIMIT = timedelta(days=3), timedelta(days=35)


class RunQuerySet(models.QuerySet["Run"]):
    def visible_to(self, user: User) -> Self:
        """Of the programme office, whose portal it is."""
        return self if user.has_perm(VIEW) else self.none()

    def good(self) -> Self:
        return self.filter(outcome=Run.Outcome.GOOD)

    def overdue(self, now: datetime) -> Self:
        """Of each kind whose last good one is too old that one; where none was good, the first that was awaited."""
        same = Run.objects.filter(kind=OuterRef("kind"))
        newest = same.good().order_by("-finished_at", "-pk").values("pk")[:1]
        first = same.order_by("started_at", "pk").values("pk")[:1]
        late = Q(pk__in=[])
        for kind, limit in limits().items():
            late |= Q(kind=kind, stood_at__lt=now - limit)
        rows = self.annotate(stood_at=Coalesce("finished_at", "started_at"))
        return rows.filter(late, pk=Coalesce(Subquery(newest), Subquery(first)))

    def outworn(self, before: datetime) -> Self:
        """Older ones of which the kind has a newer good one."""
        newer = Run.objects.good().filter(kind=OuterRef("kind"), started_at__gt=OuterRef("started_at"))
        return self.filter(Exists(newer), started_at__lt=before)


class Run(models.Model):
    class Kind(models.TextChoices):
        BACKUP = "backup", _("Sao lưu")
        ARCHIVE = "archive", _("Lưu nhật ký giao dịch")
        DRILL = "drill", _("Khôi phục thử")

    class Outcome(models.TextChoices):
        AWAITED = "awaited", _("Chưa chạy")
        RUNNING = "running", _("Đang chạy")
        GOOD = "good", _("Đạt")
        BAD = "bad", _("Không đạt")

    kind = models.CharField(_("loại"), max_length=10, choices=Kind)
    name = models.CharField(_("bản sao"), max_length=60, blank=True)
    started_at = models.DateTimeField(_("bắt đầu lúc"))
    finished_at = models.DateTimeField(_("kết thúc lúc"), null=True)
    outcome = models.CharField(_("kết quả"), max_length=10, choices=Outcome)
    trouble = models.TextField(_("lỗi"), blank=True)
    facts = models.JSONField(_("số đo"), default=dict)

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = _("lần sao lưu hoặc khôi phục thử")
        verbose_name_plural = _("sao lưu và khôi phục thử")
        ordering = ["-started_at", "-id"]
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome__in=["good", "bad"], finished_at__isnull=False)
                | Q(outcome__in=["awaited", "running"], finished_at__isnull=True),
                name="upkeep_run_ended_with_an_outcome",
                violation_error_message=_("Lần chạy đã kết thúc phải có kết quả và thời điểm kết thúc."),
            ),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | Q(finished_at__gte=F("started_at")),
                name="upkeep_run_ends_after_its_start",
                violation_error_message=_("Thời điểm kết thúc phải sau thời điểm bắt đầu."),
            ),
        ]
        indexes = [models.Index(fields=["kind", "started_at"], name="upkeep_run_kind")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.name}".strip()


def limits() -> dict[str, timedelta]:
    drill = DRILL_LIMIT if settings.BACKUP_IDENTITY else DRILL_BY_HAND_LIMIT
    return {Run.Kind.BACKUP: BACKUP_LIMIT, Run.Kind.ARCHIVE: ARCHIVE_LIMIT, Run.Kind.DRILL: drill}
