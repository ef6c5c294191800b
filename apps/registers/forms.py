"""The forms of a register, from its columns."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.core.fields import MomentField, OnceForm, ReasonForm, RefusableForm, TextField
from apps.documents.services import DocumentFacts, known_document
from apps.registers.closed_periods import closed_until
from apps.registers.columns import Kind, Words
from apps.registers.declaration import Register
from apps.registers.fields import form_field
from apps.registers.merging.subject import Subject
from apps.registers.models import RegisterRow


class SeenForm(RefusableForm):
    """A change that does not say which state it was made from might overwrite anything."""

    def clean(self) -> dict[str, Any]:
        if "seen" in self.fields and self.cleaned_data.get("seen") is None:
            raise ValidationError(
                _("Không xác định được thời điểm mở biểu mẫu. Mở lại trang, rồi sửa tiếp."), code="stale"
            )
        return self.cleaned_data


NO_ACT_YET = gettext_lazy("Văn bản chưa có trong cổng: để trống, lưu xong thì đính kèm tệp văn bản ở trang của dòng.")


class RowForm(SeenForm):
    """The columns of `register`, with what the person may choose."""

    def __init__(self, *args: Any, register: Register, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.register = register
        for column in register.columns:
            self.fields[column.name] = field = form_field(column)
            if column.kind in (Kind.UNIT, Kind.ACT, Kind.ROW):
                field.offer_to(by)
            if column.kind == Kind.ACT and not column.required and not field.adder:
                field.help_text = f"{field.help_text} {NO_ACT_YET}".strip()
        if register.source and register.counted_on in self.fields:
            counted = self.fields[register.counted_on]
            counted.help_text = " ".join(filter(None, (str(counted.help_text), closed_until())))
        self.order_fields([column.name for column in register.columns])

    def facts(self, by: User) -> dict[str, Any]:
        """Column → value. An act that was described with the row is entered now, in the caller's transaction."""
        found = {}
        for column in self.register.columns:
            value = self.cleaned_data[column.name]
            if isinstance(value, DocumentFacts):
                value = known_document(value, by=by)
            found[column.name] = value if value is not None or column.field.null else ""
        return found


class RowAddForm(OnceForm, RowForm):
    pass


class RowChangeForm(RowForm):
    reason = TextField(
        label=gettext_lazy("Lý do sửa"), max_length=300, error_messages={"required": gettext_lazy("Nhập lý do.")}
    )
    seen = MomentField()


class RowWithdrawForm(ReasonForm):
    pass


class PartForm(ReasonForm):
    pass


@dataclass(frozen=True)
class Beside:
    """What the two say of one thing, and which of it stays; `field` is none where they say the same."""

    label: Words
    kept: str
    gone: str
    field: Any = None
    takes_gone: bool = False


KEPT, GONE = "kept", "gone"


class MergeForm(OnceForm, ReasonForm):
    """Of what two records say otherwise, which of them is right; and as which they were seen."""

    kept_seen = MomentField()
    gone_seen = MomentField()

    def __init__(self, *args: Any, subject: Subject, kept: Any, gone: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.subject, self.records = subject, (kept, gone)
        self.initial.update(kept_seen=kept.updated_at, gone_seen=gone.updated_at)
        self.chosen = {one.name: f"take_{one.name}" for one in subject.facets if one.values(kept) != one.values(gone)}
        for one in subject.facets:
            if one.name in self.chosen:
                default = GONE if one.is_empty(kept) else KEPT
                choices = [(KEPT, KEPT), (GONE, GONE)]
                self.fields[self.chosen[one.name]] = forms.ChoiceField(choices=choices, initial=default, required=False)

    def taken(self) -> set[str]:
        """What of the record that goes stays."""
        data = getattr(self, "cleaned_data", {})
        said = {name: data.get(field) or self.fields[field].initial for name, field in self.chosen.items()}
        return {name for name, which in said.items() if which == GONE}

    def rows(self) -> list[Beside]:
        (kept, gone), taken = self.records, self.taken()
        return [
            Beside(one.label, one.words(kept), one.words(gone), self.chosen.get(one.name), one.name in taken)
            for one in self.subject.facets
            if one.name in self.chosen or one.words(kept)
        ]


class RowsForm(OnceForm, ReasonForm):
    """What is done with many rows, for one reason."""

    def __init__(self, *args: Any, register: Register, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.register, self.by = register, by


class RowsHandOverForm(RowsForm):
    """A unit that the column takes, and for which the person may write."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        column = self.register.unit_column
        if column is not None:
            field = form_field(column)
            field.label, field.help_text = _("Đơn vị nhận"), ""
            field.offer_to(self.by)
            self.fields["unit"] = field
        self.order_fields(["key", "unit", "reason"])


def initial_of(register: Register, row: RegisterRow) -> dict[str, Any]:
    """The row as its form shows it; units by their id, which the field puts into words."""
    found = {
        column.name: getattr(row, column.stored if column.kind == Kind.UNIT else column.name)
        for column in register.columns
    }
    return found | {"seen": row.updated_at}
