from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HelpConfig(AppConfig):
    name = "apps.help"
    verbose_name = _("Trợ giúp")
