"""What an app declares to let Excel rows into its register. Found in every app's resources.py."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache, partial
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.accounts.scope import UnitScope
from apps.core.templatetags.ui import number
from apps.exchange.cells import WRONG_KIND, Field, Problem, cell_text, problems_of
from apps.exchange.formulas import FORMULAS, value_of_formula
from apps.exchange.models import WRITERS, ImportBatch
from apps.exchange.parse import Cell
from apps.jobs.models import Job
from apps.people.rights import units_with

REMEMBERED = 4096  # distinct values of a column, those last met: a row holds a few of them, a file hundreds
Meaning = tuple[dict[str, Any], tuple[Problem, ...]]


@dataclass(frozen=True)
class ClosedRows:
    """Rows of a file in a closed period; `moving` of them will stand among its adjustments, the rest move nothing."""

    period: str
    rows: int
    moving: int


@dataclass(frozen=True)
class ClosedRow:
    """One of them, by its number in the file; `told` is what writing it does to the figures, and why."""

    number: int
    periods: str
    told: str


@dataclass(frozen=True)
class Closed:
    """All of a file's: period by period, latest first, and together. A row of a stock falls into many periods."""

    periods: Sequence[ClosedRows] = ()
    rows: int = 0
    moving: int = 0

    @classmethod
    def of(cls, counted: Iterable[tuple[int | None, int, int]]) -> "Closed":
        """Year, rows and moving rows; all of them together stand under no year."""
        found = {year: (rows, moving) for year, rows, moving in counted}
        rows, moving = found.pop(None, (0, 0))
        return cls([ClosedRows(str(year), *numbers) for year, numbers in found.items()], rows, moving)

    @property
    def still(self) -> int:
        return self.rows - self.moving

    @property
    def words(self) -> str:
        """«2025: 12, 2024: 2»."""
        return ", ".join(f"{one.period}: {one.rows}" for one in self.periods)


@dataclass(frozen=True)
class Written:
    """What a batch put into the register, and the job that counts anew because of it, if any."""

    rows: int
    job: Job | None = None


NAMED_FOR_GOOD = 200  # rows in one row of the audit


class Stays(str):
    """A phrase of a row that stays; `row` is what it calls the row, and `url` where whoever reads it sees that row."""

    row: str
    url: str

    def __new__(cls, phrase: str, row: str = "", url: str = "") -> "Stays":
        made = super().__new__(cls, phrase)
        made.row, made.url = row, url
        return made

    @property
    def around(self) -> tuple[str, str]:
        before, _row, after = self.partition(self.row) if self.row else ("", "", str(self))
        return before, after


@dataclass(frozen=True)
class Undoing:
    """What taking a batch back does, a phrase each, and what it cannot take back; `more` of the latter unnamed."""

    done: list[str]
    stays: Sequence[str]  # of `Stays`, where the row can be looked at
    more: int = 0
    rows: int = 0  # how many were taken out of the register
    names: Callable[[int], list[str]] = field(default=lambda most: [], compare=False)  # of so many, where it is done

    def said(self) -> dict[str, Any]:
        """For the audit: its row says for good which rows went, also when nobody keeps them any more."""
        named = self.names(NAMED_FOR_GOOD)
        return {
            "rows": self.rows, "taken_back": named, "unnamed": self.rows - len(named),
            "done": self.done, "stays": self.stays,
        }  # fmt: skip


class ScopedResource:
    """One register's Excel door. Subclasses declare `fields` and write by SQL sets."""

    do_not_call_in_templates = True  # pages read the declaration off the class

    register: str = ""
    label: str | Promise = ""
    permission: str = ""  # which right writes rows, in the units where it is held
    list_url: str = ""  # name of the register's own page
    list_args: tuple[str, ...] = ()  # and what else its address needs
    listed_with: str = ""  # which right shows the rows of one import there, if that page lists rows
    feeds: str = ""  # code of the indicator its rows move, if any
    fields: list[Field] = []  # in the order of the official file
    any_of: tuple[str, ...] = ()  # keys of columns of which a file must have one at least: without them it says nothing
    listed: tuple[str, ...] = ()  # keys of the columns that a list of rows shows
    understood_first: tuple[str, ...] = ()  # keys of columns that the rules of other columns ask
    named_by: str = ""  # key of the column that tells people whose row it is
    keyed_by: str = ""  # key of the column by which the register knows it, where that is another one
    mended_in: dict[str, str] = {}  # code of a problem: key of the column where it is mended, if not its own
    measured: tuple[str, ...] = ()  # tables that its rows are written to: their statistics follow a large file
    told: tuple[str, ...] = ()  # codes of problems that settling finds, beside those of the single cells
    undoes: str | Promise = gettext_lazy(
        "Các dòng do lần nhập này đưa vào được rút khỏi sổ, giá trị bị ghi đè trở lại như trước và mục tiêu được tính "
        "lại. Lý do được lưu."
    )
    undone: str | Promise = gettext_lazy("Lần nhập đã được hoàn tác.")

    @classmethod
    def scope_of(cls, user: User) -> UnitScope:
        """For which units the person may write rows."""
        return units_with(user, cls.permission)

    @classmethod
    def templates(cls, user: User) -> list[tuple[str, str]]:
        """Further templates, with rows that the register has: the query of each, and its name."""
        return []

    @classmethod
    def filled(cls, user: User, query: Any) -> Iterable[dict[str, list[str] | None]]:
        """The rows of such a template, a cell by the key of its column, as kind and value."""
        return ()

    def __init__(self, batch: ImportBatch, scope: UnitScope) -> None:
        """Prepare what every row is held against (lists of codes, names), once per check."""
        self.batch, self.scope = batch, scope
        self.formulas = 0  # cells that were read by what a formula in them last gave

    def clean_row(self, cells: dict[str, Cell | None]) -> tuple[dict[str, Any], list[Problem]]:
        """Understand one row: cleaned values by key, and every problem at once."""
        row: dict[str, Any] = {}
        problems: list[Problem] = []
        for key, column, meaning, asks in self._understood:
            cell = cells.get(key)
            if cell is None and not column.required:  # most cells of a wide file
                row[key] = ""
                continue
            if cell is not None and cell[0] in FORMULAS and cell[1]:
                cell = value_of_formula(cell)
                self.formulas += 1
            if meaning is None:
                self._read_cell(column, cell, row, problems)
                continue
            found, told = meaning(cell, *map(row.get, asks)) if asks else meaning(cell)
            row.update(found)
            if told:
                problems += told
        problems += self.check_row(row)
        if len(problems) > 1:
            places = self.places()
            problems.sort(key=lambda problem: places.get(problem.column, -1))
        return row, problems

    @cached_property
    def _understood(self) -> list[tuple[str, Field, Callable[..., Meaning] | None, tuple[str, ...]]]:
        """The columns in their order; of those that say what they ask, with what remembers their meanings."""
        return [
            (
                column.key,
                column,
                None if column.asks is None else lru_cache(REMEMBERED)(partial(self._meaning, column)),
                column.asks or (),
            )
            for column in self.in_order_of_understanding()
        ]

    def _meaning(self, column: Field, cell: Cell | None, *asked: Any) -> Meaning:
        """What the cell puts into a row, and what is told of it; `asked` are the values of the columns it asks."""
        problems: list[Problem] = []
        asks = column.asks or ()
        row = {key: value for key, value in zip(asks, asked, strict=True) if value is not None} if asks else {}
        self._read_cell(column, cell, row, problems)
        for key in asks:
            row.pop(key, None)
        return row, tuple(problems)

    def _read_cell(self, column: Field, cell: Cell | None, row: dict[str, Any], problems: list[Problem]) -> None:
        try:
            text = self.text_of(cell, column, row, problems)
            if not text and column.required:
                raise ValidationError(_("Để trống. Cột này bắt buộc nhập"), code="blank")
            row[column.key] = self.understand(column, text, row) if text else ""
        except ValidationError as error:
            problems.extend(problems_of(column, cell, error))

    @classmethod
    @cache
    def in_order_of_understanding(cls) -> tuple[Field, ...]:
        return tuple(sorted(cls.fields, key=lambda column: column.key not in cls.understood_first))

    @classmethod
    @cache
    def places(cls) -> dict[str, int]:
        """Each header's place in the official file."""
        return {column.header: at for at, column in enumerate(cls.fields)}

    @classmethod
    def drop_downs(cls) -> dict[str, list[str]]:
        """By key, the words a column is chosen from: lists of the template and of the fields where a cell is mended."""
        return {}

    def text_of(self, cell: Cell | None, column: Field, row: dict[str, Any], problems: list[Problem]) -> str:
        """The cell as text in the form people write; notes what had to be changed for that."""
        if cell is not None and cell.kind == "n" and column.is_code:
            raise self.asked_about(str(cell.value), column, row)
        return cell_text(cell, column, problems)

    def understand(self, column: Field, text: str, row: dict[str, Any]) -> Any:
        """What a text in that column means: a JSON value, or ValidationError."""
        return column.clean(text, row)

    def asked_about(self, number: str, column: Field, row: dict[str, Any]) -> ValidationError:
        """Excel keeps no zeros in front of a number, so nobody can tell from it which code was typed."""
        meant = self.code_of_number(column.key, number, row)
        message = str(WRONG_KIND["n"])
        if meant:
            message += ". " + _("Có phải “%(code)s”?") % {"code": meant}
        return ValidationError(message, code="wrong_kind", params={"suggestion": meant})

    def code_of_number(self, key: str, number: str, row: dict[str, Any]) -> str:
        """What a number in that column of codes probably meant; nothing where that is not plain."""
        return ""

    def check_row(self, row: dict[str, Any]) -> list[Problem]:
        """Rules over several columns of one row; a column that was wrong is absent from `row`. May add to `row`."""
        return []

    @classmethod
    def closed_rows(cls, batch: ImportBatch) -> Closed:
        """The rows to be written that fall into closed periods; what a period is only the register's app knows."""
        return Closed()

    @classmethod
    def each_closed_row(cls, batch: ImportBatch, first: int, last: int) -> list[ClosedRow]:
        """Those rows one by one, in the order of the file; of them the first to the last, as a slice has them."""
        return []

    def already_there(self, lines: str) -> Collection[int]:
        """Of rows as they are understood, [[number, values], …] in JSON: which the register seems to have. A guess."""
        return ()

    def settle(self) -> None:
        """Rules over the whole file and the register, in SQL sets; leaves each row new, update, unchanged or error."""
        raise NotImplementedError

    def write(self) -> Written:
        """Settle anew and write all rows that are new or update, inside the caller's transaction."""
        raise NotImplementedError

    def undo(self, reason: str, *, by: User) -> Job | None:
        """Take back what the batch wrote, inside the caller's transaction; returns the job that counts anew."""
        raise NotImplementedError

    @classmethod
    def names_of(cls, ids: Collection[str], *, user: User) -> Mapping[str, str]:
        """What those of the register's rows are called which this person sees."""
        raise NotImplementedError

    @classmethod
    def wording(cls) -> Callable[[str, str | None], str]:
        """Of a field and a value that was written over in it: the value as a reader should see it."""
        raise NotImplementedError

    @classmethod
    def written_words(cls) -> Callable[[str, dict[str, Any]], str]:
        """Of a column's key and a row as understood: how the register will show it; empty where as in the file."""
        return lambda key, clean: ""

    @classmethod
    def new_rows(cls, batch: ImportBatch, count: int) -> str:
        """What so many rows to be written bring that is new, as a phrase."""
        return _("%(new)s mới") % {"new": number(count)}

    @classmethod
    def undoing(cls, batch: ImportBatch, *, user: User) -> Undoing:
        """What taking the batch back would do, or has done where it is undone, in the names that the person sees."""
        raise NotImplementedError


_registry: dict[str, type[ScopedResource]] = {}


def register(resource: type[ScopedResource]) -> type[ScopedResource]:
    _registry[resource.register] = resource
    WRITERS[resource.register] = resource.scope_of
    return resource


def resources() -> list[type[ScopedResource]]:
    return list(_registry.values())


def resource_of(name: str) -> type[ScopedResource] | None:
    return _registry.get(name)
