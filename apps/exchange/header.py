"""Where the header of a sheet stands, and which column of the register each of its columns is.

Every row of the sheet's top may be the header, alone or with the rows below it: «Người đại diện» over «Họ tên» and
«Điện thoại» are two storeys of one. The one that names most columns is taken; what may mean two things is no guess of
ours: it is asked about.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from apps.core.text import recognisable
from apps.exchange.gate import Refused
from apps.exchange.headings import UNKNOWN, How, Meaning, is_counter, names_of, plain
from apps.exchange.parse import Cell, Row
from apps.exchange.resource import ScopedResource

FAULTS = "Lỗi và cách sửa"  # the column our own file of faulty rows adds
DEPTH = 50  # rows: no letterhead is longer
STOREYS = 3
LONGEST = 120  # characters of a heading that is told


class Column(NamedTuple):
    at: int  # place in the sheet, from 0
    text: str  # its heading, the upper storey first
    key: str = ""  # of the register's column; none: left out
    how: How = How.UNKNOWN
    may_be: tuple[str, ...] = ()  # keys: asked about

    @property
    def name(self) -> str:
        """By which an answer names it: the heading may stand twice."""
        return f"{self.at}:{plain(self.text)}"


@dataclass(frozen=True)
class Answers:
    """What people have said of headings: of this file's columns by their names, of the unit's earlier files by heading.

    A key that is empty leaves the column out.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    kept: Mapping[str, str] = field(default_factory=dict)
    sheets: Sequence[int] = ()  # places of those to be read; none: the first that has the header


@dataclass(frozen=True)
class Header:
    number: int  # Excel's, of its last row
    columns: tuple[Column, ...] = ()
    missing: tuple[str, ...] = ()  # headers of columns that must be there
    twice: str = ""  # the heading that two columns have
    storeys: tuple[tuple[str, ...], ...] = ()  # its rows as they stand in the file
    says_nothing: bool = False  # none of the columns is there of which a file must have one

    @cached_property
    def places(self) -> dict[str, int]:
        """Of each declared column, by its key."""
        return {column.key: column.at for column in self.columns if column.key}

    @property
    def extra(self) -> list[str]:
        """Headings of columns that are not read."""
        return [
            column.text
            for column in self.columns
            if not column.key and not column.may_be and column.text != FAULTS and not is_counter(column.text)
        ]

    @property
    def doubtful(self) -> list[Column]:
        return [column for column in self.columns if column.may_be]

    @property
    def asks(self) -> bool:
        """Whether somebody has to say what its columns are, and can: enough of them are known, others are nobody's."""
        if self.says_nothing or not self.missing:
            return bool(self.doubtful) and not self.says_nothing
        return 1 < len(self.places) >= len(self.missing) and bool(self.doubtful or self.extra)

    @property
    def rank(self) -> tuple[Any, ...]:
        return not self.missing, len(self.places), -len(self.doubtful), -len(self.storeys), -self.number


def find_header(resource: ScopedResource, top: Sequence[Row], answers: Answers) -> Header:
    """The best of the rows of the sheet's top. A header that lacks columns is one, too: it can tell which."""
    best, found_at = Header(1, (), tuple(field.header for field in resource.fields if field.required)), len(top)
    for at in range(len(top)):
        if at > found_at + STOREYS:  # a whole one is not to be found twice
            break
        for storeys in range(1, STOREYS + 1):
            rows = top[at : at + storeys]
            if len(rows) < storeys or rows[-1][0] - rows[0][0] != storeys - 1:
                break
            header = _match(resource, rows, answers)
            if header.places and header.rank > best.rank:
                best, found_at = header, found_at if header.missing else at
    if best.missing:
        best = _with_slips(resource, best)
    elif best.twice:
        raise Refused("header_twice", _("Dòng tiêu đề có hai cột “%(name)s”. Xóa một cột.") % {"name": best.twice})
    return best


def _match(resource: ScopedResource, rows: Sequence[Row], answers: Answers) -> Header:
    found = [_meant(resource, at, texts, answers) for at, texts in _headings([cells for _number, cells in rows])]
    taken, _tied, _twice = _shared_out(found)
    found = [(column, _of_these_left(meaning, taken)) for column, meaning in found]
    taken, tied, twice = _shared_out(found)
    columns = tuple(_one(column, meaning, taken, tied) for column, meaning in found)
    missing = [field.header for field in resource.fields if field.required and field.key not in taken]
    says_nothing = bool(resource.any_of) and not taken.keys() & set(resource.any_of)
    if says_nothing:
        missing.append(" / ".join(field.header for field in resource.fields if field.key in resource.any_of))
    storeys = tuple(tuple(str(cell.value) if cell else "" for cell in cells) for _number, cells in rows)
    return Header(rows[-1][0], columns, tuple(missing), twice, storeys, says_nothing)


def _meant(resource: ScopedResource, at: int, texts: list[str], answers: Answers) -> tuple[Column, Meaning]:
    """With what stands over it a heading may name a column by itself; what it names alone is then no exact name."""
    names, column = names_of(type(resource)), Column(at, texts[0][:LONGEST])
    if (said := answers.columns.get(column.name)) is not None:
        return column, Meaning(How.ASKED, (said,))
    first, *others = (names.meaning_of(text) for text in texts)
    meaning = first if first.keys else next((one for one in others if one.keys), first)
    if meaning is not first:
        meaning = Meaning(How.NAME, meaning.keys)
    kept = answers.kept.get(plain(texts[0])) if meaning.how < How.EXACT else None
    return column, meaning if kept is None else Meaning(How.KEPT, (kept,))


def _shared_out(found: list[tuple[Column, Meaning]]) -> tuple[dict[str, int], set[str], str]:
    """One column of the file for each of the register, the surest; those that several are as surely; and a heading of
    the official file that stands twice.
    """
    surest: dict[str, tuple[How, list[Column]]] = {}
    for column, meaning in found:
        if len(meaning.keys) == 1 and meaning.keys[0] and meaning.how > How.SLIP:
            how, columns = surest.get(meaning.keys[0], (How.UNKNOWN, []))
            if meaning.how > how:
                surest[meaning.keys[0]] = (meaning.how, [column])
            elif meaning.how == how:
                columns.append(column)
    tied = {key for key, (how, columns) in surest.items() if len(columns) > 1 and how < How.EXACT}
    taken = {key: columns[0].at for key, (_how, columns) in surest.items() if key not in tied}
    twice = [columns[1].text for how, columns in surest.values() if len(columns) > 1 and how >= How.EXACT]
    return taken, tied, twice[0] if twice else ""


def _of_these_left(meaning: Meaning, taken: Mapping[str, int]) -> Meaning:
    """Of the columns that share a name the one that no other heading names."""
    if len(meaning.keys) < 2:
        return meaning
    left = tuple(key for key in meaning.keys if key not in taken)
    return Meaning(meaning.how, left) if left else UNKNOWN


def _one(column: Column, meaning: Meaning, taken: Mapping[str, int], tied: set[str]) -> Column:
    if len(meaning.keys) == 1 and taken.get(meaning.keys[0]) == column.at:
        return column._replace(key=meaning.keys[0], how=meaning.how)
    open_to = tuple(key for key in meaning.keys if key and (key in tied or key not in taken))
    return column._replace(may_be=open_to, how=meaning.how)


def _with_slips(resource: ScopedResource, header: Header) -> Header:
    """Headings that are a slip away from what is missing: to be asked about."""
    names = names_of(type(resource))
    columns = tuple(
        column._replace(may_be=(near,), how=How.SLIP)
        if not column.key and not column.may_be and (near := names.near(column.text)) and near not in header.places
        else column
        for column in header.columns
    )
    return replace(header, columns=columns)


def _headings(rows: Sequence[list[Cell | None]]) -> list[tuple[int, list[str]]]:
    """Each column's place and headings: with what stands over it in the storeys above, then alone."""
    texts = [[seen(cell) for cell in cells] for cells in rows]
    lowest, above = texts[-1], [_carried(line) for line in texts[:-1]]
    found = []
    for at, text in enumerate(lowest):
        own = [line[at] for line in texts[:-1] if at < len(line) and line[at]]
        over = list(dict.fromkeys(line[at] for line in above if at < len(line) and line[at] and line[at] != text))
        if not text and own:
            found.append((at, [own[-1]]))
        elif text and over:
            found.append((at, [" ".join([*over, text]), " ".join([text, *reversed(over)]), text]))
        elif text:
            found.append((at, [text]))
    return found


def _carried(line: list[str]) -> list[str]:
    """What stands over several columns stands in the first of them."""
    carried, last = [], ""
    for text in line:
        last = text or last
        carried.append(last)
    return carried


def seen(cell: Cell | None) -> str:
    """What a person reads in the cell; a heading is only recognised, so what cannot be seen in it does no harm."""
    return recognisable(str(cell.value)) if cell else ""
