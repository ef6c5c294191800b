"""What a register is. Declared once, in the `registers.py` of its app; everything else follows from it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.programme import programme
from apps.registers.columns import Column, Kind, Words, columns_of
from apps.registers.filerules import NO_RULES, FileRules
from apps.registers.models import RegisterQuerySet, RegisterRow, permission_of


@dataclass(frozen=True)
class Spans:
    """Of a stock: from when a row stands and until when no longer, where other rows say it.

    `of` reads it for a row; `staged` is a SELECT of number, day and until for the rows of the file %(batch)s.
    """

    of: Callable[[Any], Sequence[tuple[date, date | None]]]
    staged: str


@dataclass(frozen=True, eq=False)
class Standing:
    """What other rows say today of a row: `expression` gives one of `choices`, over rows of the register.

    `families`: the colour of each in a list.
    """

    label: Words
    choices: type[models.TextChoices]
    families: Mapping[str, str]
    expression: Callable[[], Any]


@dataclass(frozen=True, eq=False)
class Awaited:
    """What is to come to a row from the day `since` on, and came on the day `done`: told in days.

    `due`: the day until which it is to come. `is_asked`: rows without such a day wait for nothing.
    """

    what: Words  # an answer, a remedy: in the middle of a sentence
    days: Words  # of the column that counts them
    since: str
    done: str
    due: str = ""
    is_asked: bool = False

    @property
    def label(self) -> Words:
        return format_lazy(_("Trạng thái {what}"), what=self.what)


def _nothing(user: User) -> list[str]:
    return []


@dataclass(frozen=True)
class Register:
    """`key`: the columns that tell one live row from another. `named_by`: the column by which people call a row.

    `counted_on`: the day by which a row stands in a period, a column or one of the row above it (`course.ends_on`). By
    a column of their own rows are also found between two days.
    `source`: the facts that its rows are (progress/sources.py); none where no figure counts them.
    `expires`: the last day on which a row holds, if it has one; `ends`: the day from which it no longer does, whatever
    that says. `awaited`: what is yet to come to a row. `family`: slug of the register under whose name in the menu this
    one stands.
    """

    model: type[RegisterRow]
    key: tuple[str, ...]
    named_by: str
    title: Words
    short: Words  # in the menu
    noun: Words  # of many rows, in the middle of a sentence
    add_words: Words
    icon: str
    export_name: str  # of files, as people without accents write it
    lead: Words = ""
    source: str = ""
    counted_on: str = ""
    counted_until: str = ""  # of a stock: the day from which a row no longer counts
    counted_years: tuple[str, str] | tuple[()] = ()  # of a stock: columns of the years within which alone it counts
    spans: Spans | None = None
    standing: Standing | None = None
    expires: str = ""
    ends: str = ""
    awaited: Awaited | None = None
    family: str = ""
    in_menu: Words = ""  # of the head of a family: what the menu calls them all
    is_counted: bool = True  # False where figures count the rows below it, not its own
    has_pages: bool = True  # False where its app has pages of its own: then only files come in by the declaration
    files: FileRules = NO_RULES
    tells: Callable[[User], list[str]] = _nothing  # sentences above the list, on what the person may see
    is_told_above: bool = False  # few for each row above: its page shows them
    told_apart_by: tuple[str, ...] = ()  # where two rows of one name and unit both say these, and differ, they are two

    @property
    def feeds(self) -> str:
        """Code of the indicator whose figures its rows move."""
        return programme().fed_by(self.source)

    @property
    def slug(self) -> str:
        return self.model.SLUG

    @property
    def kind(self) -> str:
        """Label of the model: how audit, kept values and evidence name its rows."""
        return self.model._meta.label_lower

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        return columns_of(self.model)

    @cached_property
    def by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    def of_kind(self, kind: Kind) -> list[Column]:
        return [column for column in self.columns if column.kind == kind]

    @cached_property
    def told_at(self) -> Column:
        """Where what concerns the whole row is told: its code, else its name."""
        first = self.by_name[self.key[0]]
        return first if first.kind == Kind.CODE else self.by_name[self.named_by]

    @cached_property
    def unit_column(self) -> Column | None:
        """None where the row belongs to the unit of the row above it."""
        return self.by_name.get(self.model.UNIT)

    @cached_property
    def place(self) -> str:
        """Under which name a staged row has its unit."""
        return self.unit_column.name if self.unit_column else "unit"

    @property
    def own_day(self) -> str:
        """The column of the day on which a row stands in a period; "" where that is of the row above it."""
        return self.counted_on if self.counted_on in self.by_name else ""

    @cached_property
    def above(self) -> Column | None:
        """The column of the row whose unit is this row's."""
        return self.by_name.get(self.model.UNIT.split("__")[0]) if "__" in self.model.UNIT else None

    def counts_in(self, row: RegisterRow, starts_on: date, ends_on: date) -> bool:
        """Whether the row is counted in that period: by its day, or at the end of the period where it is a stock."""
        if not self.source:
            return False
        if self.spans:
            return any(day <= ends_on and (end is None or end > ends_on) for day, end in self.spans.of(row))
        day: Any = row
        for name in self.counted_on.split("."):
            day = getattr(day, name)
        if not self.counted_until:
            return bool(starts_on <= day <= ends_on)
        if self.counted_years:
            first, last = (getattr(row, name) for name in self.counted_years)
            if not first <= ends_on.year <= last:
                return False
        until = getattr(row, self.counted_until)
        return bool(day <= ends_on and (until is None or until > ends_on))

    @property
    def is_mergeable(self) -> bool:
        """Whether two of its rows can turn out to be one thing: each has a code and a name of its own."""
        code, name = self.by_name[self.key[0]], self.by_name[self.named_by]
        return self.has_pages and len(self.key) == 1 and code.kind == Kind.CODE and name.kind == Kind.TEXT

    def rows_to_change(self, user: User) -> RegisterQuerySet:
        """Those that still stand, in the person's units."""
        return self.model.objects.editable_by(user).live()

    def permission(self, verb: str) -> str:
        return permission_of(self.model, verb)

    def url_of(self, pk: str) -> str:
        return reverse("registers:row_detail", args=[self.slug, int(pk)])

    @property
    def list_url(self) -> str:
        return reverse("registers:row_list", args=[self.slug])


_registers: dict[str, Register] = {}


def declare(register: Register) -> Register:
    _registers[register.slug] = register
    return register


def registers() -> list[Register]:
    """Those whose pages, API and files all follow from the declaration."""
    return [one for one in _registers.values() if one.has_pages]


def register_of(slug: str) -> Register | None:
    found = _registers.get(slug)
    return found if found and found.has_pages else None


def register_of_model(model: type) -> Register:
    return next(one for one in _registers.values() if one.model is model)


def family_of(register: Register) -> list[Register]:
    """The registers that stand under one name in the menu, its head first."""
    head = register.family or register.slug
    found = [one for one in registers() if head in (one.slug, one.family)]
    return sorted(found, key=lambda one: one.slug != head)


def below(register: Register) -> list[tuple[Register, Column]]:
    """The registers whose rows name a row of this one, each by its column."""
    return [
        (other, column)
        for other in _registers.values()
        for column in other.of_kind(Kind.ROW)
        if column.field.related_model is register.model
    ]


def sources_of(register: Register) -> list[str]:
    """The facts that a change of its rows moves: they themselves, and whatever hangs on them, however deep."""
    found, waiting = set(), [register]
    while waiting:
        one = waiting.pop()
        found |= {one.source} - {""}
        waiting += [other for other, _column in below(one)]
    return sorted(found)
