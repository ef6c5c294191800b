"""What stands on every request of the portal beside Django's own, where our middleware lays it."""

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

if TYPE_CHECKING:  # accounts lie above: for the checker of types this is the model that AUTH_USER_MODEL names
    from django.contrib.auth.models import _User


class PortalRequest(HttpRequest):
    """Said for the checker of types: the server makes requests of Django's own class, only a worker makes one of this.

    What is not on every request is asked for with `getattr`.
    """

    incident: str  # the code that finds its story in logs and audit
    htmx: HtmxDetails
    in_background: bool  # made by a worker, for a job
    leaves_session_alone: bool  # asking how long the session lasts is no use of it
    must_set_up_factor: str | bool  # the roles that ask for a second factor which the person has not
    stands_at: str  # the page to which this one belongs, where its own address tells the menu nothing
    key_id: int  # the token by which a program came in: its number for the log, its name for the audit
    key_label: str
    refusal: str  # the view refused, with another answer than 403 or 404


class SignedInRequest(PortalRequest):
    """Behind the sign-in page: LoginRequiredMiddleware lets nobody else through, a permission still less."""

    user: "_User"
