"""What stands below a DocumentField while somebody types."""

from collections.abc import Sequence
from typing import Any

from apps.core.picking import Option, PickView
from apps.documents.fields import ADD
from apps.documents.issuers import likely
from apps.documents.models import LegalDocument
from apps.documents.numbers import split_number
from apps.documents.selectors import documents_named, labels_of

MOST = 12


class LegalDocumentChoicesView(PickView):
    permission_required = "documents.view_legaldocument"
    template_name = "documents/document_options.html"

    def found(self, text: str) -> Sequence[Option]:
        seen = LegalDocument.objects.visible_to(self.request.user)
        rows = list(seen.search(text).newest_first()[:MOST])
        meant = {row.pk for row in documents_named(text)} if text else set()
        labels = labels_of(rows)
        return [Option(labels[row.pk], row.shown_title, row.pk in meant) for row in rows]

    def context_of(self, text: str) -> dict[str, Any]:
        """A number that is not there yet may be added, of the kind and by the issuer of the last one like it."""
        context = super().context_of(text)
        kind, number = split_number(text) if text.isprintable() else ("", "")
        wanted = "add" in self.request.GET and self.request.user.has_perm(ADD)
        if wanted and any(char.isdecimal() for char in number) and not any(one.is_meant for one in context["options"]):
            likely_kind, issuer = likely(number, self.request.user)
            context |= {"new": True, "number": number, "kind": kind or likely_kind, "issuer": issuer}
        return context
