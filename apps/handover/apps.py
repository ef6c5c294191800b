from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HandoverConfig(AppConfig):
    name = "apps.handover"
    verbose_name = _("Chuyển số liệu lên hệ thống báo cáo quốc gia")

    def ready(self) -> None:
        from apps.handover import checking  # noqa: F401 - the system's checks are registered by being read
