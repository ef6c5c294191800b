"""What stands on an act. Acts lie below everything that refers to them, so each app says its own part.

`stands_on(key, label, rows_of)` in the app's `on_acts.py`, found at start; an act's page shows them in that order.
Whoever records a decision says who signed it: `tells_signer(key, names_of)`.
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
NamesOf = Callable[[LegalDocument, User], Iterable[str]]
_parts: dict[str, tuple[str | Promise, RowsOf]] = {}

_signers: dict[str, NamesOf] = {}


def stands_on(key: str, label: str | Promise, rows_of: RowsOf) -> None:
    """stands_on("targets", _("Mục tiêu"), targets_of): rows the person may see, in their order."""
    _parts[key] = (label, rows_of)


def tells_signer(key: str, names_of: NamesOf) -> None:
    """As it was entered with what stands on the act, and the person may see."""
    _signers[key] = names_of


def signers_of(document: LegalDocument, user: User) -> list[str]:
    return sorted({name for names_of in _signers.values() for name in names_of(document, user)})


def parts_of(document: LegalDocument, user: User) -> list[tuple[str | Promise, list[Hanging]]]:
    found = [(label, list(rows_of(document, user))) for label, rows_of in _parts.values()]
    return [(label, rows) for label, rows in found if rows]
