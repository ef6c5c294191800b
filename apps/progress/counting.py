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
