"""What a person was told: on the page of notifications, and by which mail."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User


class DigestDay(models.Model):
    """The morning's mails of this day were asked for: a second bell finds the day and asks for none."""

    day = models.DateField(_("ngày"), primary_key=True)
    at = models.DateTimeField(_("lúc"), auto_now_add=True)

    class Meta:
        verbose_name = _("ngày gửi thư tổng hợp")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y}"


class Digest(models.Model):
    """One mail of one morning to one person; what stands in it points here."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("người nhận"))
    day = models.DateField(_("ngày"))

    class Meta:
        verbose_name = _("thư tổng hợp")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["user", "day"],
                name="one_digest_per_person_and_day",
                violation_error_message=_("Mỗi người nhận một thư tổng hợp mỗi ngày."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.day:%d/%m/%Y}"


class NotificationQuerySet(models.QuerySet["Notification"]):
    def visible_to(self, user: Any) -> Self:
        """One's own. Whether what it speaks of may still be seen is asked when it is read: `selectors.seen`."""
        return self.filter(user=user.pk)

    def editable_by(self, user: User) -> Self:
        return self.visible_to(user)

    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)


class Notification(models.Model):
    """Told once: `event` names what happened, so that a job that runs twice tells nobody twice."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("người nhận"))
    kind = models.CharField(_("loại"), max_length=60)
    event = models.CharField(_("sự kiện"), max_length=100)
    target_kind = models.CharField(_("loại đối tượng"), max_length=60)
    target_id = models.CharField(_("đối tượng"), max_length=40)
    unit = models.CharField(_("đơn vị"), max_length=40, blank=True)  # its id in text: units live in a higher app
    facts = models.JSONField(_("thông tin kèm theo"), default=dict, blank=True)  # the words are made when it is read
    due_on = models.DateField(_("hạn"), null=True, blank=True)
    at_once = models.BooleanField(_("có thư riêng"), default=False)
    digest = models.ForeignKey(
        Digest, models.SET_NULL, null=True, blank=True, related_name="notifications", verbose_name=_("thư tổng hợp")
    )
    created_at = models.DateTimeField(_("lúc"), auto_now_add=True)
    read_at = models.DateTimeField(_("đọc lúc"), null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("thông báo")
        verbose_name_plural = _("thông báo")
        ordering = ["-created_at", "-id"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["user", "event"],
                name="told_once_of_an_event",
                violation_error_message=_("Người này đã được thông báo."),
            )
        ]
        indexes = [
            models.Index(fields=["user", "-created_at", "-id"], name="told_newest"),
            models.Index(fields=["user"], condition=Q(read_at__isnull=True), name="told_unread"),
            models.Index(
                fields=["user"],
                condition=Q(digest__isnull=True, at_once=False, read_at__isnull=True),
                name="told_for_the_digest",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.target_kind} {self.target_id}"
