"""Forms of a closing. `known_document` makes an act of what the picker gave."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.days import MOMENT_WRITTEN_AS, parse_typed_moment
from apps.core.fields import OnceForm, RefusableForm, TextField
from apps.core.reasons import LONGEST as REASON_LIMIT
from apps.documents.fields import DocumentField
from apps.targets.publications import NOTE_LIMIT


class TypedMomentField(forms.CharField):
    """A moment as people write it: of a day or minute that is typed, its end; of one that is not over, now."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"placeholder": MOMENT_WRITTEN_AS, "autocomplete": "off"})
        messages = {"required": _("Nhập ngày/tháng/năm giờ:phút, ví dụ 28/02/2026 17:00.")}
        super().__init__(max_length=40, widget=widget, error_messages=messages, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return f"{timezone.localtime(value):%d/%m/%Y %H:%M}" if isinstance(value, datetime) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return parse_typed_moment(text, now=timezone.now()) if text else None


class ClosingProposalForm(OnceForm):
    as_of = TypedMomentField(
        label=_("Số liệu tính đến"),
        help_text=_("Mọi thông tin đã ghi và đã tính đến thời điểm này, của mọi mục tiêu trong kỳ."),
    )
    document = DocumentField(label=_("Văn bản chốt số liệu"))
    reason = TextField(label=_("Lý do"), max_length=REASON_LIMIT, help_text=_("Ghi dưới số liệu của phiên bản này."))
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    field_order = ["key", "version", "as_of", "document", "reason"]


class ClosingDecisionForm(RefusableForm):
    """Closing asks nothing more; what is shown beside it is what is closed."""


class PublicationForm(OnceForm):
    document = DocumentField(label=_("Văn bản công bố"))
    note = TextField(label=_("Ghi chú"), max_length=NOTE_LIMIT, required=False, help_text=_("Công khai cùng số liệu."))
    field_order = ["key", "document", "note"]


class ClosingReasonForm(RefusableForm):
    reason = TextField(label=_("Lý do"), max_length=REASON_LIMIT)
