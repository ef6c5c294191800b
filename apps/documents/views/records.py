"""The register of acts, and the page of one act: what it says, what replaced it, what stands on it, its files."""

from typing import Any

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.db.models import CharField, Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils.translation import gettext_lazy as _
from django.views.generic import DetailView

from apps.core.open_pages import OpenToStrangersMixin
from apps.core.views import ScopedMixin, TableView
from apps.documents.filters import LegalDocumentFilter
from apps.documents.models import Attachment, LegalDocument, LegalDocumentQuerySet
from apps.documents.registry import parts_of, signers_of
from apps.documents.selectors import attachments_of
from apps.documents.tables import LegalDocumentTable

CHANGE = "documents.change_legaldocument"


def with_file_count(documents: LegalDocumentQuerySet) -> LegalDocumentQuerySet:
    """How many files hang on each; none is empty rather than 0."""
    hanging = Attachment.objects.kept().filter(
        owner_kind=LegalDocument._meta.label_lower, owner_id=Cast(OuterRef("pk"), CharField())
    )
    count = hanging.order_by().values("owner_id").values(count=Count("pk"))
    return documents.annotate(files=NullIf(Coalesce(Subquery(count, output_field=IntegerField()), 0), 0))


class LegalDocumentListView(OpenToStrangersMixin, TableView):
    permission_required = "documents.view_legaldocument"
    queryset = LegalDocument.objects.select_related("replaced_by")
    filterset_class = LegalDocumentFilter
    table_class = LegalDocumentTable
    template_name = "documents/legaldocument_list.html"
    export_name = "van-ban"
    title = _("Văn bản")
    noun = _("văn bản")
    lead = _("Văn bản làm căn cứ của mục tiêu, đơn vị, kỳ số liệu; mỗi văn bản nhập một lần, chọn lại ở mọi nơi.")
    empty_title = _("Chưa có văn bản nào")

    def get_queryset(self) -> LegalDocumentQuerySet:
        return with_file_count(super().get_queryset()).newest_first()


class LegalDocumentDetailView(PermissionRequiredMixin, ScopedMixin, DetailView):
    permission_required = "documents.view_legaldocument"
    queryset = LegalDocument.objects.select_related("replaced_by", "added_by", "changed_by")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        act, user = self.object, self.request.user
        return super().get_context_data(
            title=str(act),
            chain=_later(act),
            replaces=act.replaces.visible_to(user).newest_first(),
            parts=parts_of(act, user),
            signers=signers_of(act, user),
            may_say_subject=not act.title and (user.has_perm(CHANGE) or act.added_by_id == user.pk),
            files=attachments_of(act, user),
            may_change=user.has_perm(CHANGE),
            **kwargs,
        )


def _later(act: LegalDocument) -> list[LegalDocument]:
    """The acts that came after it, the last one in force."""
    chain: list[LegalDocument] = []
    while act.replaced_by and act.replaced_by not in chain:
        act = act.replaced_by
        chain.append(act)
    return chain
