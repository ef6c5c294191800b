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
from apps.documents.issuers import known_issuers, own_body
from apps.documents.models import LegalDocument
from apps.documents.numbers import KINDS, split_number
from apps.documents.selectors import documents_named, labels_of
from apps.documents.services import DocumentFacts

OFFERED = 200  # labels that come with a page for browsers without scripts
ADD = "documents.add_legaldocument"


class IssuerInput(forms.TextInput):
    """Typed freely, with the names that are known already below it."""

    template_name = "documents/issuer_input.html"
    names: Sequence[str] = ()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return super().get_context(name, value, attrs) | {"names": self.names}


class NewDocumentFields(RefusableForm):
    """What is asked of an act that the portal does not know yet."""

    number = TextField(
        label=gettext_lazy("Số, ký hiệu"), max_length=80, help_text=gettext_lazy("Ví dụ: 99/2026/QH16, 996/QĐ-TTg.")
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Loại văn bản"),
        choices=[("", gettext_lazy("Chọn loại văn bản")), *((one, one) for one in KINDS)],
        error_messages={"required": gettext_lazy("Chọn loại văn bản.")},
    )
    issuer = TextField(label=gettext_lazy("Cơ quan ban hành"), max_length=150, widget=IssuerInput)
    issued_on = DayField(label=gettext_lazy("Ngày ban hành"), required=False)
    title = TextField(label=gettext_lazy("Trích yếu"), max_length=1000, required=False)

    def offer_issuers(self, user: User) -> None:
        self.fields["issuer"].widget.names = known_issuers(user)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "number" not in data:
            return data
        kind, data["number"] = split_number(data["number"])
        if not data["number"]:
            self.add_error("number", ValidationError(_("Nhập số, ký hiệu."), code="required"))
        elif kind and kind != data.get("kind", kind):
            told = _("Số, ký hiệu ghi là %(said)s, loại văn bản chọn là %(kind)s: sửa một trong hai ô.")
            self.add_error("number", ValidationError(told % {"said": kind, "kind": data["kind"]}, code="kind"))
        return data

    def facts(self) -> DocumentFacts:
        names = ("number", "kind", "issuer", "title", "issued_on")
        return DocumentFacts(**{name: self.cleaned_data[name] for name in names})


class DocumentWidget(PickWidget):
    """Beside the box that searches the fields of a new act, named `<field>-number` and so on."""

    template_name = "documents/document_picker.html"
    field: "DocumentField"
    typed: dict[str, str] | None = None  # in the fields of a new act, as it came
    entered: NewDocumentFields | None = None

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        """A new act's number that stands in the box alone need not be written twice."""
        searched = super().value_from_datadict(data, files, name)
        self.typed = typed_of(data, name)
        given = {**self.typed, "number": self.typed["number"] or searched or ""}
        self.entered = NewDocumentFields({f"{name}-{one}": text for one, text in given.items()}, prefix=name)
        return searched

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        if self.field.adder:
            entered = self._shown(name)
            entered.offer_issuers(self.field.adder)
            context |= {"entered": entered, "is_new": self.field.is_new, "own_body": own_body(self.field.adder)}
        return context

    def _shown(self, name: str) -> NewDocumentFields:
        """Where no new act was meant, nobody is told what lacks of it."""
        if self.entered is None or self.field.is_new:
            return self.entered or NewDocumentFields(prefix=name)
        return NewDocumentFields(prefix=name, initial=self.typed)


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
    adder: User | None = None  # for whom it is drawn, where they may add acts
    is_new = False  # the new act's fields are open

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Văn bản"))
        kwargs.setdefault("help_text", gettext_lazy("Nhập số, ký hiệu hoặc một phần trích yếu rồi chọn."))
        super().__init__(**{"widget": DocumentWidget(self), **kwargs})

    def offer_to(self, user: User) -> None:
        self.adder = user if user.has_perm(ADD) else None
        self.query = {"add": "1"} if self.adder else {}

    def carry(self, data: Mapping[str, str], name: str = "document") -> None:
        """What was typed of a new act so far, unchecked: for a form that is only drawn anew."""
        typed = typed_of(data, name)
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

    def clean(self, value: Any) -> Any:
        """The fields of a new act may be filled in where the box that searches is empty."""
        typed = (self.widget.typed or {}) if self.adder else {}
        if not any(typed.values()) or super().to_python(value) not in self.empty_values:
            return super().clean(value)
        return self._new(typed["number"])

    def found(self, text: str) -> LegalDocument | DocumentFacts:
        """The act of this name. Of a new one that is entered beside it in full nothing is put aside silently."""
        rows = self.named(text)
        number = split_number((self.widget.typed or {}).get("number", ""))[1]
        entered: NewDocumentFields | None = self.widget.entered if self.adder else None
        if entered is None or (rows and not (number and entered.is_valid())):
            return super().found(text)
        if rows and number.lower() not in {row.number.lower() for row in rows}:
            self.is_new = True
            told = _("Ô tìm ghi “%(text)s”, phần văn bản mới ghi số “%(number)s”: xóa một trong hai.")
            raise ValidationError(told % {"text": text, "number": number}, code="two_documents")
        return self._new(text)

    def refusal(self, text: str, rows: Sequence[Any]) -> ValidationError:
        """Where nothing is like it, and this person may not enter it: who may."""
        if rows or self.near(text):
            return super().refusal(text, rows)
        told = _(". Chuyên viên Ủy ban TĐC hoặc quản trị viên Đề án thêm văn bản ở mục Văn bản, rồi chọn tại đây.")
        return ValidationError(f"{self.unknown % {'text': text}}{told}", code="unknown")

    def _new(self, text: str) -> DocumentFacts:
        entered: NewDocumentFields = self.widget.entered
        self.is_new = True
        if entered.is_valid():
            return entered.facts()
        labels = {name: str(entered.fields[name].label).lower() for name in entered.errors}
        lacking = [label for name, label in labels.items() if entered.has_error(name, "required")]
        wrong = [label for label in labels.values() if label not in lacking]
        told = [_("bổ sung %(names)s") % {"names": ", ".join(lacking)}] if lacking else []
        told += [_("sửa %(names)s") % {"names": ", ".join(wrong)}] if wrong else []
        said = {"text": text, "told": _(" và ").join(told)}
        begun = _("Chưa có văn bản “%(text)s” trong cổng") if text else _("Chưa chọn văn bản")
        ends = _("%(begun)s: chọn văn bản đã có, hoặc %(told)s để thêm mới.")
        raise ValidationError(ends % {"begun": begun % said, **said}, code="new_document")


def typed_of(data: Mapping[str, Any], name: str) -> dict[str, str]:
    """What stands in the fields of a new act beside the field of this name."""
    return {one: str(data.get(f"{name}-{one}", "")).strip() for one in NewDocumentFields.base_fields}
