"""What reports count of these registers: rows of a unit between two days, or a sum over a column of theirs.

A cell names it so: `inspections`, `events:participants`, `policies:stage=issued:kind=plan,guidance`,
`events:participants:kind!=fair`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import Count, Q, Sum

from apps.core.templatetags.ui import vn_date
from apps.organisations.asked import UnitView
from apps.registers.columns import Kind
from apps.registers.declaration import Register, register_of
from apps.registers.known import known_rows

Places = Mapping[str, Decimal]  # the units whose rows count, each with its share


@dataclass(frozen=True)
class Wanted:
    """`total`: the column whose sum is asked; "" asks how many rows. `only`: of choices, those that count."""

    register: Register
    total: str
    only: Mapping[str, tuple[str, ...]]

    @property
    def condition(self) -> Q:
        return Q(**{f"{name}__in": values for name, values in self.only.items()})


def wanted_of(source: str) -> Wanted:
    slug, *parts = source.split(":")
    register = register_of(slug)
    total, only = "", {}
    if register is None or register.model._meta.app_label != "activities":
        raise ValidationError(f"{source}: no such register", code="source")
    for part in parts:
        name, is_choice, values = part.partition("=")
        column = register.by_name.get(name.removesuffix("!"))
        if column is None or column.kind != (Kind.CHOICE if is_choice else Kind.NUMBER):
            raise ValidationError(f"{source}: no such column", code="source")
        if is_choice and not column.filtered:
            raise ValidationError(f"{source}: the list has no such filter, its rows could not be shown", code="source")
        if is_choice:
            only[column.name] = _chosen(source, [value for value, _label in column.choices], name, values)
        else:
            total = name
    return Wanted(register, total, only)


def _chosen(source: str, known: list[str], name: str, values: str) -> tuple[str, ...]:
    asked = values.split(",")
    if not set(asked) <= set(known):
        raise ValidationError(f"{source}: no such choice", code="source")
    return tuple(one for one in known if (one in asked) != name.endswith("!"))


def counted(
    sources: Iterable[str], places: Places, starts: date, ends: date, known_on: datetime | None = None
) -> dict[str, Decimal]:
    """By source. Where a register has no row of the units in these days nothing is known: nobody said that there was
    nothing. One query for each register; as known at a moment two.
    """
    found: dict[str, Decimal] = {}
    by_register: dict[Register, dict[str, Wanted]] = {}
    for source in sources:
        wanted = wanted_of(source)
        by_register.setdefault(wanted.register, {})[source] = wanted
    for register, asked in by_register.items():
        units = _sums(register, asked.values(), places, starts, ends, known_on)
        for at, source in enumerate(asked):
            number = _added(at, bool(asked[source].total), units, places)
            if number is not None:
                found[source] = number
    return found


def _sums(
    register: Register, asked: Iterable[Wanted], places: Places, starts: date, ends: date, known_on: datetime | None
) -> list[dict]:
    """For each unit that has rows, what each of those asked comes to."""
    there = Q(unit__in=places, **{f"{register.counted_on}__range": (starts, ends)})
    told: dict[str, Any] = {}
    for at, wanted in enumerate(asked):
        told[f"rows{at}"] = Count("pk", filter=wanted.condition)
        if wanted.total:
            told[f"sum{at}"] = Sum(wanted.total, filter=wanted.condition)
    found = (rows.filter(there).order_by().values("unit_id") for rows in known_rows(register, known_on))
    return [one for rows in found for one in rows.annotate(**told)]


def _added(at: int, is_sum: bool, units: list[dict], places: Places) -> Decimal | None:
    """A sum over rows of which none says the number is not known; one over no rows, where others are there, is zero."""
    if not units or (is_sum and any(one[f"rows{at}"] for one in units) and not any(_said(at, one) for one in units)):
        return None
    name = f"sum{at}" if is_sum else f"rows{at}"
    return sum((places[one["unit_id"]] * (one[name] or 0) for one in units), Decimal(0))


def _said(at: int, unit: dict) -> bool:
    return unit[f"sum{at}"] is not None


def rows_url(source: str, places: Places, starts: date, ends: date) -> str:
    """The list of the register, narrowed to what is counted."""
    wanted = wanted_of(source)
    query: dict[str, Any] = {"unit": sorted(places), "from_day": vn_date(starts), "to_day": vn_date(ends)}
    query |= {"units": UnitView.AS_REPORTED.value, **wanted.only}
    return f"{wanted.register.list_url}?{urlencode(query, doseq=True, safe='/')}"
