"""Every secret that lies encrypted in the database, written anew by today's key, so that the former one can go."""

from collections import Counter
from collections.abc import Callable
from typing import TypeVar

from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.db import transaction
from django.db.models import Model, QuerySet

from apps.accounts import secrets
from apps.webhooks import signing
from apps.webhooks.models import Subscription

Row = TypeVar("Row", bound=Model)
SEALED = ("secret", "seed", "migrated_codes")  # of a factor's data: the first of an app, the others of recovery codes


def renew_all() -> dict[str, Counter[str]]:
    """By kind: how many were written anew, were so already, or are read by no key that is left."""
    return {
        "factors": _renew(Authenticator.objects.order_by("pk"), _renew_factor),
        "receivers": _renew(Subscription.objects.exclude(secret="").order_by("pk"), _renew_receiver),
    }


def _renew(rows: QuerySet[Row], renew: Callable[[Row], bool]) -> Counter[str]:
    """Row by row, each locked for a moment: its owner may be signing in, or changing it."""
    counts: Counter[str] = Counter()
    for pk in list(rows.values_list("pk", flat=True)):
        with transaction.atomic():
            row = rows.select_for_update(of=("self",)).filter(pk=pk).first()
            if row is None:
                continue
            try:
                counts["renewed" if renew(row) else "kept"] += 1
            except InvalidToken:
                counts["unreadable"] += 1
    return counts


def _renew_factor(row: Authenticator) -> bool:
    data = row.data | {name: _renewed(row.data[name]) for name in SEALED if row.data.get(name)}
    if data == row.data:
        return False
    row.data = data
    row.save(update_fields=["data"])
    return True


def _renewed(held: str | list[str]) -> str | list[str]:
    return [secrets.renewed(one) for one in held] if isinstance(held, list) else secrets.renewed(held)


def _renew_receiver(row: Subscription) -> bool:
    sealed = secrets.renewed(row.secret, signing.SALT)
    return sealed != row.secret and bool(Subscription.objects.filter(pk=row.pk).update(secret=sealed))
