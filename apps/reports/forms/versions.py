"""What is changed of a version of the report form before it is issued."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.fields import OnceForm, RefusableForm, TextField
from apps.reports.models import FormCell, FormRule
from apps.reports.services.forms import EDITED, CellFacts


class CellForm(RefusableForm):
    label = TextField(label=_("Nội dung"), max_length=300)
    hint = TextField(label=_("Hướng dẫn"), max_length=300, required=False)
    unit_label = TextField(label=_("Đơn vị tính"), max_length=40, required=False)
    group = TextField(label=_("Nhóm"), max_length=200, required=False)
    is_required = forms.BooleanField(label=_("Bắt buộc"), required=False)

    @property
    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in EDITED}


class CellAddForm(OnceForm):
    code = TextField(label=_("Mã ô"), max_length=20, help_text=_("Mã in trước nội dung, ví dụ 5.9."))
    key = TextField(max_length=60, widget=forms.HiddenInput)
    cell_key = TextField(
        label=_("Khóa"), max_length=60,
        help_text=_("Chữ thường không dấu, chữ số, dấu chấm. Cùng khóa với phiên bản trước thì số liệu nối tiếp."),
    )  # fmt: skip
    label = TextField(label=_("Nội dung"), max_length=300)
    kind = forms.ChoiceField(label=_("Kiểu"), choices=FormCell.Kind.choices)
    unit_label = TextField(label=_("Đơn vị tính"), max_length=40, required=False)
    group = TextField(label=_("Nhóm"), max_length=200, required=False)
    is_required = forms.BooleanField(label=_("Bắt buộc"), required=False)
    field_order = ["key", "code", "cell_key", "label", "kind", "unit_label", "group", "is_required"]

    def refused(self, refusal: Any) -> None:
        """What the model calls `key` is another field here: `key` is that of the form sent twice."""
        if hasattr(refusal, "error_dict") and "key" in refusal.error_dict:
            refusal.error_dict["cell_key"] = refusal.error_dict.pop("key")
        super().refused(refusal)

    @property
    def facts(self) -> CellFacts:
        data = self.cleaned_data
        names = ("code", "label", "kind", "unit_label", "group", "is_required")
        return CellFacts(key=data["cell_key"], **{name: data[name] for name in names})


class RuleForm(OnceForm):
    kind = forms.ChoiceField(label=_("Quy tắc"), choices=FormRule.Kind.choices)
    severity = forms.ChoiceField(label=_("Mức"), choices=FormRule.Severity.choices)
    others = TextField(
        label=_("Mã các ô khác"),
        max_length=400,
        required=False,
        help_text=_(
            "Cách nhau bằng dấu phẩy: 5.2, 5.3. Tổng: các ô thành phần; không lớn hơn: một ô; các quy tắc khác: ô mà "
            "giải trình ở đó dùng chung cho ô này."
        ),
    )
    percent = forms.IntegerField(
        label=_("Ngưỡng phần trăm"), min_value=0, max_value=1000, required=False,
        help_text=_("Của thay đổi so với năm trước: 100 là tăng gấp đôi trở lên, hoặc giảm còn một nửa trở xuống."),
    )  # fmt: skip
    least = forms.IntegerField(
        label=_("Bỏ qua chênh lệch dưới"), min_value=0, max_value=1_000_000, required=False,
        help_text=_("Để số nhỏ không phải giải trình."),
    )  # fmt: skip

    @property
    def given(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "kind": data["kind"], "severity": data["severity"], "others": data["others"].split(","),
            "percent": data["percent"] or 0, "least": data["least"] or 0,
        }  # fmt: skip
