"""A page of a table as its rows stand on the page. What is the same for every row of a column is found out once.

The cells are those of django-tables2 (`BoundRow.get_cell`), which asks for each of them anew what its column is like.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model
from django.utils.encoding import force_str
from django.utils.formats import localize
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import template_localtime  # type: ignore[attr-defined]  # not in the stubs
from django_tables2.columns.base import BoundColumn
from django_tables2.rows import BoundRow
from django_tables2.utils import Accessor, signature

from apps.core.markup import markup
from apps.core.templatetags.ui import NO_DATA

NOWHERE = (AttributeError, LookupError, ValueError, TypeError, ObjectDoesNotExist)


class Cells:
    """The cells of one column."""

    def __init__(self, column: BoundColumn, model: type[Model] | None) -> None:
        self.column, self.render, self.link = column, column.render, column.link
        self.accessor, self.attribute = _way(column, model)
        self.default, self.empty_values = column.default, column.column.empty_values
        self.labels = _labels(self.accessor, model)
        self.wanted = _wanted(column.render)

    def cell(self, row: BoundRow) -> Any:
        value = self._value(row.record) if self.empty_values or self.wanted != ("record",) else None
        if value in self.empty_values:
            return self.default
        if self.link is None:
            if self.wanted == ("record",):
                return self.render(record=row.record)
            if self.wanted == ("value",):
                return self.render(value=value)
        offered = self._offered(row, value)
        content = self.render(**(offered if self.wanted is None else {name: offered[name] for name in self.wanted}))
        return self._linked(content, offered) if self.link else content

    def _linked(self, content: Any, offered: dict[str, Any]) -> Any:
        if self.link.attrs:
            return self.link(content, **offered)
        address = self.link.compose_url(**offered)
        return content if address is None else markup('<a href="%s">%s</a>', [(address, content)])

    def _offered(self, row: BoundRow, value: Any) -> dict[str, Any]:
        rest = {"column": self.column.column, "bound_column": self.column, "bound_row": row, "table": row.table}
        return {"value": value, "record": row.record, **rest}

    def _value(self, record: Any) -> Any:
        """A way that leads nowhere is no value, as the library has it; any other fault of a page is told as one."""
        try:
            value = getattr(record, self.attribute) if self.attribute else self.accessor.resolve(record)
            if self.attribute and callable(value):
                value = self.accessor.resolve(record)
        except NOWHERE:
            return None
        return self.labels.get(value, value) if self.labels else value


def _way(column: BoundColumn, model: type[Model] | None) -> tuple[Accessor, str]:
    """How a value is come by: the accessor, and where it is one attribute of a row of the database, that."""
    accessor = Accessor(column.accessor)
    return accessor, accessor if model and len(accessor.bits) == 1 else ""


def _labels(accessor: Accessor, model: type[Model] | None) -> dict[Any, str]:
    """Of a field with choices, what its values are called."""
    path, _, last = accessor.rpartition(accessor.SEPARATOR)
    owner = model
    for bit in Accessor(path).bits:
        field = Accessor(bit).get_field(owner)
        owner = getattr(field, "related_model", None)
    field = Accessor(last).get_field(owner) if owner else None
    return {value: force_str(label) for value, label in getattr(field, "flatchoices", ())}


@lru_cache(maxsize=1000)
def _names(function: Callable) -> tuple[str, ...] | None:
    names, catch_all = signature(function)
    return None if catch_all else names


def _wanted(render: Callable) -> tuple[str, ...] | None:
    """The names of what a render function wants to know; None: everything. Found out once for each function."""
    function = getattr(render, "__func__", None)
    names = _names(function or render)
    return names[1:] if function and names else names


@dataclass(frozen=True)
class Grid:
    """A page of a table: the columns, and of each row the cells in their order."""

    columns: list[BoundColumn]
    rows: list[list[Any]]

    @cached_property
    def body(self) -> SafeString:
        """The first cell heads its row; on a phone the others are labelled, and those that say nothing left out."""
        first, *others = self.columns
        openings = [_opening(column) for column in others]
        css = " ".join(["full", *filter(None, [first.attrs["td"]["class"]])])
        return markup(
            '<tr><th scope="row" class="%s">%s</th>%s</tr>\n',
            ((css, _said(head), _line(openings, cells)) for head, *cells in self.rows),
        )


def grid_of(table: Any) -> Grid:
    """Without those `sparse` columns in which no row of the page has anything, unless the list is sorted by them."""
    columns = list(table.columns)
    makers = [Cells(column, table.data.model) for column in columns]
    rows = [[maker.cell(row) for maker in makers] for row in table.paginated_rows]
    may_go = set(getattr(table, "sparse", ()))
    kept = [
        at
        for at, column in enumerate(columns)
        if column.name not in may_go or column.is_ordered or any(cells[at] != NO_DATA for cells in rows)
    ]
    if len(kept) == len(columns):
        return Grid(columns, rows)
    return Grid([columns[at] for at in kept], [[cells[at] for at in kept] for cells in rows])


Opening = tuple[SafeString, SafeString]


def _opening(column: BoundColumn) -> Opening:
    """The beginning of a cell that says something, and of one that does not."""
    css = column.attrs["td"]["class"]
    opening = format_html('<td{} data-l="{}"', format_html(' class="{}"', css) if css else "", column.header)
    return format_html("{}>", opening), format_html("{} data-none>", opening)


def _line(openings: list[Opening], cells: list[Any]) -> SafeString:
    pairs = zip(openings, cells, strict=True)
    return markup("%s%s</td>", ((opening[cell == NO_DATA], _said(cell)) for opening, cell in pairs))


def _said(cell: Any) -> Any:
    """As a template says it: numbers and days in the words of the language."""
    return cell if isinstance(cell, str) else localize(template_localtime(cell))
