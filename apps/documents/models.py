from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import TimeStampedModel


class LegalDocument(TimeStampedModel):
    """A numbered act that targets, units and tasks stand on."""

    number = models.CharField(_("số, ký hiệu"), max_length=80, unique=True)
    kind = models.CharField(_("loại văn bản"), max_length=60)
    title = models.TextField(_("trích yếu"))
    issuer = models.CharField(_("cơ quan ban hành"), max_length=150)
    issued_on = models.DateField(_("ngày ban hành"), null=True, blank=True)
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("thay thế")
    )

    class Meta:
        verbose_name = _("văn bản")
        ordering = ["issued_on", "number"]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}".strip()

    def natural_key(self) -> tuple[str]:
        return (self.number,)


class StoredFile(models.Model):
    """A file kept by its hash: the same bytes are kept once."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField(_("cỡ (byte)"))
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("tệp lưu")

    def __str__(self) -> str:
        return self.sha256[:12]
