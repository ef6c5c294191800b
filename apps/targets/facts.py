"""What a register declares of its rows, once: figures count them, open to them and name them by it.

An app declares its `Source` beside its models (`counted.py`); which indicator counts it, and how, says
`apps/progress/sources.py`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise

from apps.accounts.scope import UnitScope
from apps.targets.models import Indicator

Text = str | Promise


@dataclass(frozen=True)
class Breakdown:
    """Figures beside the total, kept as `name=value`: by a column of the rows.

    Where the column is a key, `values` is a SELECT of `key` and `value`. What has no value is told as `none`.
    `words` of its values stand beside the figure on pages; of values that are rows themselves `names` reads them when
    they are told, `none` among them. Where a unit has one or nothing, `of_one` says which of them it has, "" that it
    has none.
    """

    label: Text
    column: str
    values: str = ""
    words: Mapping[str, Text] = field(default_factory=dict)
    of_one: Mapping[str, Text] = field(default_factory=dict)
    names: Callable[[], Mapping[str, Text | None]] | None = None


@dataclass(frozen=True)
class Nearly:
    """Rows for which a unit nearly counts: a page names it and what it lacks, no figure counts it.

    They have the values `where` in their columns; the column `lacks` has the ids of the units that would be needed.
    """

    where: Mapping[str, Sequence[str]]
    lacks: str
    title: Text
    why: Text  # with %(units)s


@dataclass(frozen=True)
class Tracked:
    """A table that the rows are read from and whose history pghistory keeps, so that they can be read as they were.

    `record` is the id of the record on which its row `t` hangs, with what has to be joined for that.
    """

    model: type[Model]
    record: str = "t.id"
    joins: str = ""


@dataclass(frozen=True)
class Kinds:
    """Kinds of the counted things, of which a version of their indicator's definition says which count."""

    words: Mapping[str, Text]


@dataclass(frozen=True)
class Name:
    """A record by name, as the person sees it: its code below, its page behind."""

    title: str
    code: str
    url: str


@dataclass(frozen=True)
class Column:
    """Of a file: the heading, and what stands below it, of a record or of a row."""

    heading: Text
    value: Callable[[Any], Any]


# Columns that say where a row came from; what a model does not have is not known of its rows.
ORIGIN = {"entered_by_id": "bigint", "batch_id": "bigint", "created_at": "timestamptz"}


@dataclass(frozen=True)
class Telling:
    """How pages and files tell of the rows.

    Who entered a row, by which import, when and why it was withdrawn, its own attributes say where it has them:
    `entered_by`, `batch`, `note`, `created_at`, `withdrawn_at`, `withdrawn_by`, `withdrawn_reason`.
    """

    model: type[Model]  # of the rows; row_id is its key
    record: type[Model]  # of what they hang on, which may be the same; record_id is its key
    noun: Text  # what a row stands for, within a sentence
    reached: Text  # what came in a period, below its number
    place: Text = ""  # heading of the unit's column
    day: Text = ""  # heading of the day's column
    as_today: Text = ""  # what is told as it is today beside the rows of a closed period
    invented: Text = ""  # what is invented of a demonstration's rows
    related: tuple[str, ...] = ()  # what `says` asks beside the row itself
    knows: tuple[str, ...] = ("id", "name")  # columns of the record that `name` asks
    name: Callable[[Any], Name] = lambda record: Name(str(record), "", record.get_absolute_url())
    named: str = ""  # SELECT of `knows` and ORIGIN by page.row_id; made from the model where it is ""
    names: tuple[Column, ...] = ()  # of a file: what names a record
    says: tuple[Column, ...] = ()  # of a file: what a row says beside place and day
    unit_of: Callable[[Any], str] = attrgetter("unit_id")  # whose row it is: theirs are who and why
    # Takes the name from records that are out of the scope's sight.
    hide: Callable[[Iterable[Any], UnitScope], None] = lambda records, scope: None

    @property
    def naming(self) -> str:
        if self.named:
            return self.named
        known = {column.column for column in self.model._meta.concrete_fields}
        own = ", ".join(f"t.{name}" for name in self.knows)
        origin = (f"t.{name}" if name in known else f"NULL::{kind} AS {name}" for name, kind in ORIGIN.items())
        return f"SELECT {own}, {', '.join(origin)} FROM {self.model._meta.db_table} t WHERE t.id = page.row_id"


@dataclass(frozen=True, eq=False)
class Source:
    """Rows that indicators may count.

    `rows` is a SELECT, without parameters, of everything that any of them may count. Each row has row_id and record_id
    (keys of the telling's models), thing (what is the same wherever it stands: counted once by `First`), unit_id, day,
    until (the last day on which it stands; NULL: to this day), amount (1 where rows are counted), the columns of the
    breakdowns, and those that an indicator's conditions ask. None but until and a breakdown's column may be NULL.
    """

    name: str  # in RecomputeRequest
    rows: str
    permission: str  # who may see rows
    tracked: tuple[Tracked, ...]
    telling: Telling
    # Tables of which rows are only added, each with `created_at`, that the rows of any record may hang on.
    ground: tuple[type[Model], ...] = ()
    kinds: Kinds | None = None
    basis: str = Indicator.Basis.REGISTER  # of reports: a level said of a period has its last day for day and until
    breakdowns: Mapping[str, Breakdown] = field(default_factory=dict)  # by their names in figures
    # Rows that share this column share their thing and every column that a `First` tells apart: only the first of them
    # can be the first of anything. It makes the rows few before they are sorted.
    first_within: str = ""
    # SELECT of the record_ids whose rows count together with those of `changed`, where a thing spans several records.
    together: str = "SELECT record_id FROM changed"
    # Whether the units of %(scope)s see the record {record} today, beside the row's own unit.
    sight: str = "true"
    nearly: Nearly | None = None
    same_rows_as: str = ""  # name of the source whose rows these are, counted by another thing: asked anew with it
    per_thousand: str = ""  # code of the UnitStatistic that its figures are set against

    @property
    def cells(self) -> str:
        """The scratch table that a recount reads it into."""
        return f"cells_{self.name.replace('.', '_')}"

    @property
    def firsts(self) -> str:
        """The rows among which all firsts are."""
        if not self.first_within:
            return self.rows
        within = self.first_within
        return f"SELECT DISTINCT ON ({within}) * FROM ({self.rows}) r ORDER BY {within}, day, row_id"
