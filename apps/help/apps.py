from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HelpConfig(AppConfig):
    name = "apps.help"
    verbose_name = _("Trợ giúp")

    def ready(self) -> None:
        from apps.dashboard.searching import find_also
        from apps.help.searching import group_of

        find_also("help", group_of)
