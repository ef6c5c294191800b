"""Columns of registers. A model's field is the column: name, length, choices are the field's; the rest is said with it.

    number = columns.text(_("ký hiệu"), 40, listed=True)

is one column, in form, list, file, API and history. There are nine kinds; fields.py, readings.py, serializers.py and
recorded.py say what each does at every door.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

from django.db import models
from django.utils.translation import gettext as _

from apps.core.fields import parse_dated, parse_past
from apps.documents.models import LegalDocument
from apps.organisations.models import OrganisationUnit

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Words: TypeAlias = "str | _StrPromise"


LARGEST = 2**31 - 1  # that a column of whole numbers holds


class Kind(StrEnum):
    TEXT = "text"
    CODE = "code"  # text whose zeros count: a number in a file is asked about
    NUMBER = "number"
    DAY = "day"
    CHOICE = "choice"
    UNIT = "unit"  # an organisation unit
    ACT = "act"  # a legal document
    ROW = "row"  # a row of another register
    ITEM = "item"  # an entry of reference data, whose key is the code by which people call it


def _as_it_is(text: str) -> str:
    return text


def _nothing(number: str) -> str:
    return ""


@dataclass(eq=False)
class Column:
    field: Any  # the model's field: its classes have no common type that knows verbose names
    kind: Kind
    listed: bool = False  # a column of the list, and of the rows of an import
    filtered: bool = False
    ahead: bool = False  # a day that may lie in the future
    is_year: bool = False  # a number that is no amount: 1990, not 1.990
    on: str = ""  # of a unit: the day column whose day it must be valid on
    kinds: tuple[str, ...] = ()  # of a unit: those that it may be of; none named: any
    tidy: Callable[[str], str] = _as_it_is  # of a code: the one form of the many in which people write it
    hide: Callable[[str], str] = _as_it_is  # of a code: what of it stands on pages, in files and in answers
    shown_whole: str = "false"  # of a hidden code: an SQL condition of {code} on which certainly nothing is hidden
    of_number: Callable[[str], str] = _nothing  # of a code: what a number that a sheet made of it probably was
    # Of an item: makes what finds the code that a text means; without it a text is one of the names of the short list.
    read: Callable[[], Callable[[str], str]] | None = None
    called: Callable[[], dict[str, str]] | None = None  # of an item of a short list: its names by their keys
    hint: Words = ""
    example: str = ""
    aliases: tuple[str, ...] = ()  # usual other names of it in the files of offices

    @cached_property
    def name(self) -> str:
        return str(self.field.name)

    @cached_property
    def stored(self) -> str:
        """The column of the table."""
        return str(self.field.column)

    @property
    def label(self) -> str:
        words = str(self.field.verbose_name)
        return words[:1].upper() + words[1:]

    @property
    def required(self) -> bool:
        return not self.field.blank

    @property
    def length(self) -> int:
        return self.field.max_length or 0

    @property
    def decimals(self) -> int:
        return getattr(self.field, "decimal_places", 0) or 0

    @property
    def largest(self) -> int:
        """Of a whole number; of đồng as many as programs that know no other numbers than decimals read exactly."""
        return 2**53 - 1 if isinstance(self.field, models.PositiveBigIntegerField) else LARGEST

    @property
    def gives_unit(self) -> bool:
        """Of a row: whether the unit of the one it names is the unit of this row."""
        return bool(self.field.model.UNIT.startswith(f"{self.name}__"))

    @property
    def is_hidden(self) -> bool:
        """Of a code: whether a part of it is told to nobody but who may change the row."""
        return self.hide is not _as_it_is

    @property
    def wrong_kind(self) -> str:
        """Of a unit: what is said of one of another kind."""
        kinds = ", ".join(str(OrganisationUnit.Kind(kind).label) for kind in self.kinds)
        return _("Đơn vị không thuộc loại phải ghi vào sổ này. Chọn đơn vị thuộc một trong các loại: %(kinds)s") % {
            "kinds": kinds
        }

    @property
    def parse(self) -> Callable[[str], date]:
        """Of a day: a text as people write it to the day, where it is one that the column takes."""
        return parse_dated if self.ahead else parse_past

    @property
    def choices(self) -> list[tuple[str, Words]]:
        return list(self.field.flatchoices)


def columns_of(model: type[models.Model]) -> tuple[Column, ...]:
    """In the order in which the model has them."""
    return tuple(field.register_column for field in model._meta.local_fields if hasattr(field, "register_column"))


def _with(field: Any, kind: Kind, options: dict[str, Any]) -> Any:
    field.register_column = Column(field, kind, **options)
    return field


def text(label: Words, length: int, *, required: bool = True, **options: Any) -> "models.CharField[str, str]":
    return _with(models.CharField(label, max_length=length, blank=not required), Kind.TEXT, options)


def code(label: Words, length: int, *, required: bool = True, **options: Any) -> "models.CharField[str, str]":
    return _with(models.CharField(label, max_length=length, blank=not required), Kind.CODE, options)


def whole(label: Words, *, required: bool = True, **options: Any) -> "models.PositiveIntegerField[Any, Any]":
    field = models.PositiveIntegerField(label, blank=not required, null=not required)
    return _with(field, Kind.NUMBER, options)


def money(label: Words, *, required: bool = True, **options: Any) -> "models.PositiveBigIntegerField[Any, Any]":
    """Whole đồng."""
    field = models.PositiveBigIntegerField(label, blank=not required, null=not required)
    return _with(field, Kind.NUMBER, options)


def number(label: Words, decimals: int, *, required: bool = True, **options: Any) -> "models.DecimalField[Any, Any]":
    blank = not required
    field = models.DecimalField(label, max_digits=20, decimal_places=decimals, blank=blank, null=blank)
    return _with(field, Kind.NUMBER, options)


def day(label: Words, *, required: bool = True, **options: Any) -> "models.DateField[Any, Any]":
    return _with(models.DateField(label, blank=not required, null=not required), Kind.DAY, options)


def choice(
    label: Words, choices: type[models.TextChoices], *, required: bool = True, **options: Any
) -> "models.CharField[str, str]":
    field = models.CharField(label, max_length=20, choices=choices.choices, blank=not required)
    return _with(field, Kind.CHOICE, options)


def unit(label: Words, **options: Any) -> "models.ForeignKey[Any, Any]":
    """The unit to which the row belongs, or another one that it names."""
    field = models.ForeignKey(OrganisationUnit, models.PROTECT, related_name="+", verbose_name=label)
    return _with(field, Kind.UNIT, options)


def act(label: Words, *, required: bool = True, **options: Any) -> "models.ForeignKey[Any, Any]":
    blank = not required
    field = models.ForeignKey(
        LegalDocument, models.PROTECT, related_name="+", verbose_name=label, null=blank, blank=blank
    )
    return _with(field, Kind.ACT, options)


def row(
    label: Words, model: type[models.Model], *, required: bool = True, **options: Any
) -> "models.ForeignKey[Any, Any]":
    """A row of another register: its people name it by that register's key."""
    blank = not required
    field = models.ForeignKey(model, models.PROTECT, related_name="+", verbose_name=label, null=blank, blank=blank)
    return _with(field, Kind.ROW, options)


def item(
    label: Words, model: type[models.Model], read: Callable[[], Callable[[str], str]] | None = None, *,
    required: bool = True, of: dict[str, Any] | None = None, related_name: str = "+", **options: Any,
) -> "models.ForeignKey[Any, Any]":  # fmt: skip
    """An entry of reference data: its table is read once for a file, by `read`; or as words of the list `called`. `of`:
    which of its entries may be named.
    """
    blank = not required
    field = models.ForeignKey(
        model, models.PROTECT, related_name=related_name, verbose_name=label, null=blank, blank=blank,
        limit_choices_to=of or {},
    )  # fmt: skip
    return _with(field, Kind.ITEM, options | {"read": read})
