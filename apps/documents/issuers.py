"""Who may have issued an act that is new to the portal: those who issued others, and where the person works."""

from collections.abc import Callable
from itertools import chain

from django.db.models import Count

from apps.accounts.models import User
from apps.documents.models import LegalDocument
from apps.documents.selectors import likely_issue

OFFERED = 100
_bodies: list[Callable[[User], str]] = []


def named_by(body_of: Callable[[User], str]) -> None:
    """Said by the app that knows where people work: the full name of somebody's own body, or nothing."""
    _bodies.append(body_of)


def own_body(user: User) -> str:
    return next((name for body_of in _bodies if (name := body_of(user))), "")


def likely(number: str, user: User) -> tuple[str, str]:
    """Kind and issuer: of the last act of the same symbol; of a symbol that nobody used yet the person's own body."""
    kind, issuer = likely_issue(number)
    return kind, issuer or own_body(user)


def known_issuers(user: User) -> list[str]:
    """One's own body first, then whoever issued most."""
    rows = LegalDocument.objects.visible_to(user).order_by().values("issuer").annotate(n=Count("pk"))
    most = rows.order_by("-n", "issuer").values_list("issuer", flat=True)[:OFFERED]
    return list(dict.fromkeys(name for name in chain([own_body(user)], most) if name))
