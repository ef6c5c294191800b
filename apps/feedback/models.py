"""What people say of the portal itself. Nothing here tells who said it, nor at which minute."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.models import CheckedTextModel
from apps.core.moves import NEW, Move

VIEW, CHANGE = "feedback.view_feedback", "feedback.change_feedback"
LONGEST = 1_000
LONGEST_PAGE = 200
INCIDENT = r"^[0-9A-F]{4}-[0-9A-F]{4}$"  # as RequestIdMiddleware makes them
HANDLED_KEPT = timedelta(days=365)


class FeedbackQuerySet(models.QuerySet["Feedback"]):
    def visible_to(self, user: User) -> Self:
        """Of the programme office, whose portal it is."""
        return self if user.has_perm(VIEW) else self.none()

    def editable_by(self, user: User) -> Self:
        return self if user.has_perm(CHANGE) else self.none()

    def open(self) -> Self:
        return self.filter(state=Feedback.State.OPEN)

    def outworn(self, before: datetime) -> Self:
        return self.filter(state=Feedback.State.HANDLED, handled_at__lt=before)


class Feedback(CheckedTextModel):
    """Of the day it came on, not of the moment: by the moment the log of requests would tell whose it is."""

    class Kind(models.TextChoices):
        FAULT = "fault", _("Báo lỗi")
        IDEA = "idea", _("Góp ý")
        UNCLEAR = "unclear", _("Không hiểu")

    class State(models.TextChoices):
        OPEN = "open", _("Chưa xử lý")
        HANDLED = "handled", _("Đã xử lý")

    MOVES = (
        Move("send", NEW, State.OPEN),
        Move("handle", (State.OPEN,), State.HANDLED, CHANGE, "feedback.handled", "handled_by", "handled_at"),
        Move("reopen", (State.HANDLED,), State.OPEN, CHANGE, "feedback.reopened"),
    )

    kind = models.CharField(_("loại"), max_length=10, choices=Kind.choices)
    text = models.TextField(_("nội dung"), max_length=LONGEST)
    page = models.CharField(_("trang"), max_length=LONGEST_PAGE, blank=True)
    incident = models.CharField(_("mã sự cố"), max_length=9, blank=True)
    received_on = models.DateField(_("ngày nhận"), default=timezone.localdate)
    state = models.CharField(_("trạng thái"), max_length=10, choices=State.choices, default=State.OPEN)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("người xử lý"),
    )  # fmt: skip
    handled_at = models.DateTimeField(_("xử lý lúc"), null=True, blank=True)

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        verbose_name = _("góp ý về cổng")
        verbose_name_plural = _("góp ý về cổng")
        ordering = ["-received_on", "-id"]
        default_permissions = ("view", "change")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="handled", handled_by__isnull=False, handled_at__isnull=False)
                | Q(state="open", handled_by__isnull=True, handled_at__isnull=True),
                name="feedback_handled_by_and_at",
            ),
            models.CheckConstraint(condition=Q(incident="") | Q(incident__regex=INCIDENT), name="feedback_incident"),
        ]
        indexes = [models.Index(fields=["state", "received_on"], name="feedback_state")]

    def __str__(self) -> str:
        """Without its words: what is kept of it elsewhere outlives them."""
        return str(_("Góp ý về cổng số %(n)s") % {"n": self.pk})

    def get_absolute_url(self) -> str:
        return reverse("feedback:feedback_detail", args=[self.pk])
