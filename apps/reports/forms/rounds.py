"""What makes and changes a round, and who must report in it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.fields import DayField, MomentField, OnceForm, TextField
from apps.documents.fields import DocumentField
from apps.organisations.fields import UnitField
from apps.registers.changing import REASON_LIMIT
from apps.reports.models import ReportingRound
from apps.reports.services.rounds import EDITED
from apps.targets.models import Period


class DatesForm(OnceForm):
    title = TextField(label=_("Tên kỳ"), max_length=200)
    starts_on = DayField(label=_("Số liệu từ ngày"))
    ends_on = DayField(label=_("Số liệu đến ngày"))
    opens_on = DayField(label=_("Ngày mở"), help_text=_("Đến ngày này kỳ tự mở nếu đã đủ điều kiện."))
    due_on = DayField(label=_("Hạn nộp"))
    locks_on = DayField(label=_("Ngày khóa sổ"), required=False, help_text=_("Đến ngày này kỳ tự khóa sổ."))
    letter = DocumentField(label=_("Công văn đề nghị báo cáo"), required=False)

    @property
    def given(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in EDITED if name != "letter"}


class ChangeForm(DatesForm):
    seen = MomentField()


class RoundForm(DatesForm):
    """Of a new round; an annual one makes the figures of its year's period. `listed`: whom its list begins with."""

    PROPOSED, NOBODY = "proposed", "nobody"
    LISTED = (
        (PROPOSED, _("Mọi đơn vị phải báo cáo theo quy định")),
        (NOBODY, _("Chưa có đơn vị nào; từng đơn vị được đưa vào danh sách sau khi lập kỳ")),
    )
    kind = forms.ChoiceField(label=_("Loại kỳ"), choices=ReportingRound.Kind.choices)
    year = forms.IntegerField(label=_("Năm"), min_value=2018, max_value=2100)
    code = TextField(
        label=_("Mã kỳ"), max_length=30, help_text=_("Đứng trong địa chỉ trang, ví dụ 2026 hoặc 2026-5-year.")
    )
    listed = forms.ChoiceField(
        label=_("Danh sách đơn vị phải báo cáo"), choices=LISTED, initial=PROPOSED, required=False,
        widget=forms.RadioSelect,
    )  # fmt: skip
    field_order = [
        *("key", "kind", "year", "code", "title", "starts_on", "ends_on", "opens_on", "due_on", "locks_on", "letter"),
        "listed",
    ]

    @property
    def is_proposed(self) -> bool:
        return self.cleaned_data["listed"] != self.NOBODY

    @property
    def made_of(self) -> dict[str, Any]:
        data = self.cleaned_data
        is_annual = data["kind"] == ReportingRound.Kind.ANNUAL
        period = Period.objects.filter(year=data["year"]).first() if is_annual else None
        return self.given | {name: data[name] for name in ("kind", "year", "code")} | {"period": period}


class UnitAddForm(OnceForm):
    unit = UnitField(label=_("Đơn vị"), among="reporting")
    reason = TextField(label=_("Lý do"), max_length=REASON_LIMIT)


class ExtendForm(OnceForm):
    due_on = DayField(label=_("Hạn mới"))
    reason = TextField(label=_("Lý do"), max_length=500)
