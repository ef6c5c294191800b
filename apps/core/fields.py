"""Fields of forms: clean text, days as people write them; and forms that put a service's refusal at its field."""

import datetime
import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core.days import WRITTEN_AS, parse_day, shown_day
from apps.core.old_fonts import meant_by_old_font, refuse_old_font
from apps.core.text import clean_text

REQUIRED = {"required": gettext_lazy("Ô này cần có giá trị.")}
EARLIEST = datetime.date(1945, 9, 2)
LONGEST_DAY = 60  # «Thứ Hai, ngày 15 tháng 3 năm 2026»: answered by the day it means


def parse_dated(text: str) -> datetime.date:
    """A day in the life of a unit or of an act of law; it may well lie ahead."""
    day = parse_day(text)
    if not EARLIEST <= day <= datetime.date(2100, 1, 1):
        raise ValidationError(_("Kiểm tra lại năm."), code="date")
    return day


def parse_past(text: str) -> datetime.date:
    """A day that has come."""
    day, today = parse_dated(text), timezone.localdate()
    if day > today:
        wrong = _("Ngày không được sau hôm nay (%(today)s).") % {"today": f"{today:%d/%m/%Y}"}
        raise ValidationError(wrong, code="future")
    return day


class TextField(forms.CharField):
    """Text in its normal form, without invisible characters. What is measured and required is that form."""

    when_required = ""  # of a field that need not always be filled in: when it must

    def __init__(self, *, multiline: bool = False, **kwargs: Any) -> None:
        self.multiline = multiline
        if multiline:
            kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 3}))
        super().__init__(**{"error_messages": REQUIRED, **kwargs})

    def to_python(self, value: Any) -> Any:
        if value not in self.empty_values:
            refuse_old_font(str(value))
            value = clean_text(str(value), multiline=self.multiline)
        return super().to_python(value)


class SearchField(forms.CharField):
    """Words to search by, in the form in which texts are kept; those of an old font are read as they were meant."""

    def to_python(self, value: Any) -> Any:
        if value not in self.empty_values:
            value = clean_text(meant_by_old_font(str(value))[1] or str(value))
        return super().to_python(value)


class DayField(forms.CharField):
    """A day as people write it: 20/11/2026. `parse` says which days make sense."""

    def __init__(self, *, parse: Callable[[str], datetime.date] = parse_dated, **kwargs: Any) -> None:
        self.parse = parse
        attrs = {"placeholder": WRITTEN_AS, "inputmode": "numeric", "autocomplete": "off"}
        kwargs.setdefault("widget", forms.TextInput(attrs=attrs))
        super().__init__(max_length=LONGEST_DAY, **{"error_messages": REQUIRED, **kwargs})

    def prepare_value(self, value: Any) -> Any:
        return shown_day(value) if isinstance(value, datetime.date) else value

    def to_python(self, value: Any) -> Any:
        return super().to_python(clean_text(str(value)) if value not in self.empty_values else value)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return self.parse(text) if text else None


class MomentField(forms.CharField):
    """The `updated_at` of the row as it was shown, carried along unseen."""

    def __init__(self) -> None:
        super().__init__(required=False, widget=forms.HiddenInput)

    def prepare_value(self, value: Any) -> Any:
        return value.isoformat() if isinstance(value, datetime.datetime) else value

    def clean(self, value: Any) -> datetime.datetime | None:
        try:
            return parse_datetime(super().clean(value))
        except ValueError:
            return None


class RefusableForm(forms.Form):
    """`refused` puts a service's refusal beside its field; `aliases`: what the service calls a field of ours.

    An empty field is asked for by its name: «Nhập tên đầy đủ.», «Chọn vai trò.»
    """

    fields: dict[str, Any]  # each of a class of its own, with what that class knows beside Django's
    aliases: dict[str, str] = {}

    def full_clean(self) -> None:
        for field in self.fields.values():
            if field.error_messages.get("required") == REQUIRED["required"]:
                field.error_messages["required"] = _missing(field)
        super().full_clean()

    def refused(self, refusal: ValidationError) -> None:
        if not hasattr(refusal, "error_dict"):
            self.add_error(None, refusal)
            return
        for name, errors in refusal.error_dict.items():
            place = self.aliases.get(name, name)
            known = place in self.fields and name != NON_FIELD_ERRORS
            self.add_error(place if known else None, ValidationError(errors))


def _missing(field: forms.Field) -> str:
    if isinstance(field, DayField):
        return _("Nhập ngày/tháng/năm, ví dụ 20/11/2026.")
    name = str(field.label or "")
    chosen = isinstance(field, forms.ChoiceField) or getattr(field, "is_chosen", False)
    words = _("Chọn %(name)s.") if chosen else _("Nhập %(name)s.")
    return words % {"name": name[:1].lower() + name[1:]}


class ReasonForm(RefusableForm):
    """What is done without further facts, and why."""

    reason = TextField(
        label=gettext_lazy("Lý do"), max_length=300, error_messages={"required": gettext_lazy("Nhập lý do.")}
    )


class OnceForm(RefusableForm):
    """Sent twice it makes one record: the key is the same in both."""

    key = TextField(max_length=60, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("key", uuid.uuid4().hex)
