from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    name = "apps.documents"
    verbose_name = _("Văn bản, tệp")

    def ready(self) -> None:
        autodiscover_modules("on_acts", "evidence")
