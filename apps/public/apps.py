from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PublicConfig(AppConfig):
    name = "apps.public"
    verbose_name = _("Trang công khai")

    def ready(self) -> None:
        from apps.core.open_pages import show_strangers
        from apps.public.views import ResultsPage
        from apps.public.views_documents import PublicDocumentsPage

        show_strangers("dashboard:home", ResultsPage)
        show_strangers("documents:legaldocument_list", PublicDocumentsPage)
