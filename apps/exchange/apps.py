from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    name = "apps.exchange"
    verbose_name = _("Nhập dữ liệu")

    def ready(self) -> None:
        autodiscover_modules("resources")
