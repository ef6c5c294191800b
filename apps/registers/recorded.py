"""What a row says, in the words of the audit, the history and the files: names instead of keys."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from apps.core import cells
from apps.core.cells import Cell
from apps.core.kept_words import in_vietnamese
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
    return _cell(column).said


def exported(columns: Iterable[Column]) -> list[Cell]:
    """For many rows: what each column says in a list's file."""
    return [_exported(column) for column in columns]


def _exported(column: Column) -> Cell:
    if column.kind == Kind.ACT:
        acts = {act.pk: str(act) for act in LegalDocument.objects.only("kind", "number")}
        return cells.worded(column.field.attname, acts, or_key=False)
    if column.kind == Kind.ROW:
        register = register_of_model(column.field.related_model)
        return _code_cell(f"{column.name}__{register.key[0]}", register.by_name.get(register.key[0]))
    return _cell(column)


def _cell(column: Column) -> Cell:
    path = column.field.attname
    if column.kind in WORDED:
        return cells.worded(path, WORDED[column.kind](column))
    if column.kind == Kind.CODE:
        return _code_cell(path, column)
    if column.kind == Kind.DAY:
        return cells.day(path)
    if column.kind == Kind.NUMBER:
        return cells.decimal(path) if column.decimals else cells.whole(path)
    return cells.text(path)


def _code_cell(path: str, column: Column | None) -> Cell:
    if column and column.is_hidden:
        return cells.hidden(path, column.hide, column.shown_whole)
    return cells.text(path)


def code_of(row: RegisterRow) -> str:
    """What rows of other registers and their files call it by."""
    register = register_of_model(type(row))
    said: str = _code_cell("", register.by_name.get(register.key[0])).said(getattr(row, register.key[0]))
    return said or ""


def item_word(column: Column, key: str) -> str:
    return column.called().get(key, key) if column.called else key


def label_of(row: RegisterRow) -> str:
    """«ĐT-2026-01 – Bồi dưỡng kiểm định viên»; only the code of what has no other name."""
    code, name = code_of(row), str(row)
    return code if code == name else f"{code} – {name}"


def recorded_name(row: RegisterRow) -> str:
    """What the audit calls it for good: with its code, and with the row above, of which it is a part."""
    register = register_of_model(type(row))
    own = label_of(row) if register.told_at.kind == Kind.CODE else str(row)
    above = getattr(row, register.above.name) if register.above else None
    return f"{own} · {recorded_name(above)}" if above else own


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


@in_vietnamese()
def said(register: Register, row: RegisterRow) -> dict[str, Said]:
    return {column.name: value(row, column) for column in register.columns}


def differences(before: dict[str, Said], after: dict[str, Said]) -> tuple[dict[str, Said], dict[str, Said]]:
    """What the audit is told: of both states only what is not the same."""
    names = [name for name in before if before[name] != after[name]]
    return {name: before[name] for name in names}, {name: after[name] for name in names}
