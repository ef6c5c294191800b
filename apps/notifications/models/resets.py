from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class ResetRequest(models.Model):
    """Somebody asked for a new password: which address they typed and from where. Kept a day, to count by."""

    email = models.CharField(_("thư điện tử"), max_length=320)
    address = models.GenericIPAddressField(_("địa chỉ mạng"))
    requested_at = models.DateTimeField(_("lúc"), db_default=Now())

    class Meta:
        verbose_name = _("yêu cầu đặt lại mật khẩu")
        default_permissions = ()
        indexes = [
            models.Index(fields=["email", "requested_at"], name="reset_by_email"),
            models.Index(fields=["address", "requested_at"], name="reset_by_address"),
            models.Index(fields=["requested_at"], name="reset_by_age"),
        ]

    def __str__(self) -> str:
        return self.email
