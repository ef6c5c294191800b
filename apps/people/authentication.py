"""`Authorization: Bearer p996_…`: who calls, by a token; apart, as DRF's settings load it.

The rights are the owner's of this moment, held to the token's unit; its scopes are asked for beside the rights of
every view (scopes.py). Whatever is wrong is 401 with a code, and nothing of what the request wanted has been done.
"""

from typing import Any, NoReturn

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied, Throttled

from apps.accounts.models import User
from apps.core import limits
from apps.core.bearer import bearer_of
from apps.core.clients import client_address, client_network
from apps.people.models import ApiToken
from apps.people.services.token_use import NO_FACTOR, REFUSED, find_token, lacks_factor, note_refusal, note_use, why_not

REALM = 'Bearer realm="program996"'
UNKNOWN = _("Không có mã truy cập này.")


class TokenAuthentication(BaseAuthentication):
    def authenticate(self, request: Any) -> tuple[User, ApiToken] | None:
        key = bearer_of(request)
        if key is None:
            return None
        django_request: HttpRequest = request._request
        token = find_token(key)
        if token is None:
            _refuse_unknown(django_request)
        address = client_address(django_request)
        if code := why_not(token, address):
            _refuse(token, code)
        owner = token.owner
        if lacks_factor(owner):
            raise PermissionDenied(NO_FACTOR, code="second_factor_required")
        note_use(token, address)
        _tell(django_request, owner, token)
        return owner, token

    def authenticate_header(self, request: Any) -> str:
        return REALM if bearer_of(request) is None else f'{REALM}, error="invalid_token"'


def _tell(request: Any, owner: User, token: ApiToken) -> None:
    """The log and the audit, which look at the request."""
    request._cached_user = owner
    request.key_id, request.key_label = token.pk, token.told_as


def _refuse_unknown(request: HttpRequest) -> NoReturn:
    """Guessing finds nothing in 2^256; what is counted, by the true address, is the work it makes. One who has a good
    token calls on from the same address: whole ministries share one.
    """
    _count("wrong_token", client_network(request))
    raise AuthenticationFailed(UNKNOWN, code="unknown_token")


def _refuse(token: ApiToken, code: str) -> NoReturn:
    _count("token", token.counted_as)
    note_refusal(token, code)
    raise AuthenticationFailed(REFUSED[code], code=code)


def _count(name: str, who: str) -> None:
    """As the framework has it: any other exception in here would be asked for again by whoever asks who calls."""
    try:
        limits.check_of(name, who)
    except limits.TooMany as many:
        raise Throttled(many.wait) from None
