"""How often somebody may try to come in. django-axes counts in the database: where it cannot count, nobody enters.

An account: five wrong tries, whether of password or code, lock it for fifteen minutes; tries during the lock do not
prolong it, so nobody can keep a colleague out for good. An address of the network: many more, as an office shares one.
Who is signed in and confirms it is counted by the session: strangers at the sign-in page lock nobody out of their work.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from allauth.core import context
from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Sum
from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.accounts import trail
from apps.accounts.models import User

LONGEST_NAME = 255  # the column in which axes keeps it
LOCKS = 9961  # our number among PostgreSQL's advisory locks
T = TypeVar("T")


def account_tried(request: HttpRequest, credentials: dict[str, Any] | None) -> str | None:
    """The address somebody tries to come in by: allauth hands it on as `email`, its form posts it as `login`."""
    address = credentials.get("email") if credentials else request.POST.get("login")
    return address.replace("\0", "").strip().lower()[:LONGEST_NAME] if address else None


class CountedRequest(HttpRequest):
    axes_ip_address: str  # laid on by axes before it asks its handler


class SignInLimits(AxesDatabaseHandler):
    """The handler of axes (AXES_HANDLER), which also counts by address: it alone knows one limit only."""

    def is_locked(self, request: CountedRequest, credentials: dict[str, Any] | None = None) -> bool:
        if credentials and credentials.get("email") == confirming_of(request):
            return super().is_locked(request, credentials)
        return super().is_locked(request, credentials) or is_network_locked(request)


def is_network_locked(request: CountedRequest) -> bool:
    recent = AccessAttempt.objects.filter(
        ip_address=request.axes_ip_address, attempt_time__gte=get_cool_off_threshold(request)
    )
    failures = recent.aggregate(total=Sum("failures_since_start"))["total"] or 0
    return failures >= settings.SIGN_IN_FAILURES_PER_ADDRESS


def confirming_of(request: HttpRequest) -> str | None:
    """Under what the tries of a signed-in person are counted: this session, by a trace that does not open it."""
    if not request.user.is_authenticated:
        return None
    trace = hashlib.sha256(f"confirming {request.session.session_key}".encode()).hexdigest()[:32]
    return f"{request.user.pk}#{trace}"


def tried_as(request: HttpRequest, user: User) -> str:
    return confirming_of(request) or user.email


def guard_try(user: User, step: str, check: Callable[[], T]) -> T:
    """One try of somebody who is known already: a code after the password, a password or code inside a session.

    `check` answers, or refuses by ValidationError; that is counted. Tries of one account wait for each other.
    """
    request = context.request
    with one_try_at_a_time(user.email):
        if not AxesProxyHandler.is_allowed(request, {"email": tried_as(request, user)}):
            raise ValidationError(_("Sai quá nhiều lần. Thử lại sau 15 phút."), code="locked")
        try:
            return check()
        except ValidationError as wrong:
            _count_wrong_try(request, user, step=step)
            refusal = wrong
    raise refusal  # only here: an exception inside would take the count back


def _count_wrong_try(request: HttpRequest, user: User, *, step: str) -> None:
    name = tried_as(request, user)
    AxesProxyHandler.user_login_failed(sender=User, credentials={"email": name}, request=request)
    trail.sign_in_failed(request, user.email, step=step, tried_as=name)


@contextmanager
def one_try_at_a_time(email: str) -> Iterator[None]:
    """Tries of one account wait for each other, so that ten at the same moment do not all find the count below five.

    A transaction: what counts a failure must not end in an exception inside.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCKS, email.strip().lower()])
        yield
