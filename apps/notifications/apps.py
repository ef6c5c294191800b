from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "apps.notifications"
    verbose_name = _("Thư và thông báo")

    def ready(self) -> None:
        # Every process knows what is told of which records, what waits for whom, and every kind of mail: the web
        # process asks for it, the worker writes it.
        autodiscover_modules("subjects", "inbox", "mails")
