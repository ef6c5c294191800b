from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class WebhooksConfig(AppConfig):
    name = "apps.webhooks"
    verbose_name = _("Thông báo tự động tới hệ thống khác")

    def ready(self) -> None:
        # Every process knows every event: the web process offers them, the worker asks who may see one.
        autodiscover_modules("published")
