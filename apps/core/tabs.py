"""Tabs above a list: filters under a name, some for everybody, some that people have kept for themselves.

A tab is a query of the same page. It is read again by the list's own filters each time it is shown: what they do not
know, or refuse, falls out. Who keeps them lies above: `keep_tabs_by(template, tabs_of)`, said at start.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.functional import Promise

OF_LISTS = ("sort", "col", "per_page")  # beside the filters what makes a list look as it does
LONGEST_QUERY = 2000


@dataclass(frozen=True)
class Tab:
    """`key`: of one that somebody keeps; `note`: whose it is, where it is not one's own."""

    label: str | Promise
    query: str
    key: str = ""
    note: str = ""
    is_current: bool = False


@dataclass(frozen=True)
class Tabs:
    template: str
    page: str
    query: str  # of the list as it is shown, as it would be kept
    tabs: list[Tab] = field(default_factory=list)
    is_new: bool = False  # no tab stands for what is shown
    shares: tuple[str, str] | None = None

    @property
    def has_kept(self) -> bool:
        """Whether there is anything to see to."""
        return any(tab.key for tab in self.tabs)


@dataclass(frozen=True)
class Kept:
    """What whoever keeps tabs answers for one list: those of the person, and with which unit one may be shared."""

    tabs: list[Tab]
    shares: tuple[str, str] | None = None  # id and name


_keepers: list[tuple[str, Callable[[Any], Kept]]] = []


def keep_tabs_by(template: str, kept_for: Callable[[Any], Kept]) -> None:
    """keep_tabs_by("people/saved_views.html", kept_for): the template gets what `kept_tabs` answers as `kept`."""
    _keepers[:] = [(template, kept_for)]


def kept_tabs(view: Any, filterset: Any) -> Tabs | None:
    if not _keepers:
        return None
    [(template, kept_for)] = _keepers
    own, beside = kept_for(view), view.beside_filters
    shown = cleaned_query(filterset, view.request.GET, beside)
    found = []
    for tab in (*view.tabs, *own.tabs):
        query = cleaned_query(filterset, QueryDict(tab.query), beside)
        found.append(Tab(tab.label, query, tab.key, tab.note, is_current=query == shown))
    page = page_of(view.request)
    is_new = bool(shown) and not any(tab.is_current for tab in found)
    return Tabs(template, page, shown, found, is_new, own.shares)


def page_of(request: Any) -> str:
    """The name of a list's route, and what its path says besides: «registers:row_list courses»."""
    match = request.resolver_match
    return " ".join([match.view_name, *map(str, match.kwargs.values())])


def cleaned_query(filterset: Any, asked: QueryDict, beside: Collection[str] = OF_LISTS) -> str:
    """What the list understands of a query, in one spelling: sorted, without what is empty, unknown or refused.

    `beside`: what its address says besides the filters.
    """
    fields = filterset.form.fields
    kept = [
        (name, value)
        for name in sorted(set(asked) & {*fields, *beside})
        if name not in fields or _is_taken(fields[name], name, asked)
        for value in sorted(set(asked.getlist(name)))
        if value and value.isprintable()
    ]
    query = urlencode(kept)
    return query if len(query) <= LONGEST_QUERY else ""


def _is_taken(field: Any, name: str, asked: QueryDict) -> bool:
    """Asked of the field itself: a form for each tab would copy all choices of all filters."""
    try:
        field.clean(field.widget.value_from_datadict(asked, {}, name))
    except ValidationError:
        return False
    return True
