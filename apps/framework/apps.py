from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FrameworkConfig(AppConfig):
    name = "apps.framework"
    verbose_name = _("Kế hoạch triển khai Đề án")
