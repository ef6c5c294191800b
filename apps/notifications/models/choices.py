"""Days on which nobody works, and how each person wants to be told."""

from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import CheckedTextModel


class HolidayQuerySet(models.QuerySet["Holiday"]):
    def visible_to(self, user: Any) -> Self:
        return self

    def editable_by(self, user: Any) -> Self:
        return self if user.has_perm("notifications.change_holiday") else self.none()


class Holiday(CheckedTextModel):
    """A working day of the week on which nobody works. Entered from the year's act by whoever runs the programme."""

    day = models.DateField(_("ngày"), unique=True, error_messages={"unique": _("Ngày này đã có trong danh sách.")})
    name = models.CharField(_("dịp nghỉ"), max_length=100)

    objects = HolidayQuerySet.as_manager()

    class Meta:
        verbose_name = _("ngày nghỉ")
        verbose_name_plural = _("ngày nghỉ")
        ordering = ["day"]
        default_permissions = ("change",)

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.name}"


class NotificationChoice(models.Model):
    """Without a row: the morning's mail, and at once what one is asked to act on. The page shows everything anyway."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+", verbose_name=_("người")
    )
    digest = models.BooleanField(_("thư tổng hợp lúc 07:30 ngày làm việc"), default=True)
    at_once = models.BooleanField(_("thư gửi ngay khi nhiệm vụ được trả lại hoặc phê duyệt"), default=True)
    muted = models.JSONField(_("không gửi thư về"), default=list, blank=True)

    class Meta:
        verbose_name = _("lựa chọn nhận thông báo")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user_id}"


class CalendarLink(models.Model):
    """A private address of one's due dates. Only its hash is kept: who reads the table opens nobody's calendar."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+", verbose_name=_("người")
    )
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(_("tạo lúc"), auto_now_add=True)

    class Meta:
        verbose_name = _("liên kết lịch")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user_id}"
