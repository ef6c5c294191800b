from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "apps.reports"
    verbose_name = _("Báo cáo hằng năm")

    def ready(self) -> None:
        from apps.organisations.fields import offer_among
        from apps.reports.audience import units_to_add

        offer_among("reporting", units_to_add)
