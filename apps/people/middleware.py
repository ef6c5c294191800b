from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.accounts.factors import factors_of
from apps.accounts.models import User
from apps.accounts.passwords import TOO_SHORT
from apps.core.api import refused
from apps.core.request import PortalRequest
from apps.people.rights import rights_of, roles_that_ask_for_a_factor

CHANGE = "account_change_password"
READY = "second_factor"  # in the session: this account has a factor and its recovery codes were kept
# What stays open: setting up, proving who one is, leaving, the clock of the session, whether the portal lives.
OPEN = {
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "account_reauthenticate",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "account_logout",
    "account_session",
    "account_signed_in_again",
    "jobs:healthz",
    "jobs:readyz",
    "jobs:metrics",
}


class SecondFactorMiddleware:
    """Who must have a second factor and has none may set one up, and nothing else; likewise with a password that is
    too short to stand alone.

    Who has one costs nothing: the session remembers it. Taking the last one away is refused to its owner, and where
    others take it away they end the sessions. Who needs none costs nothing either: the rights that every page reads
    say so, each time anew, so that a role given a minute ago counts.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: PortalRequest, view: Any, args: tuple, kwargs: dict) -> HttpResponse | None:
        user = request.user
        if user.is_authenticated and request.session.get(TOO_SHORT):
            return self.ask_for_longer_password(request, user)
        if not user.is_authenticated or request.session.get(READY):
            return None
        if not (user.is_superuser or rights_of(user).needs_second_factor):
            return None
        factors = factors_of(user)
        if factors and not factors.codes_unseen:
            request.session[READY] = True
            return None
        request.must_set_up_factor = ", ".join(roles_that_ask_for_a_factor(user)) or True
        if request.resolver_match and request.resolver_match.view_name in OPEN:
            return None
        reason = _("Vai trò của bạn bắt buộc có xác thực hai bước. Thiết lập tại %(url)s, rồi gọi lại.")
        return _lead(request, reverse("mfa_view_recovery_codes" if factors else "mfa_activate_totp"), reason)

    def ask_for_longer_password(self, request: HttpRequest, user: User) -> HttpResponse | None:
        """Or for a second factor, which makes the one there is long enough."""
        if request.resolver_match and request.resolver_match.view_name in OPEN | {CHANGE}:
            return None
        if factors_of(user):
            del request.session[TOO_SHORT]
            return None
        return _lead(request, reverse(CHANGE), _("Mật khẩu cần dài hơn. Đổi tại %(url)s, rồi gọi lại."))


def _lead(request: HttpRequest, where: str, reason: str) -> HttpResponse:
    if request.path.startswith("/api/v1/"):
        return refused(request, 403, "second_factor_required", reason % {"url": where})
    if getattr(request, "htmx", False):
        return HttpResponse(headers={"HX-Redirect": where})
    return redirect(where)
