"""The filters of a register, from its columns; and those of its API."""

from contextlib import suppress
from datetime import date
from functools import cache
from typing import Any

import django_filters as filters
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.scope import UnitScope
from apps.core.filters import ChoicesFilter, DayFilter, TextFilter
from apps.exchange.origins import SOURCE_CHOICES, ImportFilter, came_from, offer_import
from apps.organisations.asked import UnitView
from apps.organisations.chosen import unit_choices, with_their_past
from apps.registers import awaiting
from apps.registers.columns import Column, Kind
from apps.registers.declaration import Register, register_of_model
from apps.registers.expiry import Validity, that_are

FIRST_YEAR = 2000


class RegisterFilter(filters.FilterSet):
    """Units of the person's own scope only; a unit of today stands for those whose past it carries, but where it is
    asked what each reported.
    """

    RARE: tuple[str, ...] = ()

    q = TextFilter(label=_("Tìm trong sổ"), method="search", max_length=100)
    source = ChoicesFilter(label=_("Nguồn"), choices=SOURCE_CHOICES, method="from_source")
    gone = ChoicesFilter(label=_("Trạng thái"), choices=[("yes", _("Đã rút khỏi sổ"))], method="withdrawn")
    batch = ImportFilter()

    def __init__(self, *args: Any, register: Register, scope: UnitScope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.register = register
        offer_import(self, register.slug)
        this_year = timezone.localdate().year
        for column in register.columns:
            if not column.filtered:
                continue
            if column.kind == Kind.UNIT:
                self.filters[column.name].extra["choices"] = unit_choices(scope)
            if column.kind == Kind.ITEM:
                self.filters[column.name].extra["choices"] = _entries(column)
            if column.kind == Kind.DAY or column.is_year:
                years = range(this_year, FIRST_YEAR - 1, -1)
                self.filters[column.name].extra["choices"] = [(str(year), str(year)) for year in years]

    def filter_queryset(self, rows: Any) -> Any:
        """What stands in the register, unless what was withdrawn is asked for."""
        found = super().filter_queryset(rows)
        return found if self.form.cleaned_data.get("gone") else found.live()

    def withdrawn(self, rows: Any, name: str, asked: list[str]) -> Any:
        return rows.filter(withdrawn_at__isnull=False) if asked else rows

    def search(self, rows: Any, name: str, text: str) -> Any:
        return rows.search(text)

    def from_source(self, rows: Any, name: str, sources: list[str]) -> Any:
        return rows.filter(came_from(sources))

    def of_units(self, rows: Any, name: str, units: list[str]) -> Any:
        as_reported = self.form.cleaned_data.get("units") == UnitView.AS_REPORTED
        return rows.filter(**{f"{name}__in": units if as_reported else with_their_past(units)})

    def keep(self, rows: Any, name: str, value: Any) -> Any:
        return rows

    def since(self, rows: Any, name: str, day: date) -> Any:
        return rows.filter(**{f"{self.register.own_day}__gte": day})

    def until(self, rows: Any, name: str, day: date) -> Any:
        return rows.filter(**{f"{self.register.own_day}__lte": day})

    def in_years(self, rows: Any, name: str, years: list[str]) -> Any:
        return rows.filter(**{f"{name}__year__in": [int(year) for year in years]})

    def of_validity(self, rows: Any, name: str, asked: list[str]) -> Any:
        return rows.filter(that_are(self.register, asked)) if asked else rows

    def of_awaited(self, rows: Any, name: str, asked: list[str]) -> Any:
        awaited = self.register.awaited
        return rows.filter(awaiting.that_are(awaited, asked)) if awaited and asked else rows

    def of_standing(self, rows: Any, name: str, asked: list[str]) -> Any:
        standing = self.register.standing
        return rows.alias(stands=standing.expression()).filter(stands__in=asked) if standing and asked else rows

    def of_years(self, rows: Any, name: str, years: list[str]) -> Any:
        return rows.filter(**{f"{name}__in": [int(year) for year in years]})

    def beginning_so(self, rows: Any, name: str, text: str) -> Any:
        """In the form in which it is kept, where it has one."""
        with suppress(ValidationError):
            text = self.register.by_name[name].tidy(text)
        return rows.filter(**{f"{name}__istartswith": text})

    def of_row(self, rows: Any, name: str, text: str) -> Any:
        key = register_of_model(self.register.by_name[name].field.related_model).key[0]
        return rows.filter(**{f"{name}__{key}__iexact": text})


class DuplicatesFilter(filters.FilterSet):
    """Of pairs of records: what one of the two is found by in its register."""

    q = TextFilter(label=_("Tìm bản ghi"), max_length=100)


def _entries(column: Column) -> list[tuple[str, str]]:
    if column.called:
        return list(column.called().items())
    return [(entry.pk, str(entry)) for entry in column.field.related_model._default_manager.all()]


@cache
def filterset_of(register: Register) -> type[RegisterFilter]:
    narrowing = [column for column in register.columns if column.filtered]
    attributes: dict[str, Any] = {column.name: _filter(column) for column in narrowing}
    if register.expires:
        attributes["validity"] = ChoicesFilter(label=_("Hiệu lực"), choices=Validity.choices, method="of_validity")
    if standing := register.standing:
        attributes["standing"] = ChoicesFilter(
            label=standing.label, choices=standing.choices.choices, method="of_standing"
        )
    if awaited := register.awaited:
        choices = [(one.value, one.label) for one in awaiting.states_of(awaited)]
        attributes["awaited"] = ChoicesFilter(label=awaited.label, choices=choices, method="of_awaited")
    rare = _between(register)
    names = ["q", *attributes, "source", "gone", "batch", *rare]
    attributes |= rare | {"RARE": tuple(rare)}
    attributes["Meta"] = type("Meta", (), {"model": register.model, "fields": names})
    made: type[RegisterFilter] = type(f"{register.model.__name__}Filter", (RegisterFilter,), attributes)
    made.base_filters = {name: made.base_filters[name] for name in names}
    return made


def _between(register: Register) -> dict[str, Any]:
    """Of rows that stand in a period by a day of their own: those that a number of a report counts."""
    if not register.own_day or register.unit_column is None or not register.unit_column.filtered:
        return {}
    return {
        "from_day": DayFilter(label=_("Từ ngày"), method="since"),
        "to_day": DayFilter(label=_("Đến ngày"), method="until"),
        "units": filters.ChoiceFilter(
            label=_("Số liệu theo"), choices=[(UnitView.AS_REPORTED.value, UnitView.AS_REPORTED.label)],
            empty_label=UnitView.CURRENT.label, method="keep",
        ),
    }  # fmt: skip


def _filter(column: Column) -> filters.Filter:
    if column.kind == Kind.UNIT:
        return ChoicesFilter(label=column.label, method="of_units")
    if column.kind == Kind.DAY:
        return ChoicesFilter(label=_("Năm: %(name)s") % {"name": str(column.field.verbose_name)}, method="in_years")
    if column.is_year:
        return ChoicesFilter(label=column.label, method="of_years")
    if column.kind == Kind.CHOICE:
        return ChoicesFilter(label=column.label, choices=column.choices)
    if column.kind == Kind.ITEM:
        return ChoicesFilter(label=column.label, field_name=column.name)
    if column.kind == Kind.CODE:
        return TextFilter(label=column.label, method="beginning_so", max_length=100)
    return TextFilter(label=_("%(name)s (mã)") % {"name": column.label}, method="of_row", max_length=300)
