"""One form for every kind of act. Its rows are fixed in number, so that it works without JavaScript."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.numbers import parse_decimal
from apps.documents.models import LegalDocument
from apps.organisations.fields import DayField, OnceForm, TextField
from apps.organisations.kinds import label_choices
from apps.organisations.models import OrganisationUnit, Reorganisation
from apps.organisations.services.plans import Plan, Result, last_name
from apps.organisations.services.reorganisations import DocumentFacts

Kind = Reorganisation.Kind
ROWS = 4
DOCUMENT_KINDS = ("Nghị quyết", "Luật", "Nghị định", "Quyết định", "Thông tư", "Văn bản khác")
TEXTS = ("name", "short_name", "name_en", "code")


class ReorganisationForm(OnceForm):
    """Fields of n rows are called `unit_1`, `name_1` …, which are also the names the service refuses them by."""

    aliases = {"units": "unit_1", "results": "name_1"}

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

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = Kind(kind)
        self.choices = unit_choices()
        self.units_asked = ROWS if self.kind == Kind.MERGER else 1
        self.results_asked = ROWS if self.kind == Kind.SPLIT else 1
        for number in range(1, self.units_asked + 1):
            self.fields[f"unit_{number}"] = self._unit_field(number)
        for number in range(1, self.results_asked + 1):
            self._add_result(number)
        if self.kind == Kind.SPLIT:
            choices = [(str(number), _("Đơn vị thứ %(n)s") % {"n": number}) for number in range(1, ROWS + 1)]
            self.fields["heir"] = forms.ChoiceField(
                label=_("Đơn vị tiếp nhận nhân sự"), choices=choices, initial="1",
                help_text=_("Vai trò và quyền của mọi người ở đơn vị cũ chuyển về đúng một đơn vị."),
            )  # fmt: skip
        if not self.keeps_unit:
            parents = [("", _("Như đơn vị trước sắp xếp")), *self.choices]
            self.fields["parent"] = forms.ChoiceField(
                label=_("Trực thuộc"), choices=parents, required=False,
                help_text=_("Chỉ chọn khi sắp xếp sở, cục, vụ của một đơn vị cấp trên mới."),
            )  # fmt: skip

    @property
    def keeps_unit(self) -> bool:
        return self.kind in (Kind.RENAMING, Kind.CHANGE_OF_KIND)

    def _unit_field(self, number: int) -> forms.ChoiceField:
        several = self.units_asked > 1
        label = _("Đơn vị thứ %(n)s") % {"n": number} if several else _("Đơn vị")
        needed = number <= (2 if several else 1)
        choices = [("", _("Chọn đơn vị")), *self.choices]
        errors = {"required": _("Chọn một đơn vị."), "invalid_choice": _("Đơn vị đã kết thúc hoặc không có.")}
        return forms.ChoiceField(label=label, choices=choices, required=needed, error_messages=errors)

    def _add_result(self, number: int) -> None:
        needed = number <= (2 if self.kind == Kind.SPLIT else 1)
        keeps_names = self.kind == Kind.CHANGE_OF_KIND
        self.fields[f"name_{number}"] = TextField(
            label=_("Tên đầy đủ"), max_length=200, required=needed, help_text=_("Như văn bản: Thành phố Đồng Nai")
        )
        self.fields[f"short_name_{number}"] = TextField(
            label=_("Tên ngắn"), max_length=120, required=needed and not keeps_names,
            help_text=_("Để trống nếu không đổi.") if keeps_names else _("Ví dụ: Đồng Nai"),
        )  # fmt: skip
        if self.kind != Kind.RENAMING:
            self.fields[f"kind_label_{number}"] = forms.ChoiceField(
                label=_("Loại"), choices=[("", _("Như đơn vị trước sắp xếp")), *label_choices()],
                required=keeps_names,
            )  # fmt: skip
        self.fields[f"name_en_{number}"] = TextField(label=_("Tên tiếng Anh"), max_length=200, required=False)
        if not self.keeps_unit:
            self.fields[f"code_{number}"] = TextField(
                label=_("Mã số"), max_length=10, required=False, help_text=_("Hai chữ số, chỉ với tỉnh, thành phố.")
            )
        if self.kind == Kind.SPLIT:
            self.fields[f"share_{number}"] = TextField(
                label=_("Phần nhận"), max_length=9, required=needed, help_text=_("Ví dụ 0,6. Các phần cộng lại bằng 1.")
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for number in range(1, self.results_asked + 1):
            if self.kind == Kind.SPLIT and data.get(f"share_{number}"):
                try:
                    data[f"share_{number}"] = parse_decimal(data[f"share_{number}"])
                except ValidationError as wrong:
                    self.add_error(f"share_{number}", wrong)
        self._clean_document(data)
        return data

    def _clean_document(self, data: dict[str, Any]) -> None:
        number = data.get("number")
        if not number or LegalDocument.objects.filter(number__iexact=number).exists():
            return
        for name in ("document_kind", "title", "issuer"):
            if not data.get(name):
                told = _("Văn bản này chưa có trong cổng: nhập thêm ô này.")
                self.add_error(name, ValidationError(told, code="new_document"))

    # --- what the service is asked ------------------------------------------------------------------------------------

    def to_plan(self) -> Plan:
        data = self.cleaned_data
        asked = [data.get(f"unit_{number}") for number in range(1, self.units_asked + 1)]
        ids = [pk for pk in asked if pk]
        found = OrganisationUnit.objects.select_related("parent").in_bulk(ids)
        units = [found[pk] for pk in ids if pk in found]
        numbers = [number for number in range(1, self.results_asked + 1) if data.get(f"name_{number}")]
        parent = OrganisationUnit.objects.filter(pk=data["parent"]).first() if data.get("parent") else None
        results = [self._result(number, units, parent) for number in numbers]
        return Plan(self.kind, units, results, data["effective_on"])

    def _result(self, number: int, units: list[OrganisationUnit], parent: OrganisationUnit | None) -> Result:
        data = self.cleaned_data
        texts = {name: data.get(f"{name}_{number}", "") for name in TEXTS}
        if self.keeps_unit and not texts["short_name"] and units:
            texts["short_name"] = last_name(units[0]).short_name
        more: dict[str, Any] = {"kind_label": data.get(f"kind_label_{number}", ""), "parent": parent}
        if self.kind == Kind.SPLIT:
            more |= {
                "share": data.get(f"share_{number}") or Decimal(0),
                "takes_members": data.get("heir") == str(number),
            }
        return Result(**texts, **more)

    def to_document(self) -> DocumentFacts:
        data = self.cleaned_data
        return DocumentFacts(data["number"], data["document_kind"], data["title"], data["issuer"], data["issued_on"])

    # --- what the page shows ------------------------------------------------------------------------------------------

    def unit_fields(self) -> list[BoundField]:
        return [self[f"unit_{number}"] for number in range(1, self.units_asked + 1)]

    def result_rows(self) -> list[list[BoundField]]:
        return [
            [self[name] for name in self.fields if name.endswith(f"_{number}") and not name.startswith("unit_")]
            for number in range(1, self.results_asked + 1)
        ]

    def other_fields(self) -> list[BoundField]:
        return [self[name] for name in ("heir", "parent") if name in self.fields]

    def document_fields(self) -> list[BoundField]:
        return [self[name] for name in ("number", "document_kind", "title", "issuer", "issued_on")]


def unit_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Units that have no end yet, grouped by kind; a sub-unit says whose it is."""
    rows = list(OrganisationUnit.objects.filter(valid_to__isnull=True).with_names().in_order())
    names = {unit.pk: unit.short_name for unit in rows}
    groups: dict[str, list[tuple[str, str]]] = {}
    for unit in rows:
        above = f" ({names[unit.parent_id]})" if unit.parent_id in names else ""
        groups.setdefault(unit.get_kind_display(), []).append((unit.pk, f"{unit.short_name}{above}"))
    return list(groups.items())
