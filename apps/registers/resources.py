"""The Excel door of a declared register: one row of the file is one row of the register."""

from collections.abc import Callable, Collection
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.accounts.scope import UnitScope
from apps.core.days import WRITTEN_AS
from apps.core.masking import hide_identity_numbers
from apps.exchange import resource
from apps.exchange.models import ImportBatch
from apps.exchange.parse import Cell
from apps.exchange.resource import Closed, ClosedRow, Field, Problem, ScopedResource, Undoing, Written
from apps.jobs.models import Job
from apps.organisations.selectors import unit_labels
from apps.people.rights import units_with
from apps.registers import closed_periods, importing, undoing
from apps.registers.columns import Column, Kind, Words
from apps.registers.comparing import TOLD, table
from apps.registers.declaration import Register, register_of_model
from apps.registers.history import word_of
from apps.registers.othernames import other_names
from apps.registers.readings import Ground, reading_of

ACCEPTS = {Kind.NUMBER: "sn", Kind.DAY: "snd", Kind.TEXT: "sn", Kind.ITEM: "sn"}
HINTS: dict[Kind, Words] = {
    Kind.CODE: gettext_lazy("Định dạng ô là Văn bản."),
    Kind.DAY: gettext_lazy("Ngày/tháng/năm, ví dụ 20/11/2026."),
    Kind.CHOICE: gettext_lazy("Chọn trong danh sách."),
    Kind.UNIT: gettext_lazy("Tên đơn vị như trong mục Cơ quan, đơn vị."),
    Kind.ACT: gettext_lazy("Số, ký hiệu của văn bản đã có trong cổng."),
}


class RegisterResource(ScopedResource):
    """`declared` is the register; the columns of a file are its columns, in their order."""

    declared: Register
    told = TOLD

    def __init__(self, batch: ImportBatch, scope: UnitScope) -> None:
        super().__init__(batch, scope)
        self.ground = Ground(scope)
        self.readings = {column.name: reading_of(column, self.ground) for column in self.declared.columns}

    def text_of(self, cell: Cell | None, column: Field, row: dict[str, Any], problems: list[Problem]) -> str:
        """A number's point is a point, whatever 1.234 would mean as a text."""
        text = super().text_of(cell, column, row, problems)
        declared = self.declared.by_name.get(column.key)
        is_number = cell is not None and cell.kind == "n" and declared is not None and declared.kind == Kind.NUMBER
        return text.replace(".", ",") if is_number else text

    def understand(self, column: Field, text: str, row: dict[str, Any]) -> Any:
        reading = self.readings.get(column.key, column.clean)  # what is no column of the table says its own
        return reading(text, row)

    def code_of_number(self, key: str, number: str, row: dict[str, Any]) -> str:
        declared = self.declared.by_name.get(key)
        return declared.of_number(number) if declared else ""

    def check_row(self, row: dict[str, Any]) -> list[Problem]:
        """Within the person's units; what the table's constraints say of the row as a whole settling tells."""
        place = self.declared.unit_column
        found = []
        if place and row.get(place.name) and row[place.name] not in self.scope:
            wrong = _("Ngoài phạm vi đơn vị bạn được nhập. Bỏ dòng này hoặc gửi đơn vị đó nhập")
            found.append(Problem(place.label, unit_labels()[row[place.name]].short_name, "other_unit", wrong))
        return found

    @classmethod
    def drop_downs(cls) -> dict[str, list[str]]:
        return {
            column.name: [str(label) for _value, label in column.choices]
            for column in cls.declared.columns
            if column.kind == Kind.CHOICE
        } | {column.name: list(column.called().values()) for column in cls.declared.columns if column.called}

    @classmethod
    def closed_rows(cls, batch: ImportBatch) -> Closed:
        return closed_periods.closed_rows(cls.declared, batch)

    @classmethod
    def each_closed_row(cls, batch: ImportBatch, first: int, last: int) -> list[ClosedRow]:
        return closed_periods.each_closed_row(cls.declared, batch, first, last)

    def already_there(self, lines: str) -> set[int]:
        return importing.already_there(self.declared, lines)

    def settle(self) -> None:
        importing.settle(self.declared, self.batch, self.scope)

    def write(self) -> Written:
        return importing.write(self.declared, self.batch, self.scope)

    def undo(self, reason: str, *, by: User) -> Job | None:
        return undoing.undo(self.declared, self.batch, reason, self.scope, by=by)

    @classmethod
    def names_of(cls, ids: Collection[str], *, user: User) -> dict[str, str]:
        sight = units_with(user, cls.declared.permission("view"))
        seen: Any = cls.declared.model.objects.in_scope(sight).filter(pk__in=ids)
        return {str(row.pk): str(row) for row in seen}

    @classmethod
    def wording(cls) -> Callable[[str, str | None], str]:
        return partial(word_of, cls.declared)

    @classmethod
    def written_words(cls) -> Callable[[str, dict[str, Any]], str]:
        """Of what people may write in several ways."""
        several = (Kind.CHOICE, Kind.DAY, Kind.UNIT)
        columns = {column.name: column for column in cls.declared.columns if column.kind in several}

        def word(key: str, clean: dict[str, Any]) -> str:
            kept = clean.get(key)
            return word_of(cls.declared, columns[key].stored, str(kept)) if kept and key in columns else ""

        return word

    @classmethod
    def undoing(cls, batch: ImportBatch, *, user: User) -> Undoing:
        rights = cls.scope_of(user)
        may = ImportBatch.objects.editable_by(user).filter(pk=batch.pk).exists()
        sight = units_with(user, cls.declared.permission("view"))
        return undoing.undoing(cls.declared, batch, sight, rights if may else UnitScope(everything=True))


def admit(register: Register) -> None:
    """At start: files may come into this register."""
    days = {column.on for column in register.columns if column.on}
    resource.register(
        type(
            f"{register.model.__name__}Resource",
            (RegisterResource,),
            {
                "declared": register,
                "register": register.slug,
                "label": register.title,
                "permission": register.permission("add"),
                "list_url": "registers:row_list",
                "list_args": (register.slug,),
                "listed_with": register.permission("view"),
                "feeds": register.feeds,
                "fields": [field_of(column) for column in register.columns],
                "listed": tuple(column.name for column in register.columns if column.listed),
                "understood_first": tuple(sorted(days)),
                "named_by": register.named_by,
                "keyed_by": register.key[0],
                "measured": (table(register),),
                "mended_in": {"other_name": register.key[0]},
            },
        )
    )


def field_of(column: Column) -> Field:
    hint: Words = column.hint or HINTS.get(column.kind, "")
    if column.kind == Kind.ROW:
        hint = _("Mã đã có trong sổ “%(title)s”.") % {"title": register_of_model(column.field.related_model).title}
    return Field(
        column.name,
        column.label,
        required=column.required,
        accepts=ACCEPTS.get(column.kind, "s"),
        is_code=column.kind == Kind.CODE,
        asks=(column.on,) if column.on else (),
        is_prose=column.kind == Kind.TEXT,
        example=column.example or (WRITTEN_AS if column.kind == Kind.DAY else ""),
        hint=hint,
        hide=column.hide if column.is_hidden else hide_identity_numbers,
        format="dd/mm/yyyy" if column.kind == Kind.DAY else "@",
        aliases=(*column.aliases, *other_names(column.label)),
    )
