"""What a page of tasks may be asked."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.fields import DayField
from apps.organisations.asked import UnitView
from apps.organisations.fields import unit_names
from apps.tasks.years import CHOICES


class UnitChoiceField(forms.ChoiceField):
    """Offers some; another unit, come by a link, is as good."""

    def valid_value(self, value: str) -> bool:
        return value in unit_names()


class StatisticsForm(forms.Form):
    year = forms.ChoiceField(
        label=_("Năm kế hoạch"), required=False,
        choices=[("", _("Mọi năm")), *CHOICES],
    )  # fmt: skip
    unit = UnitChoiceField(label=_("Đơn vị chủ trì"), required=False)
    units = forms.ChoiceField(
        label=_("Số liệu theo"), required=False,
        choices=[("", UnitView.CURRENT.label), (UnitView.AS_REPORTED.value, UnitView.AS_REPORTED.label)],
    )  # fmt: skip
    due = forms.ChoiceField(
        label=_("Tính theo"), required=False,
        choices=[("", _("Hạn hiện tại")), ("first", _("Hạn đặt ban đầu"))],
    )  # fmt: skip
    on = DayField(label=_("Đến ngày"), required=False)
    before = DayField(label=_("So với ngày"), required=False)

    def __init__(self, data: Any, *, units: list[str]) -> None:
        super().__init__(data)
        names, asked = unit_names(), data.get("unit", "")
        offered = [*units, *([asked] if asked in names and asked not in units else [])]
        unit: Any = self.fields["unit"]
        unit.choices = [("", _("Mọi đơn vị")), *((one, names[one]) for one in offered)]
