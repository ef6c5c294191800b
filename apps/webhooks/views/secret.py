from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from apps.webhooks.models import Subscription


def show_secret(request: HttpRequest, receiver: Subscription, secret: str) -> HttpResponse:
    """This once. Not by way of a redirect: what is carried over to another page lies in the session's table."""
    told = {"receiver": receiver, "secret": secret, "title": _("Khóa ký")}
    answer = render(request, "webhooks/secret.html", told)
    answer["Cache-Control"] = "no-store"
    return answer
