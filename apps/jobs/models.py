"""The queue is this table: a job is a row first, written with the change it belongs to; the broker only rings."""

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models.functions import Greatest, Now
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.core.moves import NEW, Move
from apps.jobs.registry import label_of

if TYPE_CHECKING:
    from apps.accounts.models import User

EXPORT = "jobs.export"  # the kind whose result is a file
FINISHED_KEPT = timedelta(
    days=90
)  # what the portal did for whom stays readable for a quarter; the audit stays for good


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Central staff see every job, everybody else what they asked for."""
        if user.has_perm("jobs.view_job"):
            return self
        return self.filter(requested_by_id=user.pk) if user.pk else self.none()

    def files_of(self, user: "User | AnonymousUser") -> Self:
        """Files that were written for this person: nobody else's, whatever their rights."""
        return self.filter(kind=EXPORT, state=Job.State.DONE, requested_by_id=user.pk)

    def editable_by(self, user: "User | AnonymousUser") -> Self:
        return self.visible_to(user) if user.has_perm("jobs.change_job") else self.none()

    def due(self) -> Self:
        """Pending, its moment come, and no bell rung for it lately (a message may be lost: rows are never)."""
        rung_before = Now() - timedelta(seconds=settings.JOBS_REPUBLISH_SECONDS)
        return self.filter(
            models.Q(published_at=None) | models.Q(published_at__lt=rung_before),
            state=Job.State.PENDING,
            not_before__lte=Now(),
        ).order_by("created_at")

    def silent(self) -> Self:
        """Running without a sign of life for long: its worker lives and hangs. (One that died is seen by claims.py.)"""
        heartbeat = JobHeartbeat.objects.filter(pk=models.OuterRef("pk")).values("at")
        return (
            self.filter(state=Job.State.RUNNING)
            .annotate(alive_at=Greatest("started_at", models.Subquery(heartbeat)))
            .filter(alive_at__lt=Now() - timedelta(seconds=settings.JOBS_STALE_SECONDS))
        )

    def outworn(self, before: datetime) -> Self:
        """Done before that moment and spoken of by no other row. A failed one stays until somebody has looked at it."""
        rows = self.filter(state=Job.State.DONE, finished_at__lt=before)
        for relation in Job._meta.get_fields(include_hidden=True):
            if isinstance(relation, models.ManyToOneRel):
                speaking = relation.related_model._base_manager.filter(**{relation.field.name: models.OuterRef("pk")})
                rows = rows.exclude(models.Exists(speaking))
        return rows

    def give_back(self, *, error: str, not_before: models.Expression | None = None) -> int:
        """Into the queue again, without the key against twins: a newer one may be waiting under it by now."""
        return self.update(
            state=Job.State.PENDING,
            not_before=not_before or Now(),
            published_at=None,
            started_at=None,
            finished_at=None,
            dedupe_key="",
            error=error,
        )


class Job(models.Model):
    """One piece of background work. `services.enqueue()` writes it; relay and consumer move it on."""

    class State(models.TextChoices):
        PENDING = "pending", _("Đang chờ")
        RUNNING = "running", _("Đang chạy")
        DONE = "done", _("Đã xong")
        FAILED = "failed", _("Thất bại")

    # The machine moves many rows in one statement, and in its order of locks: consumer.py and relay.py keep these
    # moves in their conditions. A claim fails where an attempt has killed its process too often.
    MOVES = (
        Move("enqueue", NEW, State.PENDING, who="requested_by", when="created_at", machine="service"),
        Move("claim", (State.PENDING,), State.RUNNING, when="started_at", machine="worker"),
        Move("claim", (State.PENDING,), State.FAILED, when="finished_at", machine="worker"),
        Move("carry_out", (State.RUNNING,), State.DONE, when="finished_at", machine="worker"),
        Move("put_back", (State.RUNNING,), State.PENDING, machine="worker"),
        Move("put_back", (State.RUNNING,), State.FAILED, when="finished_at", machine="worker"),
        Move("sweep", (State.RUNNING,), State.PENDING, machine="relay"),
        Move("sweep", (State.RUNNING,), State.FAILED, when="finished_at", machine="relay"),
        Move("retry", (State.FAILED,), State.PENDING, "jobs.change_job", "job.retried"),
    )

    id = models.UUIDField(_("mã"), primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("loại tác vụ"), max_length=80)
    queue = models.CharField(_("hàng đợi"), max_length=20)
    payload = models.JSONField(_("tham số"), default=dict)
    dedupe_key = models.CharField(_("khóa chống trùng"), max_length=200, blank=True)
    state = models.CharField(_("trạng thái"), max_length=10, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(_("số lần thử"), default=0)
    not_before = models.DateTimeField(_("không chạy trước"), db_default=Now())
    published_at = models.DateTimeField(_("báo hàng đợi lúc"), null=True)
    created_at = models.DateTimeField(_("tạo lúc"), db_default=Now())
    started_at = models.DateTimeField(_("bắt đầu lúc"), null=True)
    finished_at = models.DateTimeField(_("kết thúc lúc"), null=True)
    error = models.TextField(_("lỗi"), blank=True)
    result = models.JSONField(_("kết quả"), null=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("người yêu cầu")
    )
    unit = models.CharField(_("đơn vị"), max_length=40, blank=True)  # its id in text: units live in a higher app
    # Of the request that asked first: what the job writes down is found beside what the request itself did.
    request_id = models.CharField(_("mã yêu cầu"), max_length=40, blank=True, db_default="")

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("tác vụ nền")
        verbose_name_plural = _("tác vụ nền")
        ordering = ["-created_at", "id"]
        constraints = [
            # While pending only: a request that comes after the work began has facts the work did not read.
            models.UniqueConstraint(
                fields=["dedupe_key"],
                condition=models.Q(state="pending") & ~models.Q(dedupe_key=""),
                name="one_pending_job_per_dedupe_key",
                violation_error_message=_("Tác vụ này đang chờ xử lý."),
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["done", "failed"], finished_at__isnull=False)
                | models.Q(state__in=["pending", "running"], finished_at__isnull=True),
                name="job_finished_with_its_moment",
                violation_error_message=_("Tác vụ đã kết thúc phải có thời điểm kết thúc."),
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], condition=models.Q(state="pending"), name="job_pending"),
            models.Index(fields=["queue", "unit"], condition=models.Q(state="running"), name="job_running"),
            models.Index(fields=["-created_at", "id"], name="job_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.get_state_display()})"

    def get_absolute_url(self) -> str:
        return reverse("jobs:job_progress", args=[self.pk])

    @property
    def label(self) -> str:
        return label_of(self.kind)

    def why_not(self, verb: str) -> str:
        return _now("Chỉ chạy lại được tác vụ đã thất bại.")

    @property
    def is_finished(self) -> bool:
        return self.state in (self.State.DONE, self.State.FAILED)

    @property
    def is_file(self) -> bool:
        return self.kind == EXPORT and self.state == Job.State.DONE

    @property
    def heartbeat(self) -> "JobHeartbeat | None":
        return JobHeartbeat.objects.filter(pk=self.pk).first()


class JobHeartbeat(models.Model):
    """Life and progress of a running job, written over a second connection.

    Without a foreign key: the job row is locked, and its transaction unseen, until the effect commits.
    """

    job_id = models.UUIDField(primary_key=True)
    at = models.DateTimeField(_("lúc"))
    done = models.PositiveIntegerField(_("đã làm"), default=0)
    total = models.PositiveIntegerField(_("tổng số"), default=0)
    message = models.CharField(_("đang làm"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("tiến độ tác vụ nền")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.job_id}: {self.done}/{self.total}"

    @property
    def percent(self) -> int | None:
        return min(100, self.done * 100 // self.total) if self.total else None


class QueueHeartbeat(models.Model):
    """When a worker last answered on this queue."""

    queue = models.CharField(_("hàng đợi"), primary_key=True, max_length=20)
    at = models.DateTimeField(_("lúc"))

    class Meta:
        verbose_name = _("nhịp của hàng đợi")
        default_permissions = ()

    def __str__(self) -> str:
        return self.queue


class ClockBell(models.Model):
    """When beat last rang this bell, for whichever beat leads next."""

    name = models.CharField(_("tên"), primary_key=True, max_length=100)
    rung_at = models.DateTimeField(_("lúc"))

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class IdempotencyKey(models.Model):
    """A request already answered: the same key of the same person makes no second record."""

    key = models.CharField(_("khóa"), max_length=100)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("người"))
    created_at = models.DateTimeField(_("tạo lúc"), db_default=Now())
    response = models.JSONField(_("câu trả lời"), null=True)

    class Meta:
        verbose_name = _("khóa chống gửi lặp")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["key", "user"],
                name="one_answer_per_key_and_user",
                violation_error_message=_("Yêu cầu này đã được gửi."),
            )
        ]

    def __str__(self) -> str:
        return self.key
