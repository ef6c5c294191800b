"""Choosing an act wherever one is asked for, or entering it there and then, so that no number is typed twice."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.core.fields import DayField, RefusableForm, TextField
from apps.core.picking import PickField, PickWidget
from apps.documents.models import LegalDocument
from apps.documents.numbers import KINDS, split_number
from apps.documents.selectors import documents_named, labels_of
from apps.documents.services import DocumentFacts

OFFERED = 200  # labels that come with a page for browsers without scripts
ADD = "documents.add_legaldocument"


class NewDocumentFields(RefusableForm):
    """What is asked of an act beside its number."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Loại văn bản"),
        choices=[("", gettext_lazy("Chọn loại văn bản")), *((one, one) for one in KINDS)],
        error_messages={"required": gettext_lazy("Chọn loại văn bản.")},
    )
    issuer = TextField(label=gettext_lazy("Cơ quan ban hành"), max_length=150)
    issued_on = DayField(label=gettext_lazy("Ngày ban hành"), required=False)
    title = TextField(label=gettext_lazy("Trích yếu"), max_length=1000, required=False)


class DocumentWidget(PickWidget):
    """Beside the number the fields of a new act, named `<field>-kind` and so on."""

    template_name = "documents/document_picker.html"
    field: "DocumentField"
    entered: NewDocumentFields | None = None

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        self.entered = NewDocumentFields(data, prefix=name)
        return super().value_from_datadict(data, files, name)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        if self.field.may_add:
            context["entered"] = self._shown(name)
            context["is_new"] = self.field.is_new
        return context

    def _shown(self, name: str) -> NewDocumentFields:
        """Where no new act was meant, nobody is told what lacks of it."""
        if self.entered is None or self.field.is_new:
            return self.entered or NewDocumentFields(prefix=name)
        return NewDocumentFields(prefix=name, initial={one.name: one.value() for one in self.entered})


class DocumentHidden(forms.HiddenInput):
    """What was typed, carried from page to page: the number with all that describes a new act."""

    template_name = "documents/document_hidden.html"

    def __init__(self, entered: NewDocumentFields | None) -> None:
        self.entered = entered
        super().__init__()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return super().get_context(name, value, attrs) | {"entered": self.entered}


class DocumentField(PickField):
    """Cleaned it is a LegalDocument, or the DocumentFacts of a new one; `known_document` makes either one an act.

    A new one only for whoever may add acts: `form.fields["document"].offer_to(user)`.
    """

    route = "documents:legaldocument_choices"
    unknown = gettext_lazy("Chưa có văn bản “%(text)s” trong cổng")
    may_add = False
    is_new = False  # the new act's fields are open

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Văn bản"))
        kwargs.setdefault("help_text", gettext_lazy("Nhập số, ký hiệu hoặc một phần trích yếu rồi chọn."))
        super().__init__(**{"widget": DocumentWidget(self), **kwargs})

    def offer_to(self, user: User) -> None:
        self.may_add = user.has_perm(ADD)
        self.query = {"add": "1"} if self.may_add else {}

    def carry(self, data: Mapping[str, str], name: str = "document") -> None:
        """What was typed of a new act so far, unchecked: for a form that is only drawn anew."""
        typed = {one: data.get(f"{name}-{one}", "") for one in NewDocumentFields.base_fields}
        self.widget.entered = NewDocumentFields(initial=typed, prefix=name)
        self.is_new = any(typed.values())

    def hidden_widget(self) -> DocumentHidden:
        return DocumentHidden(self.widget.entered)

    def named(self, text: str) -> Sequence[LegalDocument]:
        return documents_named(text)

    def near(self, text: str) -> Sequence[LegalDocument]:
        _kind, number = split_number(text)
        alike = Q(number__istartswith=f"{number.split('/')[0]}/") | Q(number__icontains=number)
        return list(LegalDocument.objects.filter(alike).newest_first()[:5]) if number else []

    def label_of(self, row: LegalDocument) -> str:
        return labels_of([row])[row.pk]

    def labels(self) -> Iterable[str]:
        return labels_of(LegalDocument.objects.newest_first()[:OFFERED]).values()

    def found(self, text: str) -> LegalDocument | DocumentFacts:
        rows = self.named(text)
        entered: NewDocumentFields | None = self.widget.entered
        if rows or not self.may_add or entered is None:
            return super().found(text)
        self.is_new = True
        if not entered.is_valid():
            raise self._incomplete(text, entered)
        kind, number = split_number(text)
        if not number:
            raise self.refusal(text, rows)
        facts = entered.cleaned_data
        if kind and kind != facts["kind"]:
            told = _("“%(text)s” không phải loại văn bản đã chọn (%(kind)s).")
            raise ValidationError(told % {"text": text, "kind": facts["kind"]}, code="kind")
        return DocumentFacts(number, facts["kind"], facts["issuer"], facts["title"], facts["issued_on"])

    def _incomplete(self, text: str, entered: NewDocumentFields) -> ValidationError:
        lacking = ", ".join(str(entered.fields[name].label).lower() for name in entered.errors)
        told = _("Chưa có văn bản “%(text)s” trong cổng: chọn văn bản đã có, hoặc bổ sung %(lacking)s để thêm mới.")
        return ValidationError(told % {"text": text, "lacking": lacking}, code="new_document")
