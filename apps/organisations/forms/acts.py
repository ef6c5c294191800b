"""What every act asks for: its day and its document, which need only be described where its number is new here."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.documents.models import LegalDocument
from apps.organisations.fields import DayField, OnceForm, TextField
from apps.organisations.models import OrganisationUnit
from apps.organisations.services.plans import Plan
from apps.organisations.services.reorganisations import DocumentFacts

DOCUMENT_KINDS = ("Nghị quyết", "Luật", "Nghị định", "Quyết định", "Thông tư", "Văn bản khác")


class ActForm(OnceForm):
    effective_on = DayField(
        label=gettext_lazy("Có hiệu lực từ ngày"),
        help_text=gettext_lazy("Ngày trước đó là ngày cuối cùng của tên, của đơn vị cũ."),
    )
    number = TextField(label=gettext_lazy("Số, ký hiệu văn bản"), max_length=80)
    document_kind = forms.ChoiceField(
        label=gettext_lazy("Loại văn bản"), required=False,
        choices=[("", gettext_lazy("Chọn loại văn bản")), *((one, one) for one in DOCUMENT_KINDS)],
    )  # fmt: skip
    title = TextField(label=gettext_lazy("Trích yếu"), max_length=500, required=False)
    issuer = TextField(label=gettext_lazy("Cơ quan ban hành"), max_length=150, required=False)
    issued_on = DayField(label=gettext_lazy("Ngày ban hành"), required=False)

    def to_plan(self) -> Plan:
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        number = data.get("number")
        if not number or LegalDocument.objects.filter(number__iexact=number).exists():
            return data
        for name in ("document_kind", "title", "issuer"):
            if not data.get(name):
                told = _("Văn bản này chưa có trong cổng: nhập thêm ô này.")
                self.add_error(name, ValidationError(told, code="new_document"))
        return data

    def to_document(self) -> DocumentFacts:
        data = self.cleaned_data
        return DocumentFacts(data["number"], data["document_kind"], data["title"], data["issuer"], data["issued_on"])

    def document_fields(self) -> list[BoundField]:
        return [self[name] for name in ("number", "document_kind", "title", "issuer", "issued_on")]


def unit_choices(units: QuerySet[OrganisationUnit] | None = None) -> list[tuple[str, list[tuple[str, str]]]]:
    """Those of the units that have no end yet, grouped by kind; a sub-unit says whose it is."""
    chosen = OrganisationUnit.objects.all() if units is None else units
    rows = list(chosen.filter(valid_to__isnull=True).with_names().in_order())
    above = OrganisationUnit.objects.filter(pk__in={unit.parent_id for unit in rows}).with_names()
    names = dict(above.values_list("pk", "short_name"))
    groups: dict[str, list[tuple[str, str]]] = {}
    for unit in rows:
        whose = f" ({names[unit.parent_id]})" if unit.parent_id in names else ""
        groups.setdefault(unit.get_kind_display(), []).append((unit.pk, f"{unit.short_name}{whose}"))
    return list(groups.items())
