"""Ways to count rows: each says in SQL which rows a figure counts, what they add to it, and when.

A count is declared in the table of `sources.py`. The roll-up reads each source once into cells and takes all figures
from these; what stands behind a figure is found among the rows themselves, by the same conditions.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.targets.facts import Breakdown, Source
from apps.targets.models import Indicator

Aggregation = Indicator.Aggregation
Asked = Mapping[str, Sequence[str]]
# What came before the programme stands in a stock, and adds to nothing else.
_BEGUN = "day >= (SELECT min(starts_on) FROM targets_period)"


@dataclass(frozen=True, eq=False)
class Count:
    """How one indicator counts the rows of a source; `where` are the values that its columns must have."""

    source: Source
    where: Asked = field(default_factory=dict)

    aggregation: ClassVar[Aggregation]
    known_by: ClassVar[str] = "row_id"  # what is the same at two moments
    weight: ClassVar[str] = "amount"  # of a row
    adds: ClassVar[tuple[str, str]] = ("sum(amount)", "amount")  # of a cell, and its name there
    moves: ClassVar[str] = ""  # a join to the cells, where one adds more than once
    at: ClassVar[str] = "cells.since"  # in which period a cell adds
    moved: ClassVar[str] = "cells.amount"
    moving: ClassVar[str] = "cells.since > 0"
    carried: ClassVar[bool] = True  # into the periods that follow
    # Of a row: whether the figure of the period from %(starts)s to %(ends)s counts it, and whether that before did.
    counts: ClassVar[str] = f"day <= %(ends)s AND {_BEGUN}"
    counted_before: ClassVar[str] = f"day < %(starts)s AND {_BEGUN}"
    listed: ClassVar[str] = "counts AND NOT counted_before"  # which rows a page of the period shows
    # Words of the pages: below the figure of the period before, below what it no longer counts, and so on.
    before: ClassVar[str | Promise] = _("lũy kế hết")
    taken: ClassVar[str | Promise] = ""
    rows_are: ClassVar[str | Promise] = _("được tính mới trong kỳ")
    gain: ClassVar[str | Promise] = _("Tăng trong kỳ")
    total: ClassVar[str | Promise] = _("Lũy kế")

    @property
    def parts(self) -> "tuple[Count, ...]":
        return (self,)

    @property
    def sources(self) -> tuple[Source, ...]:
        return (self.source,)

    @property
    def basis(self) -> str:
        return self.source.basis

    @property
    def breakdowns(self) -> Mapping[str, Breakdown]:
        return self.source.breakdowns

    @property
    def asked(self) -> str:
        """The condition on a row of the source that makes it one of this indicator's."""
        return _all(_conditions(self.where))

    @property
    def cell_asked(self) -> str:
        """The same, on a cell."""
        return self.asked

    @property
    def asks(self) -> set[str]:
        """The columns that the conditions ask."""
        return set(self.where)

    @property
    def marks(self) -> dict[str, str]:
        """Columns to be made of all rows of the source before they go into cells."""
        return {}

    def rows_of(self, facts: str) -> str:
        """A SELECT of the rows that this indicator counts, out of a table that has those of its source."""
        return f"SELECT * FROM {facts} WHERE {self.asked}"

    @property
    def rows(self) -> str:
        return self.rows_of(f"({self.source.rows}) r")


@dataclass(frozen=True, eq=False)
class Cumulative(Count):
    """Everything that came since the programme began."""

    aggregation = Aggregation.CUMULATIVE


@dataclass(frozen=True, eq=False)
class Sum(Count):
    """What came within the period."""

    aggregation = Aggregation.SUM
    carried = False
    counts = "day BETWEEN %(starts)s AND %(ends)s"
    counted_before = "false"
    before = ""
    total = _("Trong kỳ")


@dataclass(frozen=True, eq=False)
class Stock(Count):
    """What stands on the last day of the period: it adds when it comes, and is taken when it goes."""

    aggregation = Aggregation.LATEST
    moves = "CROSS JOIN LATERAL (VALUES (greatest(cells.since, 1), cells.amount), (cells.gone, -cells.amount)) m(at, n)"
    at = "m.at"
    moved = "m.n"
    moving = "m.at IS NOT NULL AND (cells.gone IS NULL OR cells.gone > greatest(cells.since, 1))"
    counts = "day <= %(ends)s AND (until IS NULL OR until >= %(ends)s)"
    counted_before = "day < %(starts)s AND (until IS NULL OR until >= %(starts)s::date - 1)"
    listed = "counts"
    before = _("cuối kỳ")
    taken = _("không còn được tính")
    rows_are = _("được tính tại ngày cuối kỳ")
    gain = _("Tăng, giảm trong kỳ")
    total = _("Cuối kỳ")


@dataclass(frozen=True, eq=False)
class Held(Stock):
    """A stock of which one row may stand in several units at once: each such standing is a thing of its own."""

    known_by = "thing"


@dataclass(frozen=True, eq=False)
class First(Count):
    """Each thing once, at its first row, in the unit of that row.

    `of` narrows the rows before the first is looked for; `where` asks what the first must be like.
    """

    of: Mapping[str, str] = field(default_factory=dict)

    aggregation = Aggregation.DISTINCT
    known_by = "thing"
    weight = "1"
    adds = ("count(*)", "things")
    moved = "cells.things"
    taken = _("đã tính ở kỳ trước hoặc ở địa bàn khác")

    @property
    def asked(self) -> str:
        return _all([*self._of(), *_conditions(self.where)])

    @property
    def cell_asked(self) -> str:
        return _all([*self.marks, self.asked])

    @property
    def asks(self) -> set[str]:
        return {*self.of, *self.where}

    @property
    def marks(self) -> dict[str, str]:
        apart = sorted(self.of)
        first = f"row_number() OVER (PARTITION BY {', '.join(['thing', *apart])} ORDER BY day, row_id) = 1"
        return {"_of_".join(["is_first", *apart]): first}

    def rows_of(self, facts: str) -> str:
        """For one indicator alone a single sort finds them."""
        first = f"SELECT DISTINCT ON (thing) * FROM {facts} WHERE {_all(self._of())} ORDER BY thing, day, row_id"
        return f"SELECT * FROM ({first}) counted WHERE {_all(_conditions(self.where))}"

    @property
    def rows(self) -> str:
        return self.rows_of(f"({self.source.firsts}) r")

    def _of(self) -> list[str]:
        return _conditions({column: (value,) for column, value in self.of.items()})


@dataclass(frozen=True, eq=False)
class Ratio:
    """One count in percent of another, by period, unit and the breakdowns of the former, to which it opens.

    A breakdown that the latter has not is of the former alone: each part is set against all of the latter, and they
    add up to the whole. There is no figure before the first of the former: that is not nothing, it is unknown;
    nor where nothing stands above and below.
    """

    numerator: Count
    denominator: Count

    aggregation: ClassVar[Aggregation] = Aggregation.RATIO
    carried: ClassVar[bool] = True
    gain: ClassVar[str | Promise] = Stock.gain
    total: ClassVar[str | Promise] = Stock.total

    @property
    def source(self) -> Source:
        return self.numerator.source

    @property
    def parts(self) -> tuple[Count, ...]:
        return self.numerator, self.denominator

    @property
    def sources(self) -> tuple[Source, ...]:
        return tuple(dict.fromkeys(part.source for part in self.parts))

    @property
    def basis(self) -> str:
        return self.numerator.basis

    @property
    def breakdowns(self) -> Mapping[str, Breakdown]:
        return self.numerator.breakdowns

    @property
    def shared(self) -> list[str]:
        """Names of the breakdowns that both have."""
        return [name for name in self.breakdowns if name in self.denominator.breakdowns]


Counting = Count | Ratio


def _conditions(asked: Asked) -> list[str]:
    """Put together from constants of the table only."""
    listed = {column: ", ".join(f"'{one}'" for one in values) for column, values in asked.items()}
    return [f"{column} IN ({values})" for column, values in listed.items()]


def _all(conditions: Iterable[str]) -> str:
    return " AND ".join(conditions) or "true"


def conditions(asked: Asked) -> str:
    return _all(_conditions(asked))


# The facts are read once per source, into cells by everything that any of the figures asks. That makes the set small
# before the indicators and their views are taken. Periods follow one another without a gap, so width_bucket finds a
# day's period without comparing every row with every period: 0 is before the first. What stands until the last day of
# a period is gone with the next.
_CELLS = """
    WITH spans AS (SELECT array_agg(starts_on ORDER BY starts_on) || (max(ends_on) + 1) AS starts FROM targets_period)
    SELECT {columns}, {measures} FROM {rows} GROUP BY {numbers}
"""
_PERIOD_OF = "width_bucket({day}, (SELECT starts FROM spans))"


def cells_sql(source: Source, counts: Iterable[Counting]) -> str:
    """The one reading of a source's facts, for these counts."""
    parts = [part for count in counts for part in count.parts if part.source is source]
    marks = {name: mark for part in parts for name, mark in part.marks.items()}
    asked = {column for part in parts for column in part.asks}
    broken = dict.fromkeys(one.column for one in source.breakdowns.values())
    columns = [_PERIOD_OF.format(day="day") + " AS since"]
    if any(part.moves for part in parts):
        columns.append(_PERIOD_OF.format(day="until + 1") + " AS gone")
    columns += ["unit_id", *broken, *sorted(asked - broken.keys()), *marks]
    only_firsts = all(isinstance(part, First) for part in parts)
    rows = f"({source.firsts if only_firsts else source.rows}) r"
    if marks:
        marked = ", ".join(f"{mark} AS {name}" for name, mark in marks.items())
        rows = f"(SELECT r.*, {marked} FROM {rows}) marked"
    measures = dict.fromkeys(part.adds for part in parts)
    return _CELLS.format(
        columns=", ".join(columns),
        measures=", ".join(f"{sum_} AS {name}" for sum_, name in measures),
        rows=rows,
        numbers=", ".join(str(number) for number in range(1, len(columns) + 1)),
    )


# Figures per period, unit and breakdown: one grouped statement over the cells, in all views at once (the total, each
# breakdown; by unit and for the nation), and the periods that have begun.
_MOVED = """
    SELECT {at} AS at, cells.unit_id, {breakdown} AS breakdown, sum({moved}) AS moved
    FROM {cells} cells {joins}
    WHERE {moving} AND {asked}
    GROUP BY GROUPING SETS ({sets})
"""
_PERIODS = """(
    SELECT id, row_number() OVER (ORDER BY starts_on) AS number FROM targets_period WHERE starts_on <= %(today)s
) per"""
_WITHIN = f"""
    SELECT per.id AS period_id, f.unit_id, f.breakdown, sum(f.moved)::numeric(20, 4) AS value
    FROM ({_MOVED}) f JOIN {_PERIODS} ON per.number = f.at
    GROUP BY per.id, f.unit_id, f.breakdown
"""
# What has come stands until more comes: each sum is made once, and carried on to the period before the next. Where
# two rows share a period, both have the sum of both, and the first of them reaches nowhere.
_CARRIED = f"""
    SELECT per.id AS period_id, f.unit_id, f.breakdown, f.value::numeric(20, 4) AS value
    FROM (
        SELECT at, unit_id, breakdown, sum(moved) OVER so_far AS value, lead(at) OVER so_far AS until
        FROM ({_MOVED}) m WINDOW so_far AS (PARTITION BY unit_id, breakdown ORDER BY at)
    ) f
    JOIN {_PERIODS} ON per.number >= f.at AND (f.until IS NULL OR per.number < f.until)
"""
_QUOTIENT = """
    SELECT period_id, unit_id, breakdown,
           (CASE WHEN denominator = 0 THEN 0 ELSE numerator * 100 / denominator END)::numeric(20, 4) AS value,
           numerator, denominator
    FROM (
        WITH n AS MATERIALIZED ({numerator}), known AS (
            SELECT id AS period_id FROM targets_period WHERE starts_on >= (
                SELECT min(starts_on) FROM targets_period WHERE id IN (SELECT period_id FROM n)
            )
        ), d AS MATERIALIZED (SELECT * FROM ({denominator}) d WHERE period_id IN (SELECT period_id FROM known)),
        below AS (
            SELECT * FROM d
            UNION ALL
            SELECT d.period_id, d.unit_id, part.breakdown, d.value
            FROM d JOIN (
                SELECT DISTINCT period_id, breakdown FROM n
                WHERE breakdown <> '' AND split_part(breakdown, '=', 1) <> ALL (ARRAY[{shared}]::text[])
            ) part ON part.period_id = d.period_id
            WHERE d.breakdown = ''
        )
        SELECT coalesce(n.period_id, d.period_id) AS period_id, coalesce(n.unit_id, d.unit_id) AS unit_id,
               coalesce(n.breakdown, d.breakdown) AS breakdown, coalesce(n.value, 0) AS numerator,
               coalesce(d.value, 0) AS denominator
        FROM n FULL JOIN below d
          ON d.period_id = n.period_id AND coalesce(d.unit_id, '') = coalesce(n.unit_id, '')
         AND d.breakdown = n.breakdown
    ) parts WHERE numerator <> 0 OR denominator <> 0
"""


def figures_sql(count: Counting) -> str:
    """The figures of one indicator, from the cells of its sources. Parameter: `today` (date).

    period_id, unit_id (NULL: the nation), breakdown, value, numerator, denominator.
    """
    if isinstance(count, Ratio):
        return _QUOTIENT.format(
            numerator=_figures(count.numerator, count.breakdowns),
            denominator=_figures(count.denominator, count.shared),
            shared=", ".join(f"'{name}'" for name in count.shared),
        )
    nothing = "NULL::numeric"
    figures = _figures(count, count.breakdowns)
    return f"SELECT f.*, {nothing} AS numerator, {nothing} AS denominator FROM ({figures}) f"


def _figures(count: Count, names: Iterable[str]) -> str:
    broken = {name: count.breakdowns[name] for name in names}
    values = {name: f"{name}.value" if one.values else f"cells.{one.column}" for name, one in broken.items()}
    views = ["", *(f", {value}" for value in values.values())]
    statement = _CARRIED if count.carried else _WITHIN
    return statement.format(
        at=count.at,
        breakdown=_breakdown(values),
        moved=count.moved,
        cells=count.source.cells,
        joins=" ".join([count.moves, *(_values(name, one) for name, one in broken.items() if one.values)]),
        moving=count.moving,
        asked=count.cell_asked,
        sets=", ".join(f"({count.at}{unit}{view})" for unit in ("", ", cells.unit_id") for view in views),
    )


def _values(name: str, one: Breakdown) -> str:
    return f"LEFT JOIN ({one.values}) {name} ON {name}.key = cells.{one.column}"


def _breakdown(values: Mapping[str, str]) -> str:
    """Which view a row of the grouping sets is of: GROUPING has a bit for each column that it is not grouped by."""
    if not values:
        return "''"
    every = 2 ** len(values) - 1
    cases = (
        f"WHEN {every - 2**place} THEN '{name}=' || coalesce({value}, 'none')"
        for place, (name, value) in zip(reversed(range(len(values))), values.items(), strict=True)
    )
    return f"CASE GROUPING({', '.join(values.values())}) {' '.join(cases)} ELSE '' END"
