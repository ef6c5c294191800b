from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "apps.audit"
    verbose_name = _("Nhật ký hệ thống")

    def ready(self) -> None:
        autodiscover_modules("audited")
