"""What a row says, in the words of the audit, the history and the files: names instead of keys."""

from datetime import date
from decimal import Decimal
from typing import Any

from apps.core.templatetags.ui import number, vn_date
from apps.organisations.fields import unit_names
from apps.registers.columns import Column, Kind
from apps.registers.declaration import Register, register_of_model
from apps.registers.models import RegisterRow

Said = str | date | Decimal | int | None


def value(row: RegisterRow, column: Column) -> Said:
    """As a file has it: days and numbers as such, everything else in words."""
    if column.kind == Kind.UNIT:
        key = getattr(row, column.stored)
        return unit_names().get(key, key)
    if column.kind == Kind.CHOICE:
        return str(getattr(row, f"get_{column.name}_display")())
    if column.kind == Kind.ITEM:
        return item_word(column, str(getattr(row, column.stored)))
    found = getattr(row, column.name)
    if column.kind == Kind.CODE:
        return column.hide(found)
    if found is not None and column.kind == Kind.ROW:
        return code_of(found)  # as a file has to name it
    if found is not None and (column.kind == Kind.ACT or column.is_year):
        return str(found)
    return found


def exported(row: RegisterRow, column: Column) -> Said:
    """As a list's file has it: there a year is a number like others, which no file writes with points."""
    return getattr(row, column.name) if column.is_year else value(row, column)


def code_of(row: RegisterRow) -> str:
    """What rows of other registers and their files call it by."""
    register = register_of_model(type(row))
    said, column = str(getattr(row, register.key[0])), register.by_name.get(register.key[0])
    return column.hide(said) if column else said


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
