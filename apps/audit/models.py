import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEvent(models.Model):
    """Who did what, when and why. Written once by `record()`; the database refuses every change.

    Kept without foreign keys: the row outlives what it speaks of.
    """

    at = models.DateTimeField(_("lúc"), auto_now_add=True, db_index=True)
    action = models.CharField(_("việc"), max_length=80)
    actor_id = models.BigIntegerField(_("mã người"), null=True)
    actor = models.CharField(_("người"), max_length=254, blank=True)
    unit = models.CharField(_("đơn vị"), max_length=40, blank=True)
    target_type = models.CharField(_("loại đối tượng"), max_length=60, blank=True)
    target_id = models.CharField(_("mã đối tượng"), max_length=60, blank=True)
    target = models.CharField(_("đối tượng"), max_length=300, blank=True)
    reason = models.TextField(_("lý do"), blank=True)
    data = models.JSONField(_("chi tiết"), default=dict)
    request_id = models.CharField(_("mã yêu cầu"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("dòng nhật ký")
        ordering = ["-id"]
        indexes = [models.Index(fields=["target_type", "target_id", "id"], name="audit_target")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.action} {self.target}"
