"""Who is told of what, and what became of it: subscriptions, the outbox, deliveries and their attempts."""

import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.accounts.models import User
from apps.core.models import TimeStampedModel
from apps.core.moves import NEW, SAME, Move
from apps.organisations.models import OrganisationUnit
from apps.webhooks.guard import LONGEST
from apps.webhooks.registry import event_label

VIEW, ADD, CHANGE = "webhooks.view_subscription", "webhooks.add_subscription", "webhooks.change_subscription"
DELIVER = "webhooks.deliver"  # the kind of the job that sends
Units = ArrayField(models.CharField(max_length=40), default=list, blank=True)  # ids in text: units of any day


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def visible_to(self, user: User) -> Self:
        """Of the programme's administrators, who make them, and of those who look over their shoulder."""
        return self if user.has_perm(VIEW) else self.none()

    def editable_by(self, user: User) -> Self:
        return self if user.has_perm(CHANGE) else self.none()

    def kept(self) -> Self:
        """Those for which events are put by: of a paused one they wait, so that nothing is lost."""
        return self.exclude(state=Subscription.State.REMOVED)

    def with_waiting(self) -> Self:
        waiting = Q(deliveries__state="pending")
        return self.annotate(waiting=models.Count("deliveries", filter=waiting))


class Subscription(TimeStampedModel):
    """One receiver: its address, which events it wants, and whose rights decide what it may learn."""

    class State(models.TextChoices):
        ACTIVE = "active", _("Đang gửi")
        PAUSED = "paused", pgettext_lazy("trạng thái nơi nhận", "Tạm dừng")
        DISABLED = "disabled", _("Ngừng do lỗi")
        REMOVED = "removed", _("Đã gỡ bỏ")

    _LIVING = (State.ACTIVE, State.PAUSED, State.DISABLED)
    MOVES = (
        Move("create", NEW, State.ACTIVE, ADD, "webhook.created", "created_by", "created_at"),
        Move("change", _LIVING, SAME, CHANGE, "webhook.changed"),
        Move("pause", (State.ACTIVE,), State.PAUSED, CHANGE, "webhook.paused"),
        Move("resume", (State.PAUSED, State.DISABLED), State.ACTIVE, CHANGE, "webhook.resumed"),
        Move("disable", (State.ACTIVE,), State.DISABLED, audit="webhook.disabled", machine=DELIVER),
        Move("rotate", _LIVING, SAME, CHANGE, "webhook.rotated", when="secret_at"),
        Move("test", (State.ACTIVE,), SAME, CHANGE, "webhook.tested"),
        Move("remove", _LIVING, State.REMOVED, CHANGE, "webhook.removed"),
    )

    label = models.CharField(_("tên nơi nhận"), max_length=120)
    address = models.CharField(_("địa chỉ nhận"), max_length=LONGEST)
    events = ArrayField(models.CharField(max_length=40), verbose_name=_("sự kiện"))
    unit = models.ForeignKey(
        OrganisationUnit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("đơn vị")
    )
    # Nothing goes out that this person may not see on that day.
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("gửi theo quyền của")
    )
    secret = models.TextField(_("khóa ký (mã hóa)"), blank=True)
    secret_at = models.DateTimeField(_("tạo khóa ký lúc"))
    state = models.CharField(_("trạng thái"), max_length=10, choices=State.choices, default=State.ACTIVE)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("người tạo")
    )
    # Of its failures since it last took something.
    failures = models.PositiveIntegerField(_("số lần lỗi liên tiếp"), default=0)
    failing_since = models.DateTimeField(_("lỗi liên tục từ"), null=True, blank=True)
    quiet_until = models.DateTimeField(_("gửi lại từ"), null=True, blank=True)
    waiting: int  # on rows of `with_waiting`

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("nơi nhận sự kiện")
        verbose_name_plural = _("nơi nhận sự kiện")
        ordering = ["label", "id"]
        default_permissions = ("view", "add", "change")
        constraints = [
            models.UniqueConstraint(
                fields=["label"],
                condition=~Q(state="removed"),
                name="one_webhook_per_label",
                violation_error_message=_("Đã có nơi nhận với tên này."),
            ),
            models.CheckConstraint(
                condition=Q(state="removed", secret="") | (~Q(state="removed") & ~Q(secret="")),
                name="webhook_secret_as_long_as_it_lives",
                violation_error_message=_("Nơi nhận cần có khóa ký; nơi nhận đã gỡ bỏ thì không."),
            ),
            models.CheckConstraint(
                condition=Q(failures=0, failing_since__isnull=True) | Q(failures__gt=0, failing_since__isnull=False),
                name="webhook_failing_since_its_first_failure",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("webhooks:subscription_detail", args=[self.pk])

    @property
    def shown_address(self) -> str:
        """Without its query, in which some receivers carry a key of theirs."""
        path, _mark, query = self.address.partition("?")
        return f"{path}?…" if query else path

    @property
    def event_labels(self) -> list[str]:
        return [event_label(code) for code in self.events]


class Event(models.Model):
    """The outbox: what a service published in its own transaction. Taken away as it is dealt out."""

    kind = models.CharField(max_length=40)
    units = Units  # whom it concerns; none: the whole programme
    data = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("sự kiện chờ phân phát")
        ordering = ["id"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.kind


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(subscription__in=Subscription.objects.visible_to(user))

    def editable_by(self, user: User) -> Self:
        return self.filter(subscription__in=Subscription.objects.editable_by(user))

    def pending(self) -> Self:
        return self.filter(state=Delivery.State.PENDING).order_by("next_at", "occurred_at", "pk")

    def outworn(self, before: datetime) -> Self:
        return self.filter(occurred_at__lt=before)


class Delivery(models.Model):
    """One event for one receiver. Its id stays the same over all attempts: a receiver knows a repetition by it."""

    class State(models.TextChoices):
        PENDING = "pending", _("Chờ gửi")
        DELIVERED = "delivered", _("Đã nhận")
        FAILED = "failed", _("Không gửi được")
        WITHHELD = "withheld", _("Không gửi")

    _OVER = (State.DELIVERED, State.FAILED, State.WITHHELD)
    MOVES = (
        Move("plan", NEW, State.PENDING, machine="webhooks.fan_out"),
        Move("send", (State.PENDING,), State.DELIVERED, when="finished_at", machine=DELIVER),
        Move("send", (State.PENDING,), SAME, when="next_at", machine=DELIVER),
        Move("send", (State.PENDING,), State.FAILED, when="finished_at", machine=DELIVER),
        Move("send", (State.PENDING,), State.WITHHELD, when="finished_at", machine=DELIVER),
        Move("withhold", (State.PENDING,), State.WITHHELD, when="finished_at", machine="service"),
        Move("redeliver", _OVER, State.PENDING, CHANGE, "webhook.redelivered", when="next_at"),
    )

    id = models.UUIDField(_("mã"), primary_key=True, default=uuid.uuid4, editable=False)
    subscription = models.ForeignKey(
        Subscription, models.CASCADE, related_name="deliveries", verbose_name=_("nơi nhận"), db_index=False
    )
    event = models.CharField(_("sự kiện"), max_length=40)
    units = Units
    data = models.JSONField(_("nội dung"))
    occurred_at = models.DateTimeField(_("xảy ra lúc"))
    state = models.CharField(_("trạng thái"), max_length=10, choices=State.choices, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(_("số lần gửi"), default=0)  # since it was last asked for
    next_at = models.DateTimeField(_("gửi lại từ"))
    finished_at = models.DateTimeField(_("kết thúc lúc"), null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("sự kiện gửi đi")
        verbose_name_plural = _("sự kiện gửi đi")
        ordering = ["-occurred_at", "id"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(state="pending", finished_at__isnull=True)
                | (~Q(state="pending") & Q(finished_at__isnull=False)),
                name="delivery_finished_with_its_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["subscription", "-occurred_at", "id"], name="delivery_newest"),
            models.Index(fields=["subscription", "next_at"], condition=Q(state="pending"), name="delivery_pending"),
            models.Index(fields=["occurred_at"], name="delivery_age"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.pk}"

    def get_absolute_url(self) -> str:
        return f"{self.subscription.get_absolute_url()}#log"

    @property
    def label(self) -> str:
        return event_label(self.event)


class Attempt(models.Model):
    """One call: what was answered in how many milliseconds, or why there was no answer. No answer's text is kept."""

    class Failure(models.TextChoices):
        STATUS = "status", _("Nơi nhận trả lời bằng mã lỗi")
        REDIRECT = "redirect", _("Nơi nhận chuyển hướng; địa chỉ chuyển hướng không được gọi")
        SECRET = "secret", _("Không đọc được khóa ký: đổi khóa ký")
        ODD_ADDRESS = "odd_address", _("Địa chỉ nhận không đúng dạng cho phép")
        BARRED = "barred", _("Tên miền trỏ tới địa chỉ mạng không được phép gọi")
        NO_NAME = "no_name", _("Không tìm thấy tên miền")
        NO_CONNECTION = "no_connection", _("Không kết nối được")
        CERTIFICATE = "certificate", _("Chứng thư của nơi nhận không hợp lệ")
        TOO_SLOW = "too_slow", _("Nơi nhận không trả lời trong 5 giây")
        NO_ANSWER = "no_answer", _("Nơi nhận trả lời không đúng giao thức HTTP")
        TOO_LONG = "too_long", _("Câu trả lời dài quá mức")

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="tries", verbose_name=_("sự kiện gửi đi"))
    at = models.DateTimeField(_("lúc"), db_default=Now())
    answer_code = models.PositiveSmallIntegerField(_("mã trả lời"), null=True, blank=True)
    milliseconds = models.PositiveIntegerField(_("thời gian (ms)"))
    failure = models.CharField(_("lỗi"), max_length=20, choices=Failure.choices, blank=True)
    detail = models.CharField(_("chi tiết"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("lần gửi")
        verbose_name_plural = _("lần gửi")
        ordering = ["id"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.delivery_id}: {self.answer_code or self.failure}"
