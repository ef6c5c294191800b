from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.exchange.models import ImportBatch
from apps.organisations.models import OrganisationUnit


class UnitChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, unit: OrganisationUnit) -> str:
        return unit.short_name or unit.pk


class UploadForm(forms.Form):
    """A workbook, and the unit that hands it in."""

    file = forms.FileField(
        label=_("Tệp Excel (.xlsx)"),
        help_text=_("Tối đa 20 MB, 200.000 dòng. Chỉ trang tính đầu tiên được đọc."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
        error_messages={"required": _("Chọn tệp cần nhập.")},
    )
    unit = UnitChoiceField(OrganisationUnit.objects.none(), label=_("Đơn vị cung cấp"), empty_label=None)
    replaces = forms.ModelChoiceField(ImportBatch.objects.none(), required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, units: QuerySet, replaceable: QuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units
        self.fields["replaces"].queryset = replaceable


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Lý do"), max_length=300, error_messages={"required": _("Nhập lý do hoàn tác.")})
