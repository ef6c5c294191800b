"""Which hints of pages a person has closed for good."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

LONGEST = 40


class ClosedHint(models.Model):
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="closed_hints", verbose_name=_("của")
    )
    hint = models.CharField(_("gợi ý"), max_length=LONGEST)
    closed_at = models.DateTimeField(_("đóng lúc"), default=timezone.now)

    class Meta:
        verbose_name = _("gợi ý đã đóng")
        verbose_name_plural = _("gợi ý đã đóng")
        ordering = ["user", "hint"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["user", "hint"], name="one_closing_per_hint_and_person")]

    def __str__(self) -> str:
        return self.hint
