"""Reads of a register that are no list: one row as its page shows it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from apps.accounts.models import User
from apps.registers.columns import Column, Kind, Words
from apps.registers.declaration import Register, below
from apps.registers.models import RegisterRow
from apps.registers.recorded import words


@dataclass(frozen=True)
class Fact:
    label: Words
    text: str
    url: str = ""


def facts_of(register: Register, row: RegisterRow, user: User) -> list[Fact]:
    """Every column in words; acts and rows lead to their pages where the person may open them."""
    found = []
    for column in register.columns:
        url = ""
        if column.kind in (Kind.ACT, Kind.ROW):
            named = getattr(row, column.name)
            if named is not None and type(named).objects.visible_to(user).filter(pk=named.pk).exists():
                url = named.get_absolute_url()
        found.append(Fact(column.label, words(row, column), url))
    return found


def rows_to_name(column: Column, user: User) -> Any:
    """Those that a row of the person's own may name in this column."""
    rows: Any = column.field.related_model._default_manager
    return rows.live().editable_by(user) if column.gives_unit else rows.nameable_by(user)


def rows_to_offer(column: Column, user: User) -> Any:
    """Those of them that a list offers."""
    rows: Any = column.field.related_model._default_manager
    return rows.live().editable_by(user) if column.gives_unit else rows.offered_to(user)


@dataclass(frozen=True)
class Part:
    """The rows of another register that hang on this one."""

    register: Register
    count: int
    query: str  # of its list, narrowed to them
    may_add: bool


def parts_of(register: Register, row: RegisterRow, user: User) -> list[Part]:
    parts = []
    for other, column in below(register):
        if not user.has_perm(other.permission("view")):
            continue
        rows: Any = other.model.objects.visible_to(user).live().filter(**{column.name: row.pk})
        query = urlencode({column.name: getattr(row, register.key[0])})
        may_add = row.is_live and user.has_perm(other.permission("add"))
        parts.append(Part(other, rows.count(), query, may_add))
    return parts
