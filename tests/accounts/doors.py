"""Knocking at the sign-in page: what the tests of limits share."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.test import Client

SIGN_IN = "/accounts/login/"
WRONG = "Thư điện tử hoặc mật khẩu chưa đúng"
LOCKED = 429


def knock(email: str, password: str = "sai hoàn toàn", ip: str = "198.51.100.7", **extra: Any) -> HttpResponse:
    return Client().post(SIGN_IN, {"login": email, "password": password}, REMOTE_ADDR=ip, **extra)


def came_in(response: HttpResponse) -> bool:
    return "_auth_user_id" in response.client.session


def words(response: HttpResponse, email: str = "") -> str:
    """The page without what differs each time and without what the visitor typed."""
    text = response.content.decode().replace(email or "\0", "ADDRESS")
    token = response.context.get("csrf_token")
    return text.replace(str(token), "TOKEN") if token else text


Knock = Callable[..., HttpResponse]
