"""What a row says, in the words of the audit, the history and the files: names instead of keys."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from apps.core.templatetags.ui import number, vn_date
from apps.documents.models import LegalDocument
from apps.organisations.fields import unit_names
from apps.registers.columns import Column, Kind
from apps.registers.declaration import Register, register_of_model
from apps.registers.models import RegisterRow

Said = str | date | Decimal | int | None


# The words of what such columns have stored.
WORDED: dict[Kind, Callable[[Column], Mapping[str, str]]] = {
    Kind.UNIT: lambda column: unit_names(),
    Kind.CHOICE: lambda column: {key: str(label) for key, label in column.choices},
    Kind.ITEM: lambda column: column.called() if column.called else {},
}


def value(row: RegisterRow, column: Column) -> Said:
    """As a file has it: days and numbers as such, everything else in words."""
    if column.kind == Kind.ROW:
        found = getattr(row, column.name)
        return None if found is None else code_of(found)  # as a file has to name it
    if column.kind == Kind.ACT:
        act = getattr(row, column.name)
        return None if act is None else str(act)
    found = reading(column)(getattr(row, column.field.attname))
    return str(found) if found is not None and column.is_year else found


def reading(column: Column) -> Callable[[Any], Said]:
    """What a stored value says, of columns that name no act and no other row. A year is a number like others, which no
    file writes with points.
    """
    if column.kind in WORDED:
        words = WORDED[column.kind](column)
        return lambda stored: words.get(stored, stored)
    return column.hide if column.kind == Kind.CODE else _as_it_is


def _as_it_is(stored: Any) -> Said:
    found: Said = stored
    return found


def exported(columns: Iterable[Column]) -> list[tuple[str, Callable[[Any], Said]]]:
    """For many rows: where a query finds what each column has stored, and what that says in a list's file."""
    return [_exported(column) for column in columns]


def _exported(column: Column) -> tuple[str, Callable[[Any], Said]]:
    if column.kind == Kind.ACT:
        acts = {act.pk: str(act) for act in LegalDocument.objects.only("kind", "number")}
        return column.field.attname, acts.get
    if column.kind == Kind.ROW:
        register = register_of_model(column.field.related_model)
        return f"{column.name}__{register.key[0]}", _code_in(register)
    return column.field.attname, reading(column)


def code_of(row: RegisterRow) -> str:
    """What rows of other registers and their files call it by."""
    register = register_of_model(type(row))
    return _code_in(register)(getattr(row, register.key[0])) or ""


def _code_in(register: Register) -> Callable[[Any], str | None]:
    column = register.by_name.get(register.key[0])
    hide = column.hide if column else str
    return lambda code: None if code is None else hide(str(code))


def item_word(column: Column, key: str) -> str:
    return column.called().get(key, key) if column.called else key


def label_of(row: RegisterRow) -> str:
    """«ĐT-2026-01 – Bồi dưỡng kiểm định viên»; only the code of what has no other name."""
    code, name = code_of(row), str(row)
    return code if code == name else f"{code} – {name}"


def words(row: RegisterRow, column: Column) -> str:
    """As a page has it; empty where nothing is known."""
    said: Any = value(row, column)
    if said is None:
        return ""
    if column.kind == Kind.ROW:
        return label_of(getattr(row, column.name))
    if column.kind == Kind.DAY:
        return vn_date(said)
    return number(said) if column.kind == Kind.NUMBER and not column.is_year else str(said)


def said(register: Register, row: RegisterRow) -> dict[str, Said]:
    return {column.name: value(row, column) for column in register.columns}


def differences(before: dict[str, Said], after: dict[str, Said]) -> tuple[dict[str, Said], dict[str, Said]]:
    """What the audit is told: of both states only what is not the same."""
    names = [name for name in before if before[name] != after[name]]
    return {name: before[name] for name in names}, {name: after[name] for name in names}
