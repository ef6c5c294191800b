"""A list of the API as if its own address were asked, by whoever answers for it elsewhere: the address of changes, a
job that writes its file. What it asks for is asked there too: rights, scopes of tokens, filters it knows.
"""

from copy import copy
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, QueryDict
from django.urls import resolve
from rest_framework.request import Request

from apps.core.parameters import refuse_undeclared

ROOT = "/api/v1/"


def address_of(resource: str) -> str:
    """Of a list by its name: where its file is asked for."""
    return f"{ROOT}{resource}/export/"


def asked_itself(address: str, request: HttpRequest, *, user: Any, auth: Any) -> Any:
    """The list's view, ready to tell its rows to this caller. The address is that of its file, with its filters."""
    parts = urlsplit(address)
    asked = copy(request)
    asked.method, asked.path_info, asked.GET = "GET", parts.path, QueryDict(parts.query)
    view_of = resolve(parts.path).func
    view: Any = view_of.cls(**view_of.initkwargs)  # type: ignore[attr-defined]  # of the framework's views
    view.action_map, view.action = view_of.actions, view_of.actions["get"]  # type: ignore[attr-defined]
    view.args, view.kwargs, view.format_kwarg = (), {}, None
    view.request = Request(asked, parser_context={"view": view})
    view.request.user, view.request.auth = user, auth
    view.check_permissions(view.request)
    refuse_undeclared(view, view.request)
    return view
