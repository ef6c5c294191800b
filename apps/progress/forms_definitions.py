"""The form of a new version of a definition."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.fields import DayField, OnceForm, TextField
from apps.documents.fields import DocumentField
from apps.progress.definitions import TEXT_LIMIT
from apps.targets.facts import Text


class DefinitionForm(OnceForm):
    text = TextField(
        label=_("Định nghĩa"), multiline=True, max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 10, "class": "inp"}),
    )  # fmt: skip
    kinds = forms.MultipleChoiceField(
        label=_("Loại hình được tính"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Chọn ít nhất một loại hình.")},
    )
    valid_from = DayField(
        label=_("Áp dụng từ ngày"), help_text=_("Sau mọi kỳ đã chốt; số liệu của các ngày trước đó không đổi.")
    )
    document = DocumentField(label=_("Căn cứ"))
    version = forms.IntegerField(min_value=1, required=False, widget=forms.HiddenInput)
    field_order = ["key", "version", "text", "kinds", "valid_from", "document"]

    def offer(self, kinds: Mapping[str, Text]) -> None:
        """Where a definition names no kinds none are asked."""
        if kinds:
            self.fields["kinds"].choices = list(kinds.items())
        else:
            del self.fields["kinds"]
