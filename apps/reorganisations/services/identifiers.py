"""Ids and slugs of new units. Neither is ever given twice, not even after a withdrawn act."""

import re
from collections.abc import Iterator
from itertools import count, islice

from django.utils.text import slugify

from apps.core.text import fold
from apps.organisations.models import OrganisationUnit, Reorganisation

RESERVED_SLUGS = {"print", "reorganisations", "new"}  # they mean something else in an address
ROOM_FOR_YEAR = 33  # of the 40 letters of an id
ROOM_FOR_SLUG = 70


class Identifiers:
    """Hands out ids and slugs that nobody has; those handed out before count as taken."""

    def __init__(self, year: int) -> None:
        self.year = year
        units = OrganisationUnit.objects.values_list("id", "slug")
        self.ids = {pk for pk, _slug in units} | set(_ids_of_plans())
        self.slugs = {slug for _pk, slug in units} | RESERVED_SLUGS

    def slug(self, short_name: str, above: str = "") -> str:
        """«bac-ninh», below another «so-khcn-bac-ninh»; where that is taken, with the year."""
        plain = slugify(fold(short_name)) or "don-vi"
        if above:
            plain = f"{plain}-{above}"
        plain = plain[:ROOM_FOR_SLUG].rstrip("-")
        return _first_free(_slugs(plain, self.year), self.slugs)

    def province_id(self, code: str) -> str:
        return _first_free(_numbered(f"VN-{code}-{self.year}"), self.ids)

    def unit_id(self, symbol: str, slug: str) -> str:
        """«BKHCN-2027» by its symbol, else by its slug."""
        plain = re.sub(r"[^A-Z0-9]", "", fold(symbol).upper()) or slug.removesuffix(f"-{self.year}").upper()
        return _first_free(_numbered(f"{plain[:ROOM_FOR_YEAR].rstrip('-')}-{self.year}"), self.ids)


def _first_free(candidates: Iterator[str], taken: set[str]) -> str:
    found = next(one for one in candidates if one not in taken)
    taken.add(found)
    return found


def _slugs(plain: str, year: int) -> Iterator[str]:
    yield plain
    yield from _numbered(f"{plain}-{year}")


def _numbered(base: str) -> Iterator[str]:
    yield base
    yield from (f"{base}-{number}" for number in islice(count(2), 98))


def _ids_of_plans() -> Iterator[str]:
    for plan in Reorganisation.objects.values_list("plan", flat=True):
        yield from (result["id"] for result in plan.get("results", []) if "id" in result)
        yield from (part["new_id"] for part in plan.get("parts", []))
