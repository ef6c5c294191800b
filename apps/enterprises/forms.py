"""Forms of the register. Each field is checked by the rules that the Excel door uses too."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.fields import REQUIRED, DayField, MomentField, OnceForm, ReasonForm, TextField
from apps.enterprises.fields import IndustryField, PlaceField
from apps.enterprises.industries import IndustryFinder
from apps.enterprises.models import AssuranceProgramme, Enterprise, ProgrammeEvent
from apps.enterprises.rules import clean_date
from apps.enterprises.selectors import Province
from apps.enterprises.tax_codes import CHECK_DIGIT_MESSAGE, clean_tax_code, has_valid_check_digit
from apps.organisations.models import OrganisationUnit
from apps.registers.closed_periods import closed_until
from apps.registers.forms import SeenForm


class RegisterForm(SeenForm):
    """Places to choose among are given, scoped to the person."""

    def __init__(self, *args: Any, places: Sequence[Province], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "unit" in self.fields:
            self.fields["unit"].offer(places)

    def clean_unit(self) -> OrganisationUnit:
        return OrganisationUnit.objects.get(pk=self.cleaned_data["unit"].id)


class EnterpriseFields(RegisterForm):
    tax_code = TextField(label=gettext_lazy("Mã số thuế"), max_length=20, error_messages=REQUIRED)
    tax_code_reason = TextField(label=gettext_lazy("Lý do chấp nhận mã số thuế"), max_length=300, required=False)
    name = TextField(label=gettext_lazy("Tên doanh nghiệp"), max_length=300, error_messages=REQUIRED)
    ownership = forms.ChoiceField(
        label=gettext_lazy("Loại hình"), choices=[("", gettext_lazy("Chọn loại hình")), *Enterprise.Ownership.choices],
        error_messages=REQUIRED,
    )  # fmt: skip
    industry_code = IndustryField(
        label=gettext_lazy("Mã ngành (VSIC)"), required=False,
        help_text=gettext_lazy(
            "Nhập mã hoặc một phần tên ngành rồi chọn. Nhận mã cấp 1 đến cấp 5, ví dụ C10 hoặc 1020; "
            "cấp 3 đến 5 chưa đối chiếu, giữ như đã nhập."
        ),
    )  # fmt: skip
    unit = PlaceField(
        label=gettext_lazy("Tỉnh, thành phố"), error_messages=REQUIRED,
        help_text=gettext_lazy(
            "Chọn đơn vị hành chính tại ngày ghi ở ô dưới; nếu ngày đó trước khi sắp xếp thì chọn tên cũ."
        ),
    )  # fmt: skip
    located_on = DayField(parse=clean_date, label=gettext_lazy("Đặt tại địa bàn này từ ngày"), error_messages=REQUIRED)
    address = TextField(label=gettext_lazy("Địa chỉ"), max_length=400, required=False)
    note = TextField(label=gettext_lazy("Ghi chú"), max_length=2000, required=False, multiline=True)

    def __init__(self, *args: Any, enterprise: Enterprise | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.enterprise = enterprise
        asked_before = self.data.get("tax_code_reason") or (enterprise and enterprise.tax_code_reason)
        if not asked_before:
            self.fields["tax_code_reason"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self._clean_tax_code(data)
        self._clean_industry(data)
        return data

    def _clean_tax_code(self, data: dict[str, Any]) -> None:
        if "tax_code" not in data or "ownership" not in data:
            return
        try:
            data["tax_code"] = clean_tax_code(data["tax_code"], data["ownership"])
        except ValidationError as wrong:
            self.add_error("tax_code", wrong)
            return
        if has_valid_check_digit(data["tax_code"]):
            data["tax_code_reason"] = ""
        elif not data.get("tax_code_reason"):
            self.fields["tax_code_reason"].widget = forms.TextInput()
            self.fields["tax_code_reason"].required = True  # so its label does not say «không bắt buộc»
            self.add_error("tax_code_reason", ValidationError(_(CHECK_DIGIT_MESSAGE), code="tax_code_check_digit"))

    def _clean_industry(self, data: dict[str, Any]) -> None:
        code, kept = data.get("industry_code", ""), self.enterprise
        if not code:
            data["industry_id"], data["industry_code"] = None, ""
        elif kept and kept.industry_code == code:
            data["industry_id"] = kept.industry_id  # the version of its day stays
        elif data.get("located_on"):
            try:
                found = IndustryFinder().find(code, data["located_on"])
                data["industry_id"], data["industry_code"] = found.industry.pk, found.code
            except ValidationError as wrong:
                self.add_error("industry_code", wrong)

    def facts(self) -> dict[str, Any]:
        """What goes into the register."""
        names = (
            "tax_code", "tax_code_reason", "name", "ownership", "industry_id", "industry_code", "unit", "located_on",
            "address", "note",
        )  # fmt: skip
        return {name: self.cleaned_data[name] for name in names}


class EnterpriseRegisterForm(EnterpriseFields, OnceForm):
    pass


class EnterpriseUpdateForm(EnterpriseFields):
    seen = MomentField()


class EventFields(RegisterForm):
    stage = forms.ChoiceField(
        label=gettext_lazy("Giai đoạn"), choices=[("", gettext_lazy("Chọn giai đoạn")), *ProgrammeEvent.Stage.choices],
        error_messages=REQUIRED,
    )  # fmt: skip
    occurred_on = DayField(parse=clean_date, label=gettext_lazy("Ngày"), error_messages=REQUIRED)
    unit = PlaceField(
        label=gettext_lazy("Tỉnh, thành phố"), error_messages=REQUIRED,
        help_text=gettext_lazy("Địa bàn của doanh nghiệp tại ngày đó; nếu trước khi sắp xếp thì chọn tên cũ."),
    )  # fmt: skip
    activity = forms.ChoiceField(
        label=gettext_lazy("Hoạt động"), required=False,
        choices=[("", gettext_lazy("Chưa ghi")), *ProgrammeEvent.Activity.choices],
        help_text=gettext_lazy(
            "Chỉ với hình thức được kiểm định, hiệu chuẩn, thử nghiệm hoặc xây dựng phương pháp đo."
        ),
    )  # fmt: skip
    note = TextField(label=gettext_lazy("Ghi chú"), max_length=500, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["occurred_on"].help_text = closed_until()

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("stage", "occurred_on", "unit", "activity", "note")}


class EventAddForm(OnceForm, EventFields):
    form = forms.ChoiceField(
        label=gettext_lazy("Hình thức tham gia"), choices=AssuranceProgramme.Form.choices, widget=forms.RadioSelect,
        error_messages=REQUIRED,
    )  # fmt: skip
    field_order = ["key", "form", "activity", "stage", "occurred_on", "unit", "note"]


class EventCorrectForm(EventFields, ReasonForm):
    seen = MomentField()
    field_order = ["seen", "activity", "stage", "occurred_on", "unit", "note", "reason"]


class EventWithdrawForm(ReasonForm, RegisterForm):
    pass
