"""Cells of staged rows as the pages of an import show them; whoever may not change it reads no number of a person."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from apps.exchange.cells import Field, shown
from apps.exchange.models import StagedRow
from apps.exchange.parse import Cell
from apps.exchange.resource import ScopedResource


class RowTexts:
    def __init__(self, resource: type[ScopedResource], *, may_change: bool) -> None:
        self.resource, self.may_change = resource, may_change

    @cached_property
    def by_header(self) -> dict[str, Field]:
        return {column.header: column for column in self.resource.fields}

    @cached_property
    def by_key(self) -> dict[str, Field]:
        return {column.key: column for column in self.resource.fields}

    def cells(self, row: StagedRow, columns: Iterable[Field]) -> list[tuple[Field, str, str]]:
        """Each cell, and what the file had in it where that is another thing."""
        return [(column, self.text(row, column), self.in_file(row, column)) for column in columns]

    def to_write(self, row: StagedRow, columns: Iterable[Field]) -> list[tuple[Field, str, str]]:
        """Each cell as the register will show it, and what the file had in it where that reads otherwise."""
        told = []
        for column, text, in_file in self.cells(row, columns):
            words = self._hidden(column, self._words(column.key, row.clean)) if row.clean else ""
            told.append((column, words or text, in_file or (text if words and words != text else "")))
        return told

    @cached_property
    def _words(self) -> Callable[[str, dict[str, Any]], str]:
        return self.resource.written_words()

    def filled(self, row: StagedRow) -> list[tuple[Field, str, str]]:
        """The whole row but for what is empty in it."""
        return [cell for cell in self.cells(row, self.resource.fields) if cell[1] or cell[2]]

    def text(self, row: StagedRow, column: Field) -> str:
        return self._hidden(column, text_of(row.raw, column))

    def in_file(self, row: StagedRow, column: Field) -> str:
        text = text_of(row.original, column)
        if column.key not in row.original or text == text_of(row.raw, column):
            return ""
        return self._hidden(column, text) or _("(trống)")

    def whose(self, row: StagedRow, beside: Sequence[Field | None] = ()) -> list[str]:
        """By what people know the row: its name and its code, but for cells that are told anyhow."""
        keys = dict.fromkeys(key for key in (self.resource.named_by, self.resource.keyed_by) if key)
        columns = [self.by_key[key] for key in keys if self.by_key[key] not in beside]
        return [text for column in columns if (text := self.text(row, column))]

    def _hidden(self, column: Field, text: str) -> str:
        return text if self.may_change else column.hide(text)


def text_of(raw: dict[str, Any], column: Field) -> str:
    cell = raw.get(column.key)
    return shown(Cell(*cell)) if cell else ""
