"""Closing the hint of a page for good, and having all of them back. No row of the audit: it changes what one person
sees of help, and nothing of what anybody may or did.
"""

from apps.accounts.models import User
from apps.people.models import ClosedHint


def close_hint(hint: str, *, by: User) -> None:
    """Twice is once."""
    ClosedHint.objects.bulk_create([ClosedHint(user=by, hint=hint)], ignore_conflicts=True)


def show_hints_again(*, by: User) -> None:
    ClosedHint.objects.filter(user=by).delete()
