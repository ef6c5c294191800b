"""The rows of a declared register as figures count and open them: its own columns and words."""

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any

from apps.registers.columns import Column as RegisterColumn
from apps.registers.comparing import owner, table
from apps.registers.declaration import Register
from apps.registers.recorded import value
from apps.targets.facts import Breakdown, Column, Name, Nearly, Source, Telling, Text, Tracked

# A row's name is told as it is today: only to whose row it is today.
_SIGHT = "EXISTS (SELECT 1 FROM {table} seen WHERE seen.id = {{record}} AND {owner} = ANY(%(scope)s))"


def source_of(
    register: Register,
    *,
    rows: str,
    breakdowns: Mapping[str, Breakdown],
    also_tracked: tuple[Tracked, ...] = (),
    together: str = "SELECT record_id FROM changed",
    nearly: Nearly | None = None,
    **telling: Any,
) -> Source:
    """`rows` as `Source.rows` says; `telling` as `_telling_of` has it: what the page behind a figure tells of each row.

    Files behind a figure have every column of the register; a page names each row.
    """
    return Source(
        register.source,
        rows=rows,
        permission=register.permission("view"),
        tracked=(Tracked(register.model), *also_tracked),
        breakdowns=breakdowns,
        together=together,
        nearly=nearly,
        sight=_SIGHT.format(table=table(register), owner=owner(register, "seen")),
        telling=_telling_of(register, **telling),
    )


def _telling_of(
    register: Register,
    *,
    day: Text,
    reached: Text,
    place: Text,
    related: tuple[str, ...] = (),
    knows: tuple[str, ...] = (),
    name: Callable[[Any], Name] = lambda row: Name(str(row), "", row.get_absolute_url()),
    as_today: Text = "",
) -> Telling:
    """Where a row counts for another unit than its own, `name` tells whose it is, out of what it `knows`."""
    named = register.by_name[register.named_by]
    own_place = () if knows else (register.unit_column, register.by_name.get(register.counted_on))
    counted = (named, *own_place)  # have columns of their own
    return Telling(
        model=register.model,
        record=register.model,
        noun=register.noun,
        reached=reached,
        place=place,
        day=day,
        as_today=as_today or named.field.verbose_name,
        knows=knows or ("id", named.stored),
        name=name,
        names=(_told(named),),
        says=tuple(_told(column) for column in register.columns if column not in counted),
        related=related,
        unit_of=attrgetter("home_id"),
    )


def _told(column: RegisterColumn) -> Column:
    def said(row: Any) -> Any:
        return value(row, column)

    return Column(column.label, said)
