"""The list of a register, from its columns."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

import django_tables2 as tables
from django.db.models import F, Func, IntegerField, JSONField, Value
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.scope import UnitScope
from apps.core.models import joined
from apps.core.ordering import UniquelyOrderedData
from apps.core.templatetags.ui import number, vn_date
from apps.exchange.origins import origin_of
from apps.organisations.fields import unit_names
from apps.organisations.selectors import unit_labels
from apps.registers.columns import Column, Kind
from apps.registers.declaration import Register, register_of_model
from apps.registers.models import RegisterRow
from apps.registers.recorded import exported

NOWRAP, NUMBERS = {"td": {"class": "tn nowrap"}}, {"th": {"class": "num"}, "td": {"class": "num tn"}}


class RegisterData(UniquelyOrderedData):
    """Rows with what their columns name: one query more for none of them."""

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        named = [column.name for column in _listed(data.model) if column.kind in (Kind.ACT, Kind.ROW)]
        self.data = joined(self.data, named)


def _listed(model: type[RegisterRow]) -> list[Column]:
    return [column for column in register_of_model(model).columns if column.listed]


class RegisterTable(tables.Table):
    """`imports`: the units whose imports the person may open."""

    register: Register
    caption: Any

    source = tables.Column(
        verbose_name=gettext_lazy("Nguồn"), orderable=False, empty_values=(), attrs={"td": {"class": "sub nowrap"}}
    )

    class Meta:
        default = "–"

    def __init__(self, data: Any, *, imports: UnitScope, **kwargs: Any) -> None:
        self.imports = imports
        super().__init__(data=data, **kwargs)

    def render_source(self, record: Any) -> str:
        words = origin_of(record)
        if record.batch_id is None or record.batch_unit not in self.imports:
            return words
        address = reverse("exchange:importbatch_detail", args=[self.register.slug, record.batch_id])
        return format_html('<a class="lk" href="{}">{}</a>', address, words)

    def value_source(self, record: RegisterRow) -> str:
        return origin_of(record)

    def as_values(self, exclude_columns: Iterable[str] | None = None) -> Iterator[list[Any]]:
        """For export: every column, straight from the records."""
        yield [*(column.label for column in self.register.columns), _("Nguồn")]
        acts = [column.name for column in self.register.of_kind(Kind.ACT)]
        for record in joined(self.data.data, acts).iterator(chunk_size=2000):
            yield [*(exported(record, column) for column in self.register.columns), origin_of(record)]


class NameColumn(tables.Column):
    """By which people call the row: it leads to its page."""

    def render(self, value: str, record: RegisterRow) -> str:
        return format_html('<a href="{}">{}</a>', record.get_absolute_url(), value)


class UnitColumn(tables.Column):
    def render(self, value: str) -> str:
        return unit_names().get(value, value)

    def order(self, rows: Any, is_descending: bool) -> tuple[Any, bool]:
        """By name; there are few units and many rows."""
        labels = sorted(unit_labels().values(), key=lambda label: label.sort)
        places = Value({label.id: at for at, label in enumerate(labels)}, output_field=JSONField())
        # Looked up, where a CASE would try one unit after the other for every row.
        ranks = Func(
            places, F(self.accessor), template="(%(expressions)s)::int", arg_joiner="->>", output_field=IntegerField()
        )
        return rows.order_by(ranks.desc() if is_descending else ranks.asc(), "pk"), True


class HiddenCodeColumn(tables.Column):
    """Not sorted by either: the order would tell what is hidden."""

    def __init__(self, *, hide: Callable[[str], str], **kwargs: Any) -> None:
        self.hide = hide
        super().__init__(orderable=False, **kwargs)

    def render(self, value: str) -> str:
        return self.hide(value)


class DayColumn(tables.Column):
    def render(self, value: Any) -> str:
        return vn_date(value)


class YearColumn(tables.Column):
    def render(self, value: Any) -> str:
        return str(value)  # a bare number would be written as an amount


class NumberColumn(tables.Column):
    def render(self, value: Any) -> str:
        return number(value)


@cache
def table_of(register: Register) -> type[RegisterTable]:
    """The name first, then the listed columns in their order."""
    listed = [column for column in register.columns if column.listed]
    listed.sort(key=lambda column: column.name != register.named_by)
    attributes: dict[str, Any] = {column.name: _table_column(register, column) for column in listed}
    attributes |= {"register": register, "caption": register.title}
    attributes["Meta"] = type(
        "Meta", (RegisterTable.Meta,), {"sequence": [*(column.name for column in listed), "source"]}
    )
    return type(f"{register.model.__name__}Table", (RegisterTable,), attributes)


def _table_column(register: Register, column: Column) -> tables.Column:
    told: dict[str, Any] = {"verbose_name": column.label, "accessor": column.name}
    if column.name == register.named_by:
        return NameColumn(**told, order_by=(f"{column.name}_sort", "pk"))
    if column.kind == Kind.UNIT:
        return UnitColumn(**(told | {"accessor": column.field.attname}))
    if column.kind == Kind.DAY:
        return DayColumn(**told, attrs=NOWRAP)
    if column.kind == Kind.NUMBER:
        return (YearColumn if column.is_year else NumberColumn)(**told, attrs=NUMBERS)
    if column.is_hidden:
        return HiddenCodeColumn(hide=column.hide, **told, attrs=NOWRAP)
    if column.kind in (Kind.CODE, Kind.ITEM):
        return tables.Column(**(told | {"accessor": column.stored}), attrs=NOWRAP)
    return tables.Column(**told, orderable=False)
