"""Who came in, went out and was turned away, for the audit. A password or code never gets here."""

from axes.handlers.proxy import AxesProxyHandler
from django.http import HttpRequest

from apps.accounts.models import User
from apps.audit.services import record

LONGEST_ADDRESS = 254


def signed_in(user: User) -> None:
    record("session.signed_in", by=user, target=user)


def signed_out(request: HttpRequest) -> None:
    if request.user.is_authenticated:
        record("session.signed_out", by=request.user, target=request.user)


def sign_in_failed(request: HttpRequest, address: str, *, step: str, tried_as: str = "") -> None:
    """One row for a wrong try, whether the address is known or not: both must take the same time.

    `tried_as`: under what the try was counted, where that is not the address.
    """
    typed = address.replace("\0", "").strip().lower()[:LONGEST_ADDRESS]
    locked = not AxesProxyHandler.is_allowed(request, {"email": tried_as or typed})
    record(
        "session.locked" if locked else "session.sign_in_failed",
        by=request.user if request.user.is_authenticated else None,
        target=User.objects.filter(email=typed).first(),
        email=typed,
        step=step,
    )
