"""What stands below a PlaceField or an IndustryField while somebody types."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from apps.core.picking import Option, PickView
from apps.core.text import fold
from apps.enterprises.industries import industries_like, label_of_industry
from apps.enterprises.selectors import PLACE_PERMISSION, Province, read_provinces
from apps.organisations.search import Found, find_units
from apps.people.rights import units_with


class PlaceChoicesView(PickView):
    """Provinces of any time, in the person's scope."""

    permission_required = PLACE_PERMISSION

    def found(self, text: str) -> Sequence[Option]:
        provinces = read_provinces()
        places = provinces.within(units_with(self.request.user, PLACE_PERMISSION))
        found = find_units(text) if text else None
        if found is not None:
            typed = fold(text)
            places = [place for place in places if place.id in found]
            places.sort(key=lambda place: not fold(place.name).startswith(typed))  # what begins so comes first
        return [
            Option(
                place.dated_name,
                _note(place, provinces.now(place.id), found),
                is_meant=found is not None and at == 0,
            )
            for at, place in enumerate(places)
        ]


def _note(place: Province, now: str, found: dict[str, Found] | None) -> str:
    """Of an ended province who carries it on; of today's why it was found."""
    if not place.is_current:
        return _("nay thuộc %(now)s") % {"now": now} if now != place.name else ""
    return found[place.id].reason(place.name) if found else ""


class IndustryChoicesView(PickView):
    """Sections and divisions of today's VSIC."""

    permission_required = PLACE_PERMISSION

    def found(self, text: str) -> Sequence[Option]:
        return [Option(label_of_industry(one), language="vi") for one in industries_like(text)]
