"""Units as the filters of lists offer them, and which units a chosen one stands for."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.scope import UnitScope
from apps.organisations.selectors import successor_shares, unit_labels, with_sub_units


def unit_choices(scope: UnitScope) -> list[tuple[Any, list[tuple[str, str]]]]:
    """Units of the scope by their names, those of today before those of the past."""
    seen = sorted((label for label in unit_labels().values() if label.id in scope), key=lambda label: label.sort)
    return [
        (_("Đơn vị hiện nay"), [(one.id, one.distinct_name) for one in seen if one.ended_on is None]),
        (_("Đơn vị trước sắp xếp"), [(one.id, one.distinct_name) for one in seen if one.ended_on is not None]),
    ]


def with_their_past(units: Iterable[str]) -> set[str]:
    """The units, and all those whose past they carry today."""
    carriers = successor_shares(timezone.localdate())
    wanted = set(units)
    return wanted | {past for past, heirs in carriers.items() if wanted & {heir for heir, _share in heirs}}


def with_all_theirs(units: Iterable[str]) -> set[str]:
    """The same, and all units below any of them."""
    return with_sub_units(with_their_past(units))
