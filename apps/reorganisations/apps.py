from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReorganisationsConfig(AppConfig):
    """What is done to units. The rows of acts stay with the units, which point to them: no models here."""

    name = "apps.reorganisations"
    verbose_name = _("Sắp xếp đơn vị")
