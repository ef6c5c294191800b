"""What stands below a UnitField while somebody types: units of any name they had, with the reason."""

from collections.abc import Sequence

from apps.core.picking import Option, PickView
from apps.core.text import fold
from apps.organisations.fields import AMONG, unit_names
from apps.organisations.search import find_units
from apps.organisations.selectors import unit_labels

MOST = 100  # without a word all provinces and ministries can be looked through


class UnitChoicesView(PickView):
    permission_required = "organisations.view_organisationunit"

    def found(self, text: str) -> Sequence[Option]:
        among = AMONG.get(self.request.GET.get("among", ""))
        if among is None:
            return []
        names, labels = unit_names(), unit_labels()
        units, found = among(self.request.user).visible_to(self.request.user), None
        if text:
            found = find_units(text)
            units = units.filter(pk__in=found)
        ids = list(units.with_names().in_order().values_list("pk", flat=True)[:MOST])
        typed = fold(text)
        ids.sort(key=lambda pk: not fold(labels[pk].short_name).startswith(typed))  # what begins so comes first
        return [
            Option(
                names[pk],
                found[pk].reason(labels[pk].short_name) if found else labels[pk].full_name,
                is_meant=bool(found) and place == 0,
            )
            for place, pk in enumerate(ids)
        ]
