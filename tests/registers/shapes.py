"""Registers of distinct shapes: what follows from a declaration alone is asked on a commit of those that show something
of their own, and of all the others in `make soak`.

A shape is what the code of registers can tell two of them apart by: kinds of columns and what is said with each, which
of them make the key and the name, what stands above a row, what it holds until or waits for, and rules of files. Names,
words and numbers of columns are none of it. In the given order a register is asked if it shows a part of a shape that
none before it has. What differs by data and not by shape (rights by role) is asked of every register all the same.
"""

from collections.abc import Iterable
from typing import Any

import pytest

from apps.registers.columns import Column, Kind
from apps.registers.declaration import Register, register_of


def of_column(column: Column) -> set[Any]:
    said = {
        "null": column.field.null, "hidden": column.is_hidden, "listed names": column.called is not None,
        "read": column.read is not None, "ahead": column.ahead, "year": column.is_year, "gives unit": column.gives_unit,
        "of its day": bool(column.on), "of kinds": bool(column.kinds), "number": column.of_number("7") != "",
        "decimals": bool(column.decimals), "large": column.kind == Kind.NUMBER and column.largest > 2**31,
    }  # fmt: skip
    return {(column.kind, name) for name, is_so in said.items() if is_so} | {(column.kind, column.required)}


def of_register(register: Register) -> set[Any]:
    key = [register.by_name[name] for name in register.key]
    said = {
        "expires": register.expires, "ends": register.ends, "standing": register.standing, "spans": register.spans,
        "until": register.counted_until, "years": register.counted_years,
        "tells": register.tells.__name__ != "_nothing",
        "own day": register.own_day, "no unit": register.unit_column is None, "mergeable": register.is_mergeable,
        "awaited": register.awaited, "due": register.awaited and register.awaited.due,
        "asked": register.awaited and register.awaited.is_asked, "reach": register.model.REACH != "own",
    }  # fmt: skip
    found: set[Any] = {name for name, is_so in said.items() if is_so} | {("rules", register.files.wanted)}
    found |= {("named by", register.by_name[register.named_by].kind), ("told at", register.told_at.kind)}
    found |= {("in the key", column.kind, column.required) for column in key} | {("key", len(key) > 1)}
    return found.union(*map(of_column, register.columns))


def by_shape(slugs: Iterable[str]) -> list[Any]:
    """As values of a parameter: those that show nothing new are marked to be left to `make soak`."""
    seen: set[Any] = set()
    found = []
    for slug in slugs:
        shape = of_register(register_of(slug))
        found.append(slug if shape - seen else pytest.param(slug, marks=pytest.mark.thorough))
        seen |= shape
    return found
