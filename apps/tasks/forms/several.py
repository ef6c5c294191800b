"""The forms for what is done with several tasks at once."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.core.fields import REQUIRED, DayField, OnceForm
from apps.tasks.fields import colleagues_of
from apps.tasks.models import PlanTask
from apps.tasks.years import CHOICES


class BulkForm(OnceForm):
    """What is left empty stays as it is with each task."""

    holder = forms.ModelChoiceField(
        label=gettext_lazy("Người giữ việc"), queryset=User.objects.none(), required=False,
        empty_label=gettext_lazy("Giữ nguyên"),
    )  # fmt: skip
    due_on = DayField(
        label=gettext_lazy("Hạn hoàn thành"), required=False,
        help_text=gettext_lazy("Chỉ với bản nháp và hồ sơ được trả lại. Để trống: giữ nguyên."),
    )  # fmt: skip

    def __init__(self, *args: Any, tasks: Sequence[PlanTask], by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["holder"].queryset = colleagues_of(by)
        self.fields["holder"].label_from_instance = lambda person: person.full_name

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and data.get("holder") is None and data.get("due_on") is None:
            raise ValidationError(_("Chọn người giữ việc hoặc nhập hạn hoàn thành."), code="nothing")
        return data


class CopyForm(OnceForm):
    year = forms.TypedChoiceField(
        label=gettext_lazy("Sang năm"), choices=CHOICES, coerce=int, empty_value=None, error_messages=REQUIRED,
        widget=forms.Select({"class": "fbtn"}),
    )  # fmt: skip

    def __init__(self, *args: Any, tasks: Sequence[PlanTask], by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
