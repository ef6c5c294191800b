from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.core.fields import TextField
from apps.exchange.headings import How
from apps.exchange.models import ImportBatch
from apps.exchange.selectors import Pair
from apps.organisations.models import OrganisationUnit

SLIP = int(How.SLIP)


class UnitChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, unit: OrganisationUnit) -> str:
        return unit.short_name or unit.pk


class UploadForm(forms.Form):
    """A workbook, and the unit that hands it in."""

    fields: dict[str, Any]  # as in RefusableForm
    file = forms.FileField(
        label=_("Tệp Excel (.xlsx)"),
        help_text=_(
            "Tối đa 20 MB, 200.000 dòng; nhận cả .xls, .ods, .csv. Trang tính đầu tiên có dòng tiêu đề được đọc."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv"}),
        error_messages={
            "required": _("Chọn tệp cần nhập."),
            "empty": _("Tệp rỗng (0 byte). Kiểm tra tệp rồi chọn lại."),
        },
    )
    unit = UnitChoiceField(OrganisationUnit.objects.none(), label=_("Đơn vị cung cấp số liệu"), empty_label=None)
    replaces = forms.ModelChoiceField(ImportBatch.objects.none(), required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, units: QuerySet, replaceable: QuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units
        self.fields["replaces"].queryset = replaceable


class ReasonForm(forms.Form):
    reason = TextField(label=_("Lý do"), max_length=300, error_messages={"required": _("Nhập lý do hoàn tác.")})


class PairChoices(forms.CheckboxSelectMultiple):
    template_name = "exchange/pair_choices.html"


class SuggestionsForm(forms.Form):
    """The pairs of typed and meant value, to be ticked one by one after they were read."""

    fields: dict[str, Any]  # as in RefusableForm
    AT_ONCE = 200  # as many as one looks through; the rest comes up once these are applied

    pairs = forms.MultipleChoiceField(
        label=_("Gợi ý"),
        widget=PairChoices,
        error_messages={
            "required": _("Chọn ít nhất một gợi ý."),
            "invalid_choice": _("Gợi ý đã thay đổi từ khi mở trang. Xem lại danh sách."),
        },
    )

    def __init__(self, *args: Any, pairs: list[Pair], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by_column: dict[str, list[tuple[str, Pair]]] = {}
        for pair in pairs[: self.AT_ONCE]:
            by_column.setdefault(pair.column, []).append((pair.key, pair))
        field = self.fields["pairs"]
        field.choices = list(by_column.items())
        if len(pairs) > self.AT_ONCE:
            left = len(pairs) - self.AT_ONCE
            field.help_text = gettext("Còn %(count)s gợi ý khác, hiện ra sau lần áp dụng này.") % {"count": left}


class ColumnsForm(forms.Form):
    """For each column of the file the register's, and the sheets where several have the same header."""

    fields: dict[str, Any]  # as in RefusableForm
    ALL, SKIP = "all", "-"

    def __init__(self, *args: Any, layout: dict[str, Any], choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.columns = layout.get("columns", [])
        self.sheets = layout.get("sheets", [])
        if len(self.sheets) > 1:
            self._ask_for_sheets([place for place, _name, _offset in layout.get("read", [])])
        for column in self.columns:
            sample = gettext("Ví dụ: %(sample)s") % {"sample": column["sample"]} if column["sample"] else ""
            key = column["key"] or (column["may_be"][0] if len(column["may_be"]) == 1 and column["how"] == SLIP else "")
            self.fields[f"c{column['at']}"] = forms.ChoiceField(
                label=column["text"],
                help_text=sample,
                choices=[(self.SKIP, _("– Không nhập cột này –")), *choices],
                initial=key or self.SKIP,
            )

    def _ask_for_sheets(self, read: list[int]) -> None:
        count = len(self.sheets)
        every = (self.ALL, gettext("Lấy cả %(count)s trang tính") % {"count": count})
        one = [(str(place), gettext("Chỉ trang “%(name)s”") % {"name": name}) for place, name in self.sheets]
        self.fields["sheets"] = forms.ChoiceField(
            label=gettext("Trang tính cùng mẫu"),
            choices=[every, *one],
            initial=self.ALL if len(read) != 1 else str(read[0]),
            widget=forms.RadioSelect,
        )

    @property
    def chosen(self) -> dict[str, str]:
        said = {column["name"]: self.cleaned_data[f"c{column['at']}"] for column in self.columns}
        return {name: "" if key == self.SKIP else key for name, key in said.items()}

    @property
    def places(self) -> list[int]:
        said = self.cleaned_data.get("sheets", "")
        return [place for place, _name in self.sheets if said in (self.ALL, str(place))] if said else []
