"""Entering and correcting acts; what replaced one."""

from typing import Any

from django.contrib import messages
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic.detail import SingleObjectMixin

from apps.core.views import ScopedMixin
from apps.documents import services
from apps.documents.forms import DocumentAddForm, DocumentChangeForm, ReplaceForm, SubjectForm
from apps.documents.issuers import own_body
from apps.documents.models import LegalDocument
from apps.jobs.changing import ChangeFormView


class LegalDocumentAddView(ChangeFormView):
    permission_required = "documents.add_legaldocument"
    form_class = DocumentAddForm
    template_name = "documents/change_form.html"
    title = gettext_lazy("Thêm văn bản")
    submit = gettext_lazy("Lưu văn bản")
    lead = gettext_lazy("Sau khi lưu có thể đính kèm tệp và ghi văn bản mà văn bản này thay thế.")

    def get_initial(self) -> dict[str, Any]:
        return {"issuer": own_body(self.request.user)}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"by": self.request.user}

    def act(self, form: DocumentAddForm) -> LegalDocument:
        made = self.once(form, lambda: services.add_document(form.facts(), by=self.request.user))
        messages.success(self.request, _("Đã thêm văn bản."))
        return LegalDocument.objects.get(pk=made)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(back_url=reverse("documents:legaldocument_list"), **kwargs)


class DocumentFormView(ScopedMixin, SingleObjectMixin, ChangeFormView):
    """A change of one act."""

    permission_required = "documents.change_legaldocument"
    scope = "editable_by"
    queryset = LegalDocument.objects.select_related("replaced_by")
    template_name = "documents/change_form.html"

    @cached_property
    def object(self) -> Any:
        return self.get_object()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(act=self.object, back_url=self.object.get_absolute_url(), **kwargs)


class LegalDocumentChangeView(DocumentFormView):
    form_class = DocumentChangeForm
    title = gettext_lazy("Sửa văn bản")
    submit = gettext_lazy("Lưu thay đổi")
    conflicts = frozenset({"stale"})

    def get_initial(self) -> dict[str, Any]:
        names = ("number", "kind", "issuer", "issued_on", "title")
        return {name: getattr(self.object, name) for name in names} | {"seen": self.object.updated_at.isoformat()}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"by": self.request.user}

    def act(self, form: DocumentChangeForm) -> LegalDocument:
        data = form.cleaned_data
        told = {"reason": data["reason"], "seen": data["seen"], "by": self.request.user}
        changed = services.change_document(self.object, form.facts(), **told)
        messages.success(self.request, _("Đã lưu thay đổi."))
        return changed


class LegalDocumentSubjectView(DocumentFormView):
    """Whoever entered an act along with a decision has the paper in hand."""

    permission_required = "documents.view_legaldocument"
    scope = "without_subject_for"
    form_class = SubjectForm
    title = gettext_lazy("Bổ sung trích yếu")
    submit = gettext_lazy("Lưu trích yếu")
    conflicts = frozenset({"stale"})

    def act(self, form: SubjectForm) -> LegalDocument:
        changed = services.say_subject(self.object, form.cleaned_data["title"], by=self.request.user)
        messages.success(self.request, _("Đã bổ sung trích yếu."))
        return changed


class LegalDocumentReplaceView(DocumentFormView):
    form_class = ReplaceForm
    title = gettext_lazy("Văn bản thay thế")
    submit = gettext_lazy("Lưu")
    lead = gettext_lazy("Văn bản bị thay thế vẫn đứng làm căn cứ của những gì đã ban hành theo nó.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"document": self.object, "by": self.request.user}

    def act(self, form: ReplaceForm) -> LegalDocument:
        chosen = form.cleaned_data["replaced_by"]
        new = services.known_document(chosen, by=self.request.user) if chosen else None
        changed = services.replace_document(self.object, new, by=self.request.user)
        messages.success(self.request, _("Đã lưu văn bản thay thế."))
        return changed
