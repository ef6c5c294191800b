"""What of the published figures goes to the national reporting system, and what became of it."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.moves import NEW, SAME, Move
from apps.targets.models import Publication
from apps.webhooks.models import Attempt

VIEW, CHANGE = "handover.view_handover", "handover.change_handover"
PREPARE, SEND = "handover.prepare", "handover.send"  # the kinds of the jobs
ANSWER_KEPT = 4_096  # bytes of what they answer


def is_set_up() -> bool:
    return bool(settings.NATIONAL_REPORTING_URL and settings.NATIONAL_REPORTING_KEY)


class HandoverQuerySet(models.QuerySet["Handover"]):
    def visible_to(self, user: User) -> Self:
        return self if user.has_perm(VIEW) else self.none()

    def editable_by(self, user: User) -> Self:
        return self if user.has_perm(CHANGE) else self.none()

    def of_period(self, period_id: int) -> Self:
        return self.filter(publication__closing__period=period_id)

    def in_turn(self) -> Self:
        """Those that wait, of each period the first: what takes figures back goes before what brings new ones."""
        earlier = Handover.objects.filter(
            publication__closing__period=OuterRef("publication__closing__period"),
            state=Handover.State.PENDING,
            number__lt=OuterRef("number"),
        )
        return self.filter(~Exists(earlier), state=Handover.State.PENDING).order_by("next_at", "number")


class Handover(models.Model):
    """One message. Its id stays the same over all attempts, by which their system knows a repetition."""

    class Kind(models.TextChoices):
        VALUES = "values", _("Số liệu đã công bố")
        WITHDRAWAL = "withdrawal", _("Rút số liệu đã chuyển")

    class State(models.TextChoices):
        PENDING = "pending", _("Chờ gửi")
        DELIVERED = "delivered", _("Đã nhận")
        FAILED = "failed", _("Không gửi được")
        WITHHELD = "withheld", _("Không gửi")

    MOVES = (
        Move("plan", NEW, State.PENDING, audit="handover.planned", machine=PREPARE),
        Move("send", (State.PENDING,), State.DELIVERED, audit="handover.delivered", when="finished_at", machine=SEND),
        Move("send", (State.PENDING,), SAME, when="next_at", machine=SEND),
        Move("send", (State.PENDING,), State.FAILED, audit="handover.failed", when="finished_at", machine=SEND),
        Move("withhold", (State.PENDING,), State.WITHHELD, audit="handover.withheld", when="finished_at",
             machine=PREPARE),
        Move("resend", (State.FAILED,), State.PENDING, CHANGE, "handover.resent", when="next_at",
             only_if="still_holds"),
    )  # fmt: skip

    id = models.UUIDField(_("mã"), primary_key=True, default=uuid.uuid4, editable=False)
    number = models.PositiveIntegerField(_("số thứ tự"), unique=True)
    publication = models.ForeignKey(Publication, models.PROTECT, related_name="+", verbose_name=_("công bố số liệu"))
    kind = models.CharField(_("nội dung"), max_length=10, choices=Kind.choices)
    body = models.TextField(_("thông điệp"))  # as it is sent, to the byte
    state = models.CharField(_("trạng thái"), max_length=10, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(_("số lần gửi"), default=0)  # since it was last asked for
    next_at = models.DateTimeField(_("gửi từ"))
    created_at = models.DateTimeField(_("lập lúc"), default=timezone.now)
    finished_at = models.DateTimeField(_("kết thúc lúc"), null=True, blank=True)
    receipt = models.CharField(_("số biên nhận"), max_length=100, blank=True)  # theirs
    received_at = models.DateTimeField(_("biên nhận lúc"), null=True, blank=True)
    answer = models.TextField(_("câu trả lời"), blank=True)  # the last one, so much of it as is kept

    objects = HandoverQuerySet.as_manager()

    class Meta:
        verbose_name = _("lần chuyển số liệu")
        verbose_name_plural = _("các lần chuyển số liệu")
        ordering = ["-number"]
        default_permissions = ("view", "change")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="pending", finished_at__isnull=True)
                | (~Q(state="pending") & Q(finished_at__isnull=False)),
                name="handover_finished_with_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(state="delivered", received_at__isnull=False)
                | (~Q(state="delivered") & Q(received_at__isnull=True, receipt="")),
                name="handover_delivered_with_its_receipt",
            ),
        ]
        indexes = [models.Index(fields=["next_at"], condition=Q(state="pending"), name="handover_pending")]

    def __str__(self) -> str:
        return _now("Lần chuyển số liệu %(number)s") % {"number": self.number}

    def get_absolute_url(self) -> str:
        return reverse("handover:handover_detail", args=[self.pk])

    @property
    def still_holds(self) -> bool:
        """Figures that were taken back since are not sent any more; that they were, is."""
        return self.kind == self.Kind.WITHDRAWAL or self.publication.is_in_force

    def why_not(self, verb: str) -> str:
        if verb == "resend" and not self.still_holds:
            return _now("Công bố này đã được rút nên không chuyển số liệu nữa.")
        return ""


class HandoverAttempt(models.Model):
    """One call: what was answered in how many milliseconds, or why there was no answer."""

    handover = models.ForeignKey(Handover, models.CASCADE, related_name="tries", verbose_name=_("lần chuyển số liệu"))
    at = models.DateTimeField(_("lúc"), db_default=Now())
    answer_code = models.PositiveSmallIntegerField(_("mã trả lời"), null=True, blank=True)
    milliseconds = models.PositiveIntegerField(_("thời gian (ms)"))
    failure = models.CharField(_("lỗi"), max_length=20, choices=Attempt.Failure.choices, blank=True)
    detail = models.CharField(_("chi tiết"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("lần gửi")
        verbose_name_plural = _("lần gửi")
        ordering = ["id"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.handover_id}: {self.answer_code or self.failure}"
