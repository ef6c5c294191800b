"""What a column of a list says in its files, told once: to Python, which writes .xlsx, and to PostgreSQL, which puts a
.csv together without one value becoming an object of ours (copied.py).

    Cell(("area",), said=words.get, written=lambda writing, area: writing.words(area, words))

`said` takes what a query reads, `written` the expressions of the same. Few values are beyond an expression (a text that
a spreadsheet would take for a formula, a code that is hidden): these are marked, and finished in Python.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from apps.core.file_values import ORDINARY, spelt
from apps.core.reading import connection

MARK = "\x03"
DATESTYLE = "SQL, DMY"  # in which PostgreSQL writes days as people do, in half the time of `to_char`
FETCHED = 2_000  # rows at a time
Finish = Callable[[str], str]


@dataclass
class Writing:
    """The expressions of one .csv; what Python finishes is numbered as it comes."""

    comma: str
    finishes: list[Finish] = field(default_factory=list)

    def literal(self, text: str) -> str:
        with connection.cursor() as cursor:
            return str(cursor.mogrify("%s", [text]).decode())

    def text(self, value: str) -> str:
        """As it is, where it begins with a sign that is known to be none of a formula's."""
        begins = " OR ".join(f"ascii({value}) BETWEEN {first} AND {last}" for first, last in ORDINARY)
        return self.finished(value, str, begins)

    def finished(self, value: str, finish: Finish, untouched: str) -> str:
        """`untouched`: the condition on which a value is known to stay as it is and to be no formula."""
        mark = self.literal(f"{MARK}{len(self.finishes)}{MARK}")
        self.finishes.append(lambda text: spelt(finish(text), self.comma))
        return f"CASE WHEN {untouched} THEN {value} ELSE {mark} || {value} END"

    def words(self, key: str, words: Mapping[Any, Any]) -> str:
        """Looked up, where a CASE would try one key after the other; nothing where there are no words."""
        told = {str(one): spelt(said, self.comma) for one, said in words.items()}
        return f"{self.literal(json.dumps(told, ensure_ascii=False))}::jsonb ->> {key}::text"

    def filled(self, words: str, name: str, value: str) -> str:
        """Words with a place for a value: «Nhập Excel %(day)s»."""
        before, after = (words % {name: MARK}).split(MARK)
        parts = (self.literal(before) if before else "", value, self.literal(after) if after else "")
        return " || ".join(filter(None, parts))

    def day(self, value: str) -> str:
        return f"{value}::date::text"  # as its DATESTYLE has it

    def local(self, moment: str) -> str:
        return f"({moment} AT TIME ZONE {self.literal(timezone.get_current_timezone_name())})"

    def whole(self, value: str) -> str:
        return f"{value}::text"

    def decimal(self, value: str) -> str:
        plain = f"trim_scale({value})::text"
        return plain if self.comma == "." else f"replace({plain}, '.', '{self.comma}')"


def _as_it_is(value: Any) -> Any:
    return value


@dataclass(frozen=True)
class Cell:
    """`reads`: what a query reads, by name or expression."""

    reads: tuple[Any, ...]
    said: Callable[..., Any] = _as_it_is
    written: Callable[..., str] = Writing.text


def text(path: str) -> Cell:
    return Cell((path,))


def whole(path: str) -> Cell:
    return Cell((path,), written=Writing.whole)


def decimal(path: str) -> Cell:
    return Cell((path,), written=Writing.decimal)


def day(path: Any) -> Cell:
    return Cell((path,), written=Writing.day)


def worded(path: str, words: Mapping[Any, Any], *, or_key: bool = True) -> Cell:
    """`or_key`: what has no words says what is stored; else nothing."""
    if not or_key:
        return Cell((path,), words.get, lambda writing, key: writing.words(key, words))
    return Cell(
        (path,),
        lambda key: words.get(key, key),
        lambda writing, key: f"coalesce({writing.words(key, words)}, {writing.text(key)})",
    )


def hidden(path: str, hide: Finish, shown_whole: str) -> Cell:
    """A code of which a part is hidden; where the condition `shown_whole` holds of {code}, certainly none."""

    def written(writing: Writing, code: str) -> str:
        return writing.finished(code, hide, shown_whole.format(code=code))

    return Cell((path,), lambda code: None if code is None else hide(code), written)


def or_else(cell: Cell, words: str) -> Cell:
    """Where there is nothing, these words."""

    def said(*read: Any) -> Any:
        found = cell.said(*read)
        return words if found is None else found

    return Cell(
        cell.reads,
        said,
        lambda writing, *read: f"coalesce({cell.written(writing, *read)}, {writing.literal(words)})",
    )


@dataclass(frozen=True)
class Beside:
    """Other rows that say something of those of a list, found for all of them together: to look them up one by one
    takes many times as long. `rows` have one for each `key`, which is what the list's rows read `at`; `reads`: what
    columns read of them, by its name.
    """

    rows: Any
    key: str
    at: str
    reads: Mapping[str, str]


@dataclass(frozen=True)
class Told:
    """A list as its files have it: rows in their order, and each column under its head."""

    rows: Any
    columns: Sequence[tuple[str, Cell]]
    beside: Sequence[Beside] = ()

    @property
    def heads(self) -> list[str]:
        return [head for head, _cell in self.columns]

    def statement(self) -> tuple[str, list[Any]]:
        """What finds all that the columns read, and what that is, each once."""
        reads = list(dict.fromkeys(read for _head, cell in self.columns for read in cell.reads))
        if not self.beside:
            return query_of(self.rows, reads), reads
        others = [name for one in self.beside for name in one.reads]
        own = list(dict.fromkeys([*(read for read in reads if read not in others), *(one.at for one in self.beside)]))
        named = {read: f"c{at}" for at, read in enumerate(own)}
        rows = f"SELECT q.*, row_number() OVER () FROM ({query_of(self.rows, own)}) q"
        joins = [
            f"LEFT JOIN ({query_of(one.rows, [one.key, *one.reads.values()])}) "
            f"b{at} ({', '.join(['key', *one.reads])}) ON b{at}.key = t.{named[one.at]}"
            for at, one in enumerate(self.beside)
        ]
        said = ", ".join(named.get(read, read) for read in reads)
        columns = ", ".join([*named.values(), "place"])
        return f"SELECT {said} FROM ({rows}) t ({columns}) {' '.join(joins)} ORDER BY t.place", reads

    def values(self) -> Iterator[Sequence[Any]]:
        """The head, then the rows, many at a time: days and numbers as they are, the rest in words."""
        yield self.heads
        statement, reads = self.statement()
        with connection.chunked_cursor() as cursor:
            cursor.execute(statement)
            while some := cursor.fetchmany(FETCHED):
                read = dict(zip(reads, zip(*some, strict=True), strict=True))
                told = (map(cell.said, *(read[name] for name in cell.reads)) for _head, cell in self.columns)
                yield from zip(*told, strict=True)


def query_of(rows: Any, reads: Iterable[Any]) -> str:
    """What reads them, its values filled in."""
    query, values = rows.values_list(*reads).query.sql_with_params()
    with connection.cursor() as cursor:
        return str(cursor.mogrify(query, values).decode())
