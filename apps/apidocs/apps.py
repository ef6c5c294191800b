from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApiDocsConfig(AppConfig):
    name = "apps.apidocs"
    verbose_name = _("Tài liệu API")
