"""The acts that what is public stands on. Who is signed in has the whole register at the same address."""

import re
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.documents.models import LegalDocument
from apps.public.views import PublicPage
from apps.targets.models import Publication

DIGITS = re.compile("([0-9]+)")


class PublicDocumentsPage(PublicPage):
    template_name = "public/documents.html"
    place = "documents"
    title = _("Văn bản")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        published = Publication.objects.in_force().values("document_id")
        told = {one.pk: one for one in LegalDocument.objects.told_to_all(published)}
        acts = sorted(told.values(), key=newest_first)
        last = Publication.objects.in_force().order_by("-pk").first()
        return super().get_context_data(
            acts=[
                (act, told.get(act.replaced_by_id or 0)) for act in acts
            ],  # an act that is not told is not named either
            has_dash=any(not act.title or not act.issued_on for act in acts),
            last=last,
            **kwargs,
        )


def newest_first(act: LegalDocument) -> tuple[Any, ...]:
    """Those without a day last; of one day by number as people count: 2/QĐ before 10/QĐ."""
    return act.issued_on is None, -act.issued_on.toordinal() if act.issued_on else 0, by_number(act.number), act.pk


def by_number(number: str) -> list[tuple[int, str]]:
    """Words and the numbers between them, one after the other."""
    parts = DIGITS.split(number)
    return [(int(part), "") if at % 2 else (-1, part) for at, part in enumerate(parts)]
