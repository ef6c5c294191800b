"""Reads of a register that are no list: one row as its page shows it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from apps.accounts.models import User
from apps.core.models import joined
from apps.organisations.selectors import unit_labels
from apps.people.rights import units_with
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


def may_enter(register: Register, user: User) -> bool:
    """Whether the person may add rows and has a unit to which such a row can belong: no button leads to a refusal."""
    if not user.has_perm(register.permission("add")):
        return False
    scope, column = units_with(user, register.permission("add")), register.unit_column
    if scope.everything or column is None or not column.kinds:
        return True
    labels = unit_labels()
    return any(labels[pk].kind in column.kinds for pk in scope.ids)


SHOWN = 20


@dataclass(frozen=True)
class Line:
    """A row as the page of the row above has it: its name, and what the list says of it."""

    name: str
    url: str
    cells: list[tuple[Words, str]]


@dataclass(frozen=True)
class Part:
    """The rows of another register that hang on this one."""

    register: Register
    count: int
    query: str  # of its list, narrowed to them
    may_add: bool
    lines: list[Line]  # the first of them, where they are shown

    @property
    def named(self) -> str:
        return self.register.by_name[self.register.named_by].label


def parts_of(register: Register, row: RegisterRow, user: User) -> list[Part]:
    parts = []
    for other, column in below(register):
        if not user.has_perm(other.permission("view")):
            continue
        rows: Any = other.model.objects.visible_to(user).live().filter(**{column.name: row.pk})
        query = urlencode({column.name: getattr(row, register.key[0])})
        may_add = row.is_live and may_enter(other, user)
        lines = _lines(other, column, rows) if other.is_told_above else []
        are_all = other.is_told_above and len(lines) < SHOWN
        parts.append(Part(other, len(lines) if are_all else rows.count(), query, may_add, lines))
    return parts


def _lines(register: Register, above: Column, rows: Any) -> list[Line]:
    listed = [one for one in register.columns if one.listed and one.name not in (above.name, register.named_by)]
    named = [one.name for one in listed if one.kind in (Kind.ACT, Kind.ROW)]
    return [
        Line(str(row), row.get_absolute_url(), [(one.label, words(row, one)) for one in listed])
        for row in joined(rows, named)[:SHOWN]
    ]
