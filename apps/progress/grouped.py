"""The roll-up as SQL: the facts of a source are read once into cells, and all figures taken from these."""

from collections.abc import Hashable, Iterable, Mapping, Sequence

from apps.progress.counting import Count, Counting, First, Ratio
from apps.targets.facts import Breakdown, Source

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
    SELECT {apart}{at} AS at, cells.unit_id, {breakdown} AS breakdown, sum({moved}) AS moved
    FROM {cells} cells {joins}
    WHERE {moving} AND {asked}
    GROUP BY GROUPING SETS ({sets})
"""
_PERIODS = """(
    SELECT id, row_number() OVER (ORDER BY starts_on) AS number FROM targets_period WHERE starts_on <= %(today)s
) per"""
_WITHIN = f"""
    SELECT {{kept}}per.id AS period_id, f.unit_id, f.breakdown, sum(f.moved)::numeric(20, 4) AS value
    FROM ({_MOVED}) f JOIN {_PERIODS} ON per.number = f.at
    GROUP BY {{kept}}per.id, f.unit_id, f.breakdown
"""
# What has come stands until more comes: each sum is made once, and carried on to the period before the next. Where
# two rows share a period, both have the sum of both, and the first of them reaches nowhere.
_CARRIED = f"""
    SELECT {{kept}}per.id AS period_id, f.unit_id, f.breakdown, f.value::numeric(20, 4) AS value
    FROM (
        SELECT {{kept}}at, unit_id, breakdown, sum(moved) OVER so_far AS value, lead(at) OVER so_far AS until
        FROM ({_MOVED}) m WINDOW so_far AS (PARTITION BY {{kept}}unit_id, breakdown ORDER BY at)
    ) f
    JOIN {_PERIODS} ON per.number >= f.at AND (f.until IS NULL OR per.number < f.until)
"""
_NONE = "NULL::numeric AS numerator, NULL::numeric AS denominator"
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


def figures_of(counted: Iterable[tuple[int, Counting]]) -> str:
    """The figures of many indicators by their ids: `figures_sql` of each behind its indicator_id and basis."""
    passes: dict[Hashable, list[tuple[int, Counting]]] = {}
    for indicator, count in counted:
        passes.setdefault(_alike(count), []).append((indicator, count))
    return " UNION ALL ".join(_pass(alike) for alike in passes.values())


def _alike(count: Counting) -> Hashable:
    """What it shares with counts from which one value of a column tells it: these are one pass over the cells."""
    if isinstance(count, Count) and not count.marks and [len(values) for values in count.where.values()] == [1]:
        return type(count), count.source, *count.where
    return count


def _pass(alike: Sequence[tuple[int, Counting]]) -> str:
    indicator, one = alike[0]
    basis = f"'{one.basis}'::text AS basis"
    if len(alike) == 1 or isinstance(one, Ratio):
        return f"SELECT {indicator}::bigint AS indicator_id, {basis}, f.* FROM ({figures_sql(one)}) f"
    [column] = one.where
    values = ", ".join(f"({pk}::bigint, '{value}')" for pk, count in alike for value in _asked_of(count, column))
    apart = f"JOIN (VALUES {values}) apart(indicator_id, value) ON apart.value = cells.{column}"
    figures = _figures(one, one.breakdowns, apart)
    return f"SELECT f.indicator_id, {basis}, f.period_id, f.unit_id, f.breakdown, f.value, {_NONE} FROM ({figures}) f"


def _asked_of(count: Counting, column: str) -> Sequence[str]:
    return count.where[column] if isinstance(count, Count) else ()


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
    return f"SELECT f.*, {_NONE} FROM ({_figures(count, count.breakdowns)}) f"


def _figures(count: Count, names: Iterable[str], apart: str = "") -> str:
    """`apart`: a join that says of a cell which indicator_id it adds to, in the place of what the count asks."""
    broken = {name: count.breakdowns[name] for name in names}
    values = {name: f"{name}.value" if one.values else f"cells.{one.column}" for name, one in broken.items()}
    views = ["", *(f", {value}" for value in values.values())]
    statement = _CARRIED if count.carried else _WITHIN
    first = "apart.indicator_id, " if apart else ""
    return statement.format(
        apart=first,
        kept="indicator_id, " if apart else "",
        at=count.at,
        breakdown=_breakdown(values),
        moved=count.moved,
        cells=count.source.cells,
        joins=" ".join([apart, count.moves, *(_values(name, one) for name, one in broken.items() if one.values)]),
        moving=count.moving,
        asked="true" if apart else count.cell_asked,
        sets=", ".join(f"({first}{count.at}{unit}{view})" for unit in ("", ", cells.unit_id") for view in views),
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
