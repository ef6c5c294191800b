"""Forms of sub-units: entered, corrected, moved, ended; and the one reason a withdrawal asks for."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.fields import REQUIRED, DayField, OnceForm, RefusableForm, TextField
from apps.organisations.fields import UnitField
from apps.organisations.kinds import SUB_UNIT_LABELS
from apps.organisations.models import OrganisationUnit
from apps.reorganisations.forms.acts import ActForm
from apps.reorganisations.services.plans import Plan, transfer_plan
from apps.reorganisations.services.sub_units import SubUnit


class SubUnitFields(RefusableForm):
    kind_label = forms.ChoiceField(
        label=_("Loại"), choices=[("", _("Chọn loại")), *((one, one) for one in SUB_UNIT_LABELS)],
        error_messages=REQUIRED,
    )  # fmt: skip
    name = TextField(label=_("Tên đầy đủ"), max_length=200, help_text=_("Ví dụ: Sở Khoa học và Công nghệ"))
    short_name = TextField(label=_("Tên ngắn"), max_length=120, help_text=_("Ví dụ: Sở KH&CN"))
    symbol = TextField(label=_("Ký hiệu"), max_length=40, required=False)
    basis = TextField(label=_("Căn cứ"), max_length=300, required=False, help_text=_("Số, ký hiệu quyết định."))

    def facts(self) -> SubUnit:
        names = ("name", "short_name", "kind_label", "symbol", "basis")
        return SubUnit(**{name: self.cleaned_data[name] for name in names})


class SubUnitAddForm(OnceForm, SubUnitFields):
    valid_from = DayField(label=_("Từ ngày"))
    is_focal = forms.BooleanField(
        label=_("Là đơn vị đầu mối: người của đơn vị này làm việc thay cho đơn vị cấp trên"), required=False
    )


class SubUnitCorrectForm(SubUnitFields):
    reason = TextField(label=_("Lý do sửa"), max_length=300)


class SubUnitMoveForm(ActForm):
    """Under which unit from a day on: one that the person may change too."""

    aliases = {**ActForm.aliases, "name_1": "name", "short_name_1": "short_name"}

    parent = UnitField(among="own", label=_("Đơn vị cấp trên mới"))
    name = TextField(label=_("Tên đầy đủ mới"), max_length=200, required=False, help_text=_("Để trống nếu không đổi."))
    short_name = TextField(
        label=_("Tên ngắn mới"), max_length=120, required=False, help_text=_("Để trống nếu không đổi.")
    )

    field_order = ["parent", "effective_on", "name", "short_name"]

    def __init__(self, *args: Any, unit: OrganisationUnit, by: User, **kwargs: Any) -> None:
        super().__init__(*args, by=by, **kwargs)
        self.unit = unit
        self.fields["parent"].offer_to(by, but=[unit.pk, unit.parent_id])

    def to_plan(self) -> Plan:
        data = self.cleaned_data
        names = {name: data.get(name, "") for name in ("name", "short_name")}
        return transfer_plan(self.unit, data["parent"], data["effective_on"], **names)

    def place_fields(self) -> list[BoundField]:
        return [self[name] for name in self.field_order]


class SubUnitEndForm(RefusableForm):
    last_day = DayField(label=_("Ngày cuối cùng"))
    reason = TextField(label=_("Lý do, căn cứ"), max_length=300)


class WithdrawForm(RefusableForm):
    reason = TextField(label=_("Lý do rút"), max_length=300, error_messages={"required": _("Nhập lý do.")})
