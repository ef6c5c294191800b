"""Forms of sub-units, and the one reason a withdrawal asks for."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.organisations.fields import REQUIRED, DayField, OnceForm, RefusableForm, TextField
from apps.organisations.kinds import SUB_UNIT_LABELS
from apps.organisations.services.sub_units import SubUnit


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


class SubUnitEndForm(RefusableForm):
    last_day = DayField(label=_("Ngày cuối cùng"))
    reason = TextField(label=_("Lý do, căn cứ"), max_length=300)


class WithdrawForm(RefusableForm):
    reason = TextField(label=_("Lý do rút"), max_length=300, error_messages={"required": _("Nhập lý do.")})
