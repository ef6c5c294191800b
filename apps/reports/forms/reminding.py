from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.fields import OnceForm
from apps.reports.selectors.reminded import Addressee


class RemindForm(OnceForm):
    """Only of those that are shown; all of them ticked at first."""

    report = forms.MultipleChoiceField(
        label=_("Đơn vị được nhắc"), error_messages={"required": _("Chọn ít nhất một đơn vị.")}
    )

    def __init__(self, *args: Any, addressees: Iterable[Addressee], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.addressees = list(addressees)
        offered = [one for one in self.addressees if one.can_be_told]
        self.fields["report"].choices = [(str(one.report.pk), one.label.distinct_name) for one in offered]

    @property
    def chosen(self) -> list[Any]:
        wanted = set(self.cleaned_data["report"])
        return [one.report for one in self.addressees if str(one.report.pk) in wanted]
