"""What stands on an act. Acts lie below everything that refers to them, so each app says its own part.

`stands_on(key, label, rows_of)` in the app's `on_acts.py`, found at start; an act's page shows them in that order.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise

from apps.accounts.models import User
from apps.documents.models import LegalDocument


@dataclass(frozen=True)
class Hanging:
    """One thing that stands on an act; `url` where the reader may open it."""

    text: str
    url: str = ""
    note: str = ""


RowsOf = Callable[[LegalDocument, User], Iterable[Hanging]]
_parts: dict[str, tuple[str | Promise, RowsOf]] = {}


def stands_on(key: str, label: str | Promise, rows_of: RowsOf) -> None:
    """stands_on("targets", _("Mục tiêu"), targets_of): rows the person may see, in their order."""
    _parts[key] = (label, rows_of)


def parts_of(document: LegalDocument, user: User) -> list[tuple[str | Promise, list[Hanging]]]:
    found = [(label, list(rows_of(document, user))) for label, rows_of in _parts.values()]
    return [(label, rows) for label, rows in found if rows]
