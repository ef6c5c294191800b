from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LabsConfig(AppConfig):
    name = "apps.labs"
    verbose_name = _("Hạ tầng đo lường")
