"""Pages of a fixed address that a person may open, by their names: the sidebar's, and others that it does not name."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import resolve, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.addresses import fixed
from apps.core.text import fold
from apps.dashboard.hits import holds
from apps.dashboard.menu import GROUPS, REGISTER, menu_of
from apps.progress.views_closings import READ as READ_CLOSINGS
from apps.registers.declaration import family_of
from apps.targets.selectors import begun_periods

HELP = _("trợ giúp, hướng dẫn, giải thích")


@dataclass(frozen=True)
class Place:
    """`note`: the part of the sidebar where it stands; `also`: words by which it is looked for besides."""

    url: str
    label: str | Promise
    note: str | Promise = ""
    also: str | Promise = ""


# Route, name where the view has no title, other words for it. Who may open it the view itself says.
BESIDE: tuple[tuple[str, str | Promise, str | Promise], ...] = (
    ("progress:closing_list", _("Chốt số liệu"), _("khóa sổ, công bố số liệu")),
    ("progress:method", _("Cách tính"), HELP),
    ("api-docs", _("Tài liệu API"), HELP),
    ("people:role_table", "", HELP),
    ("tasks:plantask_add", "", ""),
    ("tasks:yearly", "", ""),
    ("tasks:tasklist_add", "", ""),
    ("funding:line_list", "", ""),
    ("publications:reportbook_add", "", ""),
    ("reports:formversion_list", _("Biểu mẫu báo cáo"), ""),
    ("enterprises:enterprise_register", "", ""),
    ("documents:legaldocument_add", "", ""),
    ("reorganisations:reorganisation_list", "", _("hợp nhất, sáp nhập, chia, tách, đổi tên")),
    ("reorganisations:reorganisation_new", "", _("hợp nhất, sáp nhập, chia, tách, đổi tên")),
    ("organisations:organisationunit_print", "", _("bản in")),
    ("people:invitation_list", "", ""),
    ("people:invitation_add", "", ""),
    ("people:review_list", "", ""),
    ("people:apitoken_list", "", "API"),
    ("people:owntoken_list", "", "API"),
    ("people:savedview_list", "", ""),
    ("notifications:notification_list", "", ""),
    ("dashboard:account", "", _("thư điện tử, mã xác thực, phiên đăng nhập")),
    ("account_change_password", _("Đổi mật khẩu"), ""),
)


def places_called(user: User, text: str) -> list[Place]:
    """Those that are called so, the very name first."""
    found: dict[str, Place] = {}
    for place in _places(user):
        if holds(f"{place.label} {place.also}", text):
            found.setdefault(place.url, place)
    return sorted(found.values(), key=lambda place: fold(str(place.label)) != fold(text))


def _places(user: User) -> Iterator[Place]:
    for group in menu_of(user, ""):
        for item in group["items"]:
            yield Place(item["url"], item["label"], group["title"])
    for title, entries in GROUPS:
        for register in (one for entry in entries for head in entry.family[:1] for one in family_of(head)):
            if user.has_perm(register.permission("view")):
                yield Place(fixed(REGISTER, register.slug), register.short, title)
    for route, label, also in BESIDE:
        view = getattr(resolve(fixed(route)).func, "view_class")  # noqa: B009
        is_open = route != "account_change_password" or user.has_usable_password()
        if is_open and user.has_perms(permissions_of(view)):
            yield Place(fixed(route), label or view.title, "", also)
    if user.has_perms(READ_CLOSINGS):
        for period in reversed(begun_periods()):
            label = gettext("Chốt số liệu kỳ %(year)s") % {"year": period.year}
            yield Place(reverse("progress:closing_detail", args=[period.year]), label)


def permissions_of(view: Any) -> tuple[str, ...]:
    asked = getattr(view, "permission_required", None) or ()
    return (asked,) if isinstance(asked, str) else tuple(asked)
