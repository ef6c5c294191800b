from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.fields import MomentField, OnceForm, TextField
from apps.organisations.fields import UnitField
from apps.organisations.models import OrganisationUnit
from apps.webhooks.guard import LONGEST, parse
from apps.webhooks.registry import event_choices
from apps.webhooks.selectors import programs


class ToldOfForm(OnceForm):
    """What a receiver is called, and of what it is told."""

    label = TextField(max_length=120, label=_("Tên nơi nhận"), help_text=_("Ví dụ: Nền tảng dữ liệu của Bộ."))
    events = forms.MultipleChoiceField(
        label=_("Sự kiện"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Chọn ít nhất một sự kiện.")},
    )
    unit = UnitField(
        among="lasting",
        label=_("Đơn vị"),
        required=False,
        help_text=_(
            "Để trống: sự kiện của mọi đơn vị. Có đơn vị: của đơn vị đó, các đơn vị trực thuộc và trước sắp xếp."
        ),
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["events"].choices = event_choices()
        self.fields["unit"].offer_to(by)


class SubscriptionChangeForm(ToldOfForm):
    """The unit that it has may stay, though it ended since."""

    seen = MomentField()

    def __init__(self, *args: Any, kept: str | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].among_units |= OrganisationUnit.objects.filter(pk=kept)


class SubscriptionForm(ToldOfForm):
    address = TextField(
        max_length=LONGEST,
        label=_("Địa chỉ nhận"),
        help_text=_("Bắt đầu bằng https://, dùng tên miền; cổng 443, không chuyển hướng, chứng thư hợp lệ."),
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    owner = forms.ModelChoiceField(
        label=_("Gửi theo quyền của"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Tài khoản của tôi"),
        help_text=_("Chỉ gửi những gì tài khoản này được xem tại thời điểm gửi."),
        error_messages={"invalid_choice": _("Chọn tài khoản trong danh sách.")},
    )

    field_order = ("key", "label", "address", "events", "unit", "owner")

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, by=by, **kwargs)
        self.fields["owner"].queryset = programs()

    def clean_address(self) -> str:
        return str(parse(self.cleaned_data["address"]))
