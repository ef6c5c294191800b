from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TasksConfig(AppConfig):
    name = "apps.tasks"
    verbose_name = _("Nhiệm vụ")

    def ready(self) -> None:
        from apps.organisations.fields import offer_among
        from apps.organisations.panels import show_on_unit_page
        from apps.tasks.fields import units_to_lead
        from apps.tasks.unit_panel import tasks_of_unit

        offer_among("leading", units_to_lead)
        show_on_unit_page("tasks/unit_tasks.html", tasks_of_unit)
