"""Of which page a feedback speaks: a page that there is, without what its address tells of people or opens."""

import re

from django.conf import settings
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.translation import get_language_from_path, override

from apps.feedback.models import LONGEST_PAGE

KEYS = {"token", "key", "uidb36"}  # whoever holds such an address gets in
OF_PEOPLE = ("people:", "account_")
NONE = "0"  # in place of what is left out; the address stays one of this page


def page_of(address: str) -> str:
    """Its path, without the query; empty where there is no such page."""
    path = _path(address)
    match = _match(path) if path else None
    if match is None:
        return ""
    if KEYS & set(match.kwargs) or match.view_name.startswith(OF_PEOPLE):
        for value in sorted(map(str, match.kwargs.values()), key=len, reverse=True):
            path = re.sub(rf"(?<=[/-]){re.escape(value)}(?=[/.-]|$)", NONE, path)
    return path


def _path(address: str) -> str:
    if not address.startswith("/") or address.startswith("//") or not address.isprintable():
        return ""
    path = re.split("[?#]", address, maxsplit=1)[0]
    return path if len(path) <= LONGEST_PAGE else ""


def _match(path: str) -> ResolverMatch | None:
    """In the language that the path names: those of /en/ are none of the others."""
    with override(get_language_from_path(path) or settings.LANGUAGE_CODE):
        try:
            return resolve(path)
        except Resolver404:
            return None
