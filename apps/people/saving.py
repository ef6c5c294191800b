"""The tabs that people keep: those above a list, and which list a kept query is read by."""

from typing import Any

from django.http import Http404, HttpRequest, QueryDict
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.translation import gettext as _

from apps.core.tabs import Kept, Tab, cleaned_query, page_of
from apps.organisations.fields import unit_names
from apps.people.models import SavedView
from apps.people.working_unit import working_unit

TEMPLATE = "people/saved_views.html"


def kept_for(view: Any) -> Kept:
    """One's own first, then those shared with one's units, which say whose they are."""
    user = view.request.user
    kept = SavedView.objects.visible_to(user).filter(page=page_of(view.request)).select_related("owner")
    rows = sorted(kept, key=lambda row: (row.owner_id != user.pk, row.name.lower(), row.pk))
    tabs = [
        Tab(row.name, row.query, str(row.pk), "" if row.owner_id == user.pk else _said_by(row.owner.full_name))
        for row in rows
    ]
    unit = working_unit(view.request)
    return Kept(tabs, (unit, unit_names().get(unit, unit)) if unit else None)


def _said_by(name: str) -> str:
    return _("%(name)s chia sẻ") % {"name": name}


def path_of(page: str) -> str:
    """Of the list that is called so (`core.tabs.page_of`); empty where there is none."""
    name, *said = page.split(" ")
    try:
        return reverse(name, args=said)
    except NoReverseMatch:
        return ""


def list_of(page: str, request: HttpRequest) -> Any:
    """The view of a list that keeps filters under names, for this person; None where no list is called so."""
    path = path_of(page)
    match = resolve(path) if path else None
    found = getattr(match.func, "view_class", None) if match else None
    if match is None or not getattr(found, "saves_views", False):
        return None
    view = found()
    try:
        view.setup(request, *match.args, **match.kwargs)
    except Http404:
        return None
    return view


def understood(page: str, request: HttpRequest, query: str) -> str | None:
    """A query as the list reads it for this person; None where the list is not theirs."""
    view = list_of(page, request)
    if view is None or not view.has_permission():
        return None
    return cleaned_query(view.own_filters(), QueryDict(query), view.beside_filters)


def address_of(view: SavedView) -> str:
    """Of the list at the kept query; empty where the list is gone."""
    path = path_of(view.page)
    return f"{path}?{view.query}" if path and view.query else path
