"""Choosing a unit: by any name it ever had, its symbol or its id; the label says which one is meant."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.core.memo import once_per_request
from apps.core.picking import PickField
from apps.core.text import fold
from apps.organisations.models import OrganisationUnit
from apps.organisations.models.units import OrganisationUnitQuerySet
from apps.organisations.search import find_units
from apps.organisations.selectors import unit_labels

Units = OrganisationUnitQuerySet


def lasting_units(user: User) -> Units:
    """Those without an end, begun or planned: what an act may change."""
    return OrganisationUnit.objects.filter(valid_to__isnull=True)


def lasting_units_of(user: User) -> Units:
    return OrganisationUnit.objects.editable_by(user).filter(valid_to__isnull=True)


# What a field may choose among, by the word in the address of its list. Apps above add theirs at start.
AMONG: dict[str, Callable[[User], Units]] = {
    "lasting": lasting_units,
    "own": lasting_units_of,
}


def offer_among(word: str, units_of: Callable[[User], Units]) -> None:
    """offer_among("granting", units_to_grant_in)"""
    AMONG[word] = units_of


@once_per_request
def unit_names() -> dict[str, str]:
    """What a field calls every unit, no two alike: «Sở KH&CN (Bắc Ninh)»."""
    names = {pk: label.distinct_name for pk, label in unit_labels().items()}
    times = Counter(names.values())
    return {pk: f"{name} [{pk}]" if times[name] > 1 else name for pk, name in names.items()}


class UnitField(PickField):
    """`among`: a word of AMONG; `among_units` may narrow it for one form. Cleaned it is the unit."""

    route = "organisations:organisationunit_choices"
    unknown = gettext_lazy("Không có đơn vị “%(text)s” trong danh sách được chọn")

    def __init__(self, *, among: str, **kwargs: Any) -> None:
        self.among = among
        self.among_units: Units = OrganisationUnit.objects.none()
        super().__init__(query={"among": among}, **kwargs)

    def offer_to(self, user: User, *, but: Iterable[str | None] = ()) -> None:
        self.among_units = AMONG[self.among](user).exclude(pk__in=[pk for pk in but if pk])

    def named(self, text: str) -> Sequence[OrganisationUnit]:
        names, labels = unit_names(), unit_labels()
        typed = fold(text)
        called = [pk for pk, name in names.items() if text in (name, pk)] or [
            pk
            for pk, label in labels.items()
            if typed in (fold(names[pk]), fold(label.short_name), fold(label.full_name))
        ]
        return list(self._in_order(self.among_units.filter(pk__in=called)))

    def near(self, text: str) -> Sequence[OrganisationUnit]:
        return list(self._in_order(self.among_units.filter(pk__in=find_units(text)))[:5])

    def label_of(self, row: OrganisationUnit) -> str:
        return unit_names().get(row.pk, row.pk)

    def labels(self) -> Iterable[str]:
        names = unit_names()
        return [names[pk] for pk in self._in_order(self.among_units).values_list("pk", flat=True)]

    def prepare_value(self, value: Any) -> Any:
        """An id, as links and other forms say it, is shown by its name."""
        if isinstance(value, str):
            return unit_names().get(value, value)
        return super().prepare_value(value)

    @staticmethod
    def _in_order(units: Units) -> Units:
        return units.with_names().in_order()
