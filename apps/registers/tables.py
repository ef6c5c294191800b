"""The list of a register, from its columns."""

from collections.abc import Callable
from functools import cache
from typing import Any

import django_tables2 as tables
from django.db.models import F, Func, IntegerField, JSONField, Value
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.scope import UnitScope
from apps.core.cells import Told, whole, worded
from apps.core.markup import markup
from apps.core.models import joined
from apps.core.ordering import UniquelyOrderedData
from apps.core.templatetags.ui import badge, number, vn_date
from apps.exchange.origins import origin_cell, origin_of
from apps.organisations.fields import unit_names
from apps.organisations.selectors import unit_labels
from apps.registers import awaiting
from apps.registers.columns import Column, Kind
from apps.registers.declaration import Awaited, Register, Standing, register_of_model
from apps.registers.expiry import FAMILIES, validity_of
from apps.registers.models import RegisterRow
from apps.registers.recorded import exported, item_word

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
    """`imports`: the units whose imports the person may open; `ticks`: whether rows can be chosen."""

    register: Register
    caption: Any

    source = tables.Column(
        verbose_name=gettext_lazy("Nguồn"), orderable=False, empty_values=(), attrs={"td": {"class": "sub nowrap"}}
    )

    class Meta:
        default = "–"

    def __init__(self, data: Any, *, imports: UnitScope, ticks: bool = False, **kwargs: Any) -> None:
        self.imports, self.ticks = imports, ticks
        super().__init__(data=data, **kwargs)

    def render_source(self, record: Any) -> str:
        words = origin_of(record)
        if record.batch_id is None or record.batch_unit not in self.imports:
            return words
        address = reverse("exchange:importbatch_detail", args=[self.register.slug, record.batch_id])
        return format_html('<a class="lk" href="{}">{}</a>', address, words)

    def value_source(self, record: RegisterRow) -> str:
        return origin_of(record)

    def in_file(self) -> Told:
        """Every column, straight from the table."""
        columns = self.register.columns
        told = [(column.label, cell) for column, cell in zip(columns, exported(columns), strict=True)]
        if standing := self.register.standing:
            labels = {key: str(label) for key, label in standing.choices.choices}
            told.append((str(standing.label), worded("standing", labels)))
        if awaited := self.register.awaited:
            labels = {one.value: str(one.label) for one in awaiting.State}
            told += [(str(awaited.label), worded("awaited", labels)), (str(awaited.days), whole("days_awaited"))]
        return Told(self.data.data, [*told, (_("Nguồn"), origin_cell())])


class NameColumn(tables.Column):
    """By which people call the row: it leads to its page."""

    def render(self, value: str, record: RegisterRow) -> str:
        return format_html('<a href="{}">{}</a>', record.get_absolute_url(), value)


class ChosenNameColumn(NameColumn):
    """Of a table whose rows may be chosen."""

    def render(self, value: str, record: RegisterRow, table: RegisterTable) -> str:
        link = super().render(value, record)
        return ticked(record.pk, value, link) if table.ticks else link


def ticked(key: Any, name: str, link: str) -> str:
    """The name of a row after the box by which it is chosen for what the bar below does (components/several_bar)."""
    box = (
        '<span class="tick"><input class="cbx" type="checkbox" name="row" value="%s" form="chosen" aria-label="%s">'
        " %s</span>"
    )
    return markup(box, [(key, _("Chọn %(name)s") % {"name": name}, link)])


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


class ItemColumn(tables.Column):
    def __init__(self, column: Column, **kwargs: Any) -> None:
        self.told = column
        super().__init__(**kwargs)

    def render(self, value: str) -> str:
        return item_word(self.told, value)


class ValidityColumn(tables.Column):
    def __init__(self, register: Register) -> None:
        self.register = register
        super().__init__(verbose_name=gettext_lazy("Hiệu lực"), orderable=False, empty_values=())

    def render(self, record: RegisterRow) -> str:
        found = validity_of(self.register, record)
        return badge(FAMILIES[found], found.label)


class StandingColumn(tables.Column):
    """What `standing` says of the rows, which the list has looked up with them."""

    def __init__(self, standing: Standing) -> None:
        self.standing = standing
        super().__init__(verbose_name=standing.label, accessor="standing", orderable=False)

    def render(self, value: str) -> str:
        return badge(self.standing.families[value], self.standing.choices(value).label)


class AwaitedColumn(tables.Column):
    """What a row waits for, and for how many days."""

    def __init__(self, awaited: Awaited) -> None:
        self.awaited = awaited
        super().__init__(verbose_name=awaited.label, orderable=False, empty_values=())

    def render(self, record: RegisterRow) -> str:
        found = awaiting.waiting_of(self.awaited, record)
        return badge(awaiting.FAMILIES[found.state], found.words)


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
    """The name first, then the listed columns in their order; the others, where they join nothing, can be chosen."""
    listed = [column for column in register.columns if column.listed]
    listed.sort(key=lambda column: column.name != register.named_by)
    others = [column for column in register.columns if not column.listed and column.kind not in (Kind.ACT, Kind.ROW)]
    attributes: dict[str, Any] = {column.name: _table_column(register, column) for column in listed}
    if register.expires:
        attributes["validity"] = ValidityColumn(register)
    if register.standing:
        attributes["standing"] = StandingColumn(register.standing)
    if register.awaited:
        attributes["awaited"] = AwaitedColumn(register.awaited)
    sequence = [*attributes, "source", *(column.name for column in others)]
    attributes |= {column.name: _table_column(register, column) for column in others}
    attributes |= {"register": register, "caption": register.title, "optional": tuple(one.name for one in others)}
    attributes["Meta"] = type("Meta", (RegisterTable.Meta,), {"sequence": sequence})
    return type(f"{register.model.__name__}Table", (RegisterTable,), attributes)


def _table_column(register: Register, column: Column) -> tables.Column:
    told: dict[str, Any] = {"verbose_name": column.label, "accessor": column.name}
    if column.name == register.named_by and column.kind == Kind.ROW:
        return ChosenNameColumn(**told, orderable=False)
    if column.name == register.named_by:
        attrs = NOWRAP if column.kind == Kind.CODE else {}
        return ChosenNameColumn(**told, order_by=(f"{column.name}_sort", "pk"), attrs=attrs)
    if column.kind == Kind.UNIT:
        return UnitColumn(**(told | {"accessor": column.field.attname}))
    if column.kind == Kind.DAY:
        return DayColumn(**told, attrs=NOWRAP)
    if column.kind == Kind.NUMBER:
        return (YearColumn if column.is_year else NumberColumn)(**told, attrs=NUMBERS)
    if column.called:
        return ItemColumn(column, **(told | {"accessor": column.stored}), orderable=False)
    if column.is_hidden:
        return HiddenCodeColumn(hide=column.hide, **told, attrs=NOWRAP)
    if column.kind in (Kind.CODE, Kind.ITEM):
        return tables.Column(**(told | {"accessor": column.stored}), attrs=NOWRAP)
    return tables.Column(**told, orderable=False)
