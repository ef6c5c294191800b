"""Which rows count for which indicator. The only place that knows; roll-up and provenance both read it.

MT5 counts an enterprise once, nationally: at its first event in force (`applied` or `maintained`) since the
programme's first period, in the unit of that event. MT5a and MT5b ask the same of one form each; they overlap,
so they are not parts of MT5.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """A kind of fact: its name in RecomputeRequest, and `counted`, a SELECT of the rows that any indicator counts.

    `counted` yields enterprise_id, event_id, occurred_on, unit_id, form, and whether the row is its enterprise's first.
    """

    name: str
    counted: str


# The first event of each programme: the index `event_in_force` yields them in order, so that only one row a programme
# is left to sort when the first of each enterprise is marked.
PROGRAMME_EVENTS = Source(
    "enterprises.programme_event",
    """
    SELECT p.enterprise_id, e.event_id, e.occurred_on, e.unit_id, p.form,
           row_number() OVER (PARTITION BY p.enterprise_id ORDER BY e.occurred_on, e.event_id) = 1 AS is_first
    FROM (
        SELECT DISTINCT ON (programme_id) programme_id, id AS event_id, occurred_on, unit_id
        FROM enterprises_programmeevent
        WHERE withdrawn_at IS NULL AND stage IN ('applied', 'maintained')
          AND occurred_on >= (SELECT min(starts_on) FROM targets_period)
        ORDER BY programme_id, occurred_on, id
    ) e
    JOIN enterprises_assuranceprogramme p ON p.id = e.programme_id
    """,
)


@dataclass(frozen=True)
class Count:
    """How one indicator counts a source: the forms it asks, and which of the counted rows are its own."""

    source: Source
    forms: tuple[str, ...]
    condition: str

    @property
    def rows(self) -> str:
        """A SELECT of the rows that this indicator counts, one per enterprise."""
        return f"SELECT * FROM ({self.source.counted}) counted WHERE {self.condition}"


COUNTS: dict[str, Count] = {
    "MT5": Count(PROGRAMME_EVENTS, ("served", "written"), "is_first"),
    "MT5a": Count(PROGRAMME_EVENTS, ("served",), "form = 'served'"),
    "MT5b": Count(PROGRAMME_EVENTS, ("written",), "form = 'written'"),
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
    SELECT (SELECT years FROM spans)[width_bucket(c.occurred_on, (SELECT starts FROM spans))] AS year,
           c.unit_id, n.ownership, n.industry_id, c.form, c.is_first, count(*) AS count
    FROM counted c JOIN enterprises_enterprise n ON n.id = c.enterprise_id
    GROUP BY 1, 2, 3, 4, 5, 6
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
