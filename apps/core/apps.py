from django.apps import AppConfig
from django.conf import settings
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from apps.core import clock


class CoreConfig(AppConfig):
    name = "apps.core"
    verbose_name = _("Nền tảng")

    def ready(self) -> None:
        clock.set_ahead(settings.CLOCK_DAYS_AHEAD)
        autodiscover_modules("derived", "measured")
