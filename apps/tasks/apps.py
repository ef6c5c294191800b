from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TasksConfig(AppConfig):
    name = "apps.tasks"
    verbose_name = _("Nhiệm vụ")

    def ready(self) -> None:
        from apps.organisations.fields import offer_among
        from apps.tasks.fields import units_to_lead

        offer_among("leading", units_to_lead)
