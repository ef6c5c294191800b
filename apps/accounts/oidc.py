"""Sign-in at a ministry's identity provider (OpenID Connect), where OIDC_SERVER_URL switches it on.

The provider only says who somebody is: it makes no account, and the second factor is still asked for. In comes whoever
has an open account under exactly the address that the provider has verified, in a domain that was agreed on. Nothing of
the provider's is stored, neither tokens nor its name for the person.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, NoReturn

import structlog
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthError, AuthProcess
from allauth.socialaccount.providers.openid_connect import views
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, re_path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST
from requests import RequestException, Session

from apps.accounts.models import User

WORDS = {
    "unverified": _(
        "Hệ thống xác thực chưa xác nhận thư điện tử của bạn. Đề nghị đơn vị quản lý tài khoản đó xác nhận."
    ),
    "domain": _("Địa chỉ thư này không thuộc miền được dùng để đăng nhập cổng. Đăng nhập bằng mật khẩu của cổng."),
    "unknown": _("Địa chỉ thư này chưa có tài khoản tại cổng. Liên hệ quản trị viên đơn vị để được mời."),
    "closed": _("Tài khoản tại cổng đã ngừng hoạt động. Liên hệ quản trị viên đơn vị để mở lại."),
    "cancelled": _("Bạn đã hủy đăng nhập. Đăng nhập lại hoặc dùng mật khẩu của cổng."),
    "failed": _("Không hoàn tất được việc đăng nhập. Đăng nhập lại từ đầu."),
    "away": _("Hệ thống xác thực chưa trả lời. Thử lại sau ít phút hoặc dùng mật khẩu của cổng."),
}
log = structlog.get_logger(__name__)


class ProviderAdapter(DefaultSocialAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def list_apps(self, request: HttpRequest, provider: str | None = None, client_id: str | None = None) -> list:
        """From the settings only: a row in a table must not open a door."""
        return [app for app in super().list_apps(request, provider=provider, client_id=client_id) if app.pk is None]

    def get_requests_session(self) -> Session:
        session = super().get_requests_session()
        session.max_redirects = 0  # the addresses come from the settings and the provider's description, nowhere else
        return session

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """After the provider has answered: the account, or a page that says what is missing."""
        if sociallogin.state.get("process") != AuthProcess.LOGIN:  # joining accounts is nothing we offer
            refuse("failed")
        sociallogin.user = account_of(sociallogin.account.extra_data)

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> NoReturn:
        if isinstance(exception, RequestException):
            refuse("away", exception)
        refuse("cancelled" if error == AuthError.CANCELLED else "failed", exception)


def account_of(answer: dict[str, dict[str, Any]]) -> User:
    """The open account of the verified address in the provider's answer."""
    claims, token = answer.get("userinfo") or answer.get("id_token") or {}, answer.get("id_token") or {}
    if "sub" in token and claims.get("sub") != token["sub"]:  # two answers about two people
        refuse("failed")
    email = str(claims.get("email") or "").strip().lower()
    verified = claims.get("email_verified")
    if not email or not (verified is True or verified == "true"):  # some providers write it as text
        refuse("unverified")
    if email.rpartition("@")[2] not in settings.OIDC_EMAIL_DOMAINS:
        refuse("domain")
    user = User.objects.filter(email=email).first()
    if user is None:
        refuse("unknown")
    if not user.is_active:
        refuse("closed")
    return user


def refuse(reason: str, exception: Exception | None = None) -> NoReturn:
    raise ImmediateHttpResponse(refused(context.request, reason, exception))


def refused(request: HttpRequest, reason: str, exception: Exception | None = None) -> HttpResponse:
    log.warning("sign-in at the provider refused", reason=reason, error=type(exception).__name__ if exception else "")
    return render(request, "account/provider_refused.html", {"words": WORDS[reason]}, status=403)


def patient(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A provider that is away is no fault of ours."""

    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: str) -> HttpResponse:
        try:
            return view(request, **kwargs)
        except RequestException as error:
            return refused(request, "away", error)

    return guarded


def routes() -> list[URLPattern]:
    """Their names are allauth's, which makes the addresses from them."""
    place = rf"^accounts/oidc/(?P<provider_id>{settings.OIDC_PROVIDER_ID})"
    enter, back = require_POST(patient(views.login)), require_GET(patient(views.callback))
    return [
        re_path(rf"{place}/login/$", login_not_required(enter), name="openid_connect_login"),
        re_path(rf"{place}/callback/$", login_not_required(back), name="openid_connect_callback"),
    ]
