"""Addresses of rows by their number: a page of rows has hundreds of them, which differ in the number alone."""

from functools import lru_cache

from django.urls import reverse

UNLIKELY = 987_654_321  # a number that no address has elsewhere


def numbered(route: str, number: int) -> str:
    """As reverse(route, args=[number]), for an address in which the number stands once."""
    before, after = _around(route)
    return f"{before}{number}{after}"


@lru_cache(maxsize=500)
def fixed(route: str, *args: str) -> str:
    """As reverse(route, args=args), for addresses of which there are few: entries of menus, pages of targets."""
    return reverse(route, args=args)


@lru_cache(maxsize=100)
def _around(route: str) -> tuple[str, str]:
    before, _number, after = reverse(route, args=[UNLIKELY]).partition(str(UNLIKELY))
    return before, after
