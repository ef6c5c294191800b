from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UpkeepConfig(AppConfig):
    name = "apps.upkeep"
    verbose_name = _("Sao lưu và kiểm tra khôi phục")

    def ready(self) -> None:
        from apps.jobs.selectors import tell_beside
        from apps.upkeep.selectors import standing

        tell_beside("backup", standing)
