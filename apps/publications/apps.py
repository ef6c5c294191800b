from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PublicationsConfig(AppConfig):
    name = "apps.publications"
    verbose_name = _("Báo cáo tổng hợp")

    def ready(self) -> None:
        from apps.publications.facts import activities, money, reported, sectors, targets, tasks, units  # noqa: F401
