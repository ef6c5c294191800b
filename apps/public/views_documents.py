"""The acts that what is public stands on. Who is signed in has the whole register at the same address."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.documents.models import LegalDocument
from apps.public.views import PublicPage
from apps.targets.models import Publication


class PublicDocumentsPage(PublicPage):
    template_name = "public/documents.html"
    place = "documents"
    title = _("Văn bản")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        published = Publication.objects.in_force().values("document_id")
        acts = LegalDocument.objects.told_to_all(published).select_related("replaced_by").newest_first()
        last = Publication.objects.in_force().order_by("-pk").first()
        return super().get_context_data(acts=acts, last=last, **kwargs)
