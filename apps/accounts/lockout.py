"""Five wrong tries lock an account, whether the password or the code was wrong. django-axes counts, by account."""

from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.http import HttpRequest

from apps.accounts.models import User


def account_tried(request: HttpRequest, credentials: dict[str, Any] | None) -> str | None:
    """The address somebody tries to come in by: allauth hands it on as `email`, its form posts it as `login`."""
    address = credentials.get("email") if credentials else request.POST.get("login")
    return address.strip().lower() if address else None


def is_locked(request: HttpRequest, user: User) -> bool:
    return not AxesProxyHandler.is_allowed(request, {"email": user.email})


def count_wrong_code(request: HttpRequest, user: User) -> None:
    AxesProxyHandler.user_login_failed(sender=User, credentials={"email": user.email}, request=request)
