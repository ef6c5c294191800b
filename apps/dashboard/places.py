"""Pages of the portal that are found by what they are called: what the sidebar leads to, targets, closings by year."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.text import fold
from apps.dashboard.menu import menu_of
from apps.progress.views import READ_FIGURES
from apps.progress.views_closings import READ as READ_CLOSINGS
from apps.targets.models import Indicator
from apps.targets.selectors import begun_periods


@dataclass(frozen=True)
class Place:
    """`code`: that by which it alone is called."""

    url: str
    title: str
    reason: str
    code: str = ""


def places_called(user: User, text: str) -> list[Place]:
    """Those in whose names every word that was entered begins a word; a bare number is no name of a page."""
    asked = fold(text).split()
    if not any(char.isalpha() for char in fold(text)):
        return []
    return [one for one in _places(user) if _begin(asked, fold(one.title).split())]


def _begin(asked: list[str], words: list[str]) -> bool:
    return all(any(word.startswith(one) for word in words) for one in asked)


def _places(user: User) -> Iterator[Place]:
    if user.has_perm(READ_FIGURES):
        for one in Indicator.objects.visible_to(user):
            yield Place(one.get_absolute_url(), f"{one.code} – {one.label}", _("mục tiêu"), one.code)
    for group in menu_of(user, ""):
        for item in group["items"]:
            yield Place(item["url"], str(item["label"]), _("trang trong thanh bên"))
    if user.has_perms(READ_CLOSINGS):
        for period in reversed(begun_periods()):
            title = _("Chốt số liệu kỳ %(year)s") % {"year": period.year}
            yield Place(reverse("progress:closing_detail", args=[period.year]), title, _("trang chốt số liệu"))
