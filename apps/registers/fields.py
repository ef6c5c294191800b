"""The form field of each kind of column; and choosing a row of another register by typing part of it."""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.core.fields import REQUIRED, DayField, TextField
from apps.core.numbers import out_of_range, parse_decimal, parse_whole
from apps.core.picking import PickField
from apps.documents.fields import DocumentField
from apps.organisations.fields import UnitField, Units, offer_among
from apps.organisations.models import OrganisationUnit
from apps.people.rights import units_with
from apps.registers.columns import LARGEST, Column, Kind
from apps.registers.declaration import register_of_model, registers
from apps.registers.models import RegisterRow
from apps.registers.recorded import label_of
from apps.registers.selectors import rows_to_name, rows_to_offer

OFFERED = 200  # labels that come with a page for browsers without scripts
DIGITS = 20  # that a column of decimals holds in all


class CodeField(TextField):
    def __init__(self, *, tidy: Callable[[str], str], **kwargs: Any) -> None:
        self.tidy = tidy
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return self.tidy(text) if text else text


class NumberField(TextField):
    """1.234,5 as people write it."""

    def __init__(self, *, decimals: int, largest: int = LARGEST, **kwargs: Any) -> None:
        self.decimals, self.largest = decimals, largest
        super().__init__(max_length=40, widget=forms.TextInput(attrs={"inputmode": "decimal"}), **kwargs)

    def clean(self, value: Any) -> int | Decimal | None:
        text = super().clean(value)
        return parse_number(text, self.decimals, self.largest) if text else None


def parse_number(text: str, decimals: int, largest: int = LARGEST) -> int | Decimal:
    """A number that its column can hold; whole ones count something, so none is below 0."""
    if not decimals:
        whole = parse_whole(text)
        if not 0 <= whole <= largest:
            raise out_of_range()
        return whole
    found = parse_decimal(text)
    if abs(found) >= 10 ** (DIGITS - decimals):
        raise out_of_range()
    if found != round(found, decimals):
        raise ValidationError(_("Tối đa %(count)s chữ số thập phân") % {"count": decimals}, code="too_long")
    return found


class RowField(PickField):
    """Cleaned it is the row: one that the person sees, called by its key and its name."""

    route = "registers:row_choices"
    unknown = gettext_lazy("Không có “%(text)s” trong sổ")

    def __init__(self, *, column: Column, **kwargs: Any) -> None:
        self.column, self.register = column, register_of_model(column.field.related_model)
        self.rows: Any = self.register.model._default_manager.none()
        self.offered = self.rows
        self.route_args = (self.register.slug,)
        super().__init__(**kwargs)

    def offer_to(self, user: User) -> None:
        self.rows, self.offered = rows_to_name(self.column, user), rows_to_offer(self.column, user)

    def named(self, text: str) -> Sequence[RegisterRow]:
        """By its code, or by the label that the list offers. A code may hold the dash that stands between the two."""
        parts = text.split(" – ")
        codes = [" – ".join(parts[:count]) for count in range(1, len(parts) + 1)]
        key = self.register.key[0]
        found = self.rows.annotate(code_lower=Lower(key)).filter(code_lower__in=[code.lower() for code in codes])
        return [row for row in found if text.lower() in (getattr(row, key).lower(), self.label_of(row).lower())]

    def near(self, text: str) -> Sequence[RegisterRow]:
        return list(self.offered.search(text)[:5])

    def label_of(self, row: RegisterRow) -> str:
        return label_of(row)

    def labels(self) -> Iterable[str]:
        return [self.label_of(row) for row in self.offered[:OFFERED]]


class ItemField(TextField):
    """Cleaned it is the entry that the text means."""

    def __init__(self, *, column: Column, **kwargs: Any) -> None:
        self.column = column
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return value.pk if isinstance(value, Model) else value

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text or self.column.read is None:
            return None
        return self.column.field.related_model._default_manager.get(pk=self.column.read()(text))


def form_field(column: Column) -> Any:
    return _FIELDS[column.kind](column, {"label": column.label, "help_text": column.hint, "required": column.required})


def _without_help(told: dict[str, Any]) -> dict[str, Any]:
    """So that the field says its own."""
    return {name: value for name, value in told.items() if name != "help_text"}


def _choice(column: Column, told: dict[str, Any]) -> forms.Field:
    first = _("Chọn %(name)s") if column.required else _("Chưa ghi")
    choices = [("", first % {"name": str(column.field.verbose_name)}), *column.choices]
    return forms.ChoiceField(choices=choices, **told | ({"error_messages": REQUIRED} if column.required else {}))


class ListedItemField(forms.ModelChoiceField):
    """One of a short list, by the names that the column gives its entries."""

    def __init__(self, *, column: Column, **kwargs: Any) -> None:
        self.called = column.called() if column.called else {}
        entries = column.field.related_model._default_manager.complex_filter(column.field.get_limit_choices_to())
        super().__init__(entries, **kwargs)

    def label_from_instance(self, obj: Model) -> str:
        return self.called.get(str(obj.pk), str(obj))


def _listed_item(column: Column, told: dict[str, Any]) -> forms.Field:
    first = _("Chọn %(name)s") if column.required else _("Chưa ghi")
    words = first % {"name": str(column.field.verbose_name)}
    return ListedItemField(column=column, empty_label=words, error_messages=REQUIRED, **told)


_FIELDS: dict[Kind, Callable[[Column, dict[str, Any]], Any]] = {
    Kind.TEXT: lambda column, told: TextField(max_length=column.length, **told),
    Kind.CODE: lambda column, told: CodeField(tidy=column.tidy, max_length=column.length, **told),
    Kind.NUMBER: lambda column, told: NumberField(decimals=column.decimals, largest=column.largest, **told),
    Kind.DAY: lambda column, told: DayField(parse=column.parse, **told),
    Kind.CHOICE: _choice,
    Kind.UNIT: lambda column, told: UnitField(among=among(column), **told),
    Kind.ACT: lambda column, told: DocumentField(**(told if told["help_text"] else _without_help(told))),
    Kind.ROW: lambda column, told: RowField(column=column, **told),
    Kind.ITEM: lambda column, told: _listed_item(column, told) if column.called else ItemField(column=column, **told),
}


def among(column: Column) -> str:
    """The word by which the list of units beneath the field is asked for."""
    return f"of-{column.field.model.SLUG}"


def offer_units() -> None:
    """At start: each register's units, where the person may enter rows; ended ones too, for facts of their time."""
    for register in registers():
        kinds = register.unit_column.kinds if register.unit_column else ()
        offer_among(f"of-{register.slug}", _units_of(register.permission("add"), kinds))


def _units_of(permission: str, kinds: tuple[str, ...]) -> Any:
    def units(user: User) -> Units:
        scope = units_with(user, permission)
        found = OrganisationUnit.objects.filter(kind__in=kinds) if kinds else OrganisationUnit.objects.all()
        return found if scope.everything else found.filter(pk__in=scope.ids)

    return units
