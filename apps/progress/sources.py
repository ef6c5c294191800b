"""Which rows count for which indicator. The only place that knows; roll-up and provenance both read it.

MT5 counts an enterprise once, nationally: at its first event in force (`applied` or `maintained`) since the
programme's first period, in the unit of that event. What is counted is the enterprise, not the record: branches and
other dependent units, whose codes have 13 digits, count with the ten they begin with, whether those are on record or
not. Which kinds of enterprises count, the definition in force on the day of the event says (`kinds`).

MT5a and MT5b ask the same of one form each, MT5c of the kinds of enterprises that Quyết định 996/QĐ-TTg names; the
three overlap, so they are not parts of MT5.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """A kind of fact: its name in RecomputeRequest, and two SELECTs of the rows that any indicator may count.

    Both yield thing (what is counted once), enterprise_id (the record), event_id, occurred_on, unit_id, form, ownership
    and industry_id. `reached` has every row in force; `counted` the first of each programme, and says which is the
    first of its thing (`is_first`), and which the first of its thing in that form (`is_first_of_form`).
    """

    name: str
    reached: str
    counted: str


# Rows whose kind the definition of their day does not count are left out before anything is first.
_REACHED = """
    SELECT {first} CASE WHEN length(n.tax_code) = 12 THEN n.tax_code ELSE left(n.tax_code, 10) END AS thing,
           p.enterprise_id, e.programme_id, e.id AS event_id, e.occurred_on, e.unit_id, p.form,
           n.ownership, n.industry_id
    FROM enterprises_programmeevent e
    JOIN enterprises_assuranceprogramme p ON p.id = e.programme_id
    JOIN enterprises_enterprise n ON n.id = p.enterprise_id
    WHERE e.withdrawn_at IS NULL AND e.stage IN ('applied', 'maintained')
      AND e.occurred_on >= (SELECT min(starts_on) FROM targets_period)
      AND NOT EXISTS (
          SELECT FROM (
              SELECT d.kinds, d.valid_from, lead(d.valid_from) OVER (ORDER BY d.valid_from) AS valid_until
              FROM targets_indicatordefinition d JOIN targets_indicator i ON i.id = d.indicator_id
              WHERE i.code = 'MT5'
          ) d
          WHERE cardinality(d.kinds) > 0 AND e.occurred_on >= d.valid_from
            AND (d.valid_until IS NULL OR e.occurred_on < d.valid_until) AND n.ownership <> ALL (d.kinds)
      )
"""
# The first event of each programme: few rows are left to sort when the first of each enterprise is marked.
PROGRAMME_EVENTS = Source(
    "enterprises.programme_event",
    reached=_REACHED.format(first=""),
    counted=f"""
    SELECT e.*, row_number() OVER (PARTITION BY thing ORDER BY occurred_on, event_id) = 1 AS is_first,
           row_number() OVER (PARTITION BY thing, form ORDER BY occurred_on, event_id) = 1 AS is_first_of_form
    FROM ({_REACHED.format(first="DISTINCT ON (e.programme_id)")}
          ORDER BY e.programme_id, e.occurred_on, e.id) e
    """,
)


@dataclass(frozen=True)
class Count:
    """How one indicator counts a source: the form and the kinds of enterprises it asks; none named: all of them."""

    source: Source
    form: str = ""
    kinds: tuple[str, ...] = ()

    @property
    def asked(self) -> str:
        """The condition on a row of `reached` that makes it one of this indicator's."""
        return " AND ".join(self._conditions()) or "true"

    @property
    def condition(self) -> str:
        """The condition on a row of `counted`: one row per thing meets it."""
        return " AND ".join(["is_first_of_form" if self.form else "is_first", *self._conditions()])

    @property
    def rows(self) -> str:
        """A SELECT of the rows that this indicator counts, one per thing."""
        return f"SELECT * FROM ({self.source.counted}) counted WHERE {self.condition}"

    def rows_of(self, facts: str) -> str:
        """The same rows, of a table that has those of `reached`, for one indicator alone: a single sort finds them."""
        form = f"WHERE form = '{self.form}'" if self.form else ""
        first = f"SELECT DISTINCT ON (thing) * FROM {facts} {form} ORDER BY thing, occurred_on, event_id"
        return f"SELECT * FROM ({first}) counted WHERE {self.asked}"

    def _conditions(self) -> Sequence[str]:
        """Put together from the constants below only."""
        kinds = ", ".join(f"'{kind}'" for kind in self.kinds)
        form = [f"form = '{self.form}'"] if self.form else []
        return [*form, *([f"ownership IN ({kinds})"] if kinds else [])]


COUNTS: dict[str, Count] = {
    "MT5": Count(PROGRAMME_EVENTS),
    "MT5a": Count(PROGRAMME_EVENTS, form="served"),
    "MT5b": Count(PROGRAMME_EVENTS, form="written"),
    "MT5c": Count(PROGRAMME_EVENTS, kinds=("state", "private")),
}
SOURCES = {count.source.name: count.source for count in COUNTS.values()}


def indicators_of(source: Source) -> list[str]:
    return [code for code, count in COUNTS.items() if count.source == source]


# The facts are read once per source, into cells by everything that any of its figures asks. That makes the set small
# before the indicators and their views are taken. Periods follow one another without a gap, so width_bucket finds a
# day's period without comparing every row with every period.
CELLS = """
    WITH counted AS ({counted}),
    spans AS (
        SELECT array_agg(starts_on ORDER BY starts_on) AS starts, array_agg(year ORDER BY starts_on) AS years
        FROM targets_period
    )
    SELECT (SELECT years FROM spans)[width_bucket(occurred_on, (SELECT starts FROM spans))] AS year,
           unit_id, ownership, industry_id, form, is_first, is_first_of_form, count(*) AS count
    FROM counted
    GROUP BY 1, 2, 3, 4, 5, 6, 7
"""
# Cumulative figures per period, unit and breakdown: one grouped statement over the indicator's cells, in all its views
# (total, by ownership, by industry; unit and nation); the outer join carries each figure on through the periods that
# have begun.
FIGURES = """
    WITH flows AS (
        SELECT cells.year, cells.unit_id,
               CASE GROUPING(cells.ownership, i.version, i.section)
                   WHEN 7 THEN '' WHEN 3 THEN 'ownership=' || cells.ownership
                   ELSE 'industry=' || coalesce(i.version || ':' || i.section, 'none') END AS breakdown,
               sum(cells.count) AS count
        FROM cells LEFT JOIN enterprises_industry i ON i.id = cells.industry_id
        WHERE {condition}
        GROUP BY GROUPING SETS (
            (cells.year), (cells.year, cells.ownership), (cells.year, i.version, i.section),
            (cells.year, cells.unit_id), (cells.year, cells.unit_id, cells.ownership),
            (cells.year, cells.unit_id, i.version, i.section)
        )
    )
    SELECT per.id AS period_id, f.unit_id, f.breakdown, sum(f.count)::numeric(20, 4) AS value
    FROM flows f JOIN targets_period per ON per.year >= f.year AND per.starts_on <= %(today)s
    GROUP BY per.id, f.unit_id, f.breakdown
"""


def cells_sql(source: Source) -> str:
    """The one reading of a source's facts."""
    return CELLS.format(counted=source.counted)


def figures_sql(code: str) -> str:
    """The grouped statement of one indicator over the table `cells`. Parameter: `today` (date)."""
    return FIGURES.format(condition=COUNTS[code].condition)
