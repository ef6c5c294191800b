"""One decision for the tasks that were chosen in the inbox."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.fields import OnceForm, TextField
from apps.tasks.forms.decision import DECISION, DecisionFields

APPROVE, RETURN = "approve", "return"


class DecideForm(DecisionFields, OnceForm):
    """`verb` is the button. A decision is asked for approving, words for returning."""

    reason = TextField(label=gettext_lazy("Ý kiến"), multiline=True, required=False, max_length=2000)
    verb = forms.ChoiceField(choices=[(APPROVE, APPROVE), (RETURN, RETURN)], widget=forms.HiddenInput)
    pick = forms.MultipleChoiceField(required=False, widget=forms.MultipleHiddenInput)

    def __init__(self, *args: Any, picked: list[str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.say_when(_("bắt buộc khi phê duyệt"))
        self.fields["reason"].when_required = _("bắt buộc khi trả lại")
        self.fields["pick"].choices = [(one, one) for one in picked or ()]
        pressed = self.data.get("verb") if self.is_bound else ""
        if pressed == APPROVE:
            self.need_decision()
        self.fields["reason"].required = pressed == RETURN
        self.fields["reason"].error_messages["required"] = _("Nhập ý kiến, lý do.")

    @property
    def rest(self) -> list[forms.BoundField]:
        """The words of a return have a place of their own."""
        return []

    def clean(self) -> dict[str, Any]:
        """Of what the other button asks nothing is looked at."""
        data = super().clean() or {}
        for name in DECISION if data.get("verb") == RETURN else ():
            self.errors.pop(name, None)
        if not data.get("pick"):
            raise ValidationError(_("Chọn ít nhất một nhiệm vụ."), code="none")
        return data
