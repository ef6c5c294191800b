"""How a cell's text is understood, by kind of column: what a file's row must say to be let in."""

import datetime
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.scope import UnitScope
from apps.core.slips import slip_of
from apps.core.text import fold
from apps.documents.models import LegalDocument
from apps.documents.selectors import documents_named
from apps.organisations.models import OrganisationUnit
from apps.organisations.selectors import UnitLabel, unit_labels
from apps.registers.columns import Column, Kind, Words
from apps.registers.declaration import register_of_model
from apps.registers.fields import parse_number
from apps.registers.models import Reach

_OF_PROVINCE = re.compile(
    r"(?:(?:UBND|[ỦU][yỷ] ban nhân dân)\s+)?(?:(?:tỉnh|thành phố|TP\.?)\s*)?(\S.*)", re.IGNORECASE
)


def folded(text: str) -> str:
    """For comparing words people type: no case, no blanks around separators."""
    return re.sub(r"[\s,;.\-]+", " ", text).strip().casefold()


def limited_to(length: int) -> Callable[[str, dict[str, Any]], str]:
    def clean(text: str, row: dict[str, Any]) -> str:
        if len(text) > length:
            raise ValidationError(_("Dài quá %(length)s ký tự. Rút gọn") % {"length": length}, code="too_long")
        return text

    return clean


class Choices:
    """A closed list as people write it: put together once, asked for every row of a file."""

    def __init__(
        self,
        choices: Iterable[tuple[Any, Words]],
        former: Mapping[str, str] | None = None,
        meant: Mapping[str, str] | None = None,
    ) -> None:
        """`former` labels are taken as well; other words (`meant`) are refused with what they mean. Both as `folded`
        leaves them.
        """
        self.labels = {str(value): str(label) for value, label in choices}
        self.values = dict(former or {}) | {folded(label): value for value, label in self.labels.items()}
        self.meant = meant or {}

    def value_of(self, text: str) -> str:
        """The value behind a label; a slip of the hand is refused with its suggestion."""
        typed = folded(text)
        found = self.values.get(typed)
        if found is not None:
            return found
        near = self.meant.get(typed) or slip_of(typed, self.values)
        raise ValidationError(
            _("Không có trong danh mục. Chọn: %(known)s") % {"known": ", ".join(self.labels.values())},
            code="choice",
            params={"suggestion": self.labels.get(near, "")},
        )


class Ground:
    """What the rows of one file are held against: read once per check."""

    def __init__(self, scope: UnitScope) -> None:
        self.scope, self.today = scope, timezone.localdate()
        self._acts: dict[str, list[LegalDocument]] = {}
        self._rows: dict[Column, dict[str, tuple[int, str]]] = {}
        self._items: dict[Column, Callable[[str], str]] = {}

    @cached_property
    def units(self) -> dict[str, list[UnitLabel]]:
        named: dict[str, list[UnitLabel]] = {}
        for label in unit_labels().values():
            names = (label.id, label.short_name, label.full_name, label.distinct_name)
            for name in {folded(name) for name in names} | {fold(label.distinct_name)}:
                named.setdefault(name, []).append(label)
        return named

    def unit(self, column: Column, text: str, row: dict[str, Any]) -> str:
        """Which unit a name means depends on the day; where none is asked for, today's comes first. Where the day is
        wrong that alone is told: the name may well be one of the right day.
        """
        day = datetime.date.fromisoformat(row[column.on]) if row.get(column.on) else self.today
        named = self._named(text)
        found = [label for label in named if not column.kinds or label.kind in column.kinds]
        if named and not found:
            raise ValidationError(column.wrong_kind, code="unit_kind")
        if found and column.on and not row.get(column.on):
            return next((label.id for label in found if label.id in self.scope), found[0].id)
        return self._of_these(found, text, day, of_its_day=bool(column.on))

    def _named(self, text: str) -> list[UnitLabel]:
        """A province is called by its People's Committee too, and by a kind that it had on another day."""
        found = {label.id: label for label in self.units.get(folded(text)) or self.units.get(fold(text)) or []}
        if bare := _OF_PROVINCE.fullmatch(text):
            named = self.units.get(folded(bare[1])) or self.units.get(fold(bare[1])) or []
            found |= {label.id: label for label in named if label.kind == OrganisationUnit.Kind.PROVINCE}
        return list(found.values())

    def unit_named(self, text: str, day: datetime.date) -> str:
        """The unit of that name, of any kind."""
        found = self._named(text)
        return self._of_these(found, text, day, of_its_day=False)

    def _of_these(self, found: list[Any], text: str, day: datetime.date, *, of_its_day: bool) -> str:
        valid = [label for label in found if label.is_valid_on(day)]
        exact = [label for label in valid if text in (label.id, label.short_name, label.distinct_name)]
        chosen = exact if len(exact) == 1 else valid
        if len(chosen) == 1:
            return chosen[0].id
        if valid:
            named = ", ".join(label.distinct_name for label in valid[:5])
            raise ValidationError(_("Có nhiều đơn vị tên này: ghi rõ %(named)s") % {"named": named}, code="unit")
        if found and of_its_day:
            wrong = _("Đơn vị không tồn tại vào ngày %(day)s. Ghi tên đơn vị của ngày đó")
            raise ValidationError(wrong % {"day": f"{day:%d/%m/%Y}"}, code="unit")
        if len(found) == 1:
            return found[0].id
        near = slip_of(text, {label.short_name: label.short_name for label in unit_labels().values()})
        raise ValidationError(
            _("Không có đơn vị tên này. Ghi tên như trong mục Cơ quan, đơn vị"), code="unit",
            params={"suggestion": near},
        )  # fmt: skip

    def act(self, column: Column, text: str, row: dict[str, Any]) -> int:
        if text not in self._acts:
            self._acts[text] = documents_named(text)
        found = self._acts[text]
        if len(found) == 1:
            return found[0].pk
        if found:
            raise ValidationError(_("Có nhiều văn bản cùng số: ghi cả cơ quan và ngày ban hành"), code="act")
        told = _("Chưa có văn bản này trong cổng. Thêm ở mục Văn bản, rồi nhập lại tệp")
        if not column.required:
            told = _("Chưa có văn bản này trong cổng. Để trống, rồi đính kèm tệp văn bản ở trang của dòng sau khi ghi")
        raise ValidationError(told, code="act")

    def row(self, column: Column, text: str, row: dict[str, Any]) -> int:
        """By the key of the register it stands in; the row's unit goes along, as this one belongs there."""
        if column not in self._rows:
            model = column.field.related_model
            is_own = column.gives_unit or model.REACH == Reach.OWN
            rows = model.objects.live().in_scope(self.scope) if is_own else model.objects.live()
            key = register_of_model(model).key[0]
            self._rows[column] = {
                code.lower(): (pk, unit) for pk, code, unit in rows.values_list("pk", key, model.UNIT)
            }
        found = self._rows[column].get(text.lower())
        if found is None:
            noun = register_of_model(column.field.related_model).title
            told = _("Không có trong sổ “%(title)s” của đơn vị bạn được nhập. Thêm ở sổ đó trước, hoặc sửa lại")
            raise ValidationError(told % {"title": noun}, code="row")
        if column.gives_unit:
            row["unit"] = found[1]
        return found[0]

    def item(self, column: Column, text: str, row: dict[str, Any]) -> str:
        if column not in self._items:
            self._items[column] = entry_reader(column)
        return self._items[column](text)


def entry_reader(column: Column) -> Callable[[str], str]:
    """What finds the entry that a text means: the column's own way, or by its key or its name in the short list."""
    if column.read is not None:
        return column.read()
    names = column.called() if column.called else {}
    choices = Choices(names.items())
    return lambda text: text if text in names else choices.value_of(text)


def reading_of(column: Column, ground: Ground) -> Callable[[str, dict[str, Any]], Any]:
    """The column's way of a text to the value that is staged: a text, a key, or a day or number as text."""
    kind = column.kind
    if kind in (Kind.TEXT, Kind.CODE):
        limited = limited_to(column.length)
        return limited if kind == Kind.TEXT else lambda text, row: limited(column.tidy(text), row)
    if kind == Kind.NUMBER:
        return lambda text, row: str(parse_number(text, column.decimals, column.largest))
    if kind == Kind.DAY:
        return lambda text, row: column.parse(text).isoformat()
    if kind == Kind.CHOICE:
        choices = Choices(column.choices)
        return lambda text, row: choices.value_of(text)
    way = {Kind.UNIT: ground.unit, Kind.ACT: ground.act, Kind.ROW: ground.row, Kind.ITEM: ground.item}[kind]
    return lambda text, row: way(column, text, row)
