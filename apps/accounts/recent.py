"""How long ago somebody showed who they are: by signing in, or by password, code or key since then."""

import time
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from allauth.account.utils import get_next_redirect_url
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

MOST_KEPT = 64_000  # characters of a posted form: the review of 500 roles takes 13,000
SECRETS = {"code", "credential", "secret", "token"}  # fields of these names are never kept, nor any «…password…»
ASIDE = "csrfmiddlewaretoken"  # checked when the form came; nobody needs it after that


def is_recent(request: HttpRequest) -> bool:
    """The person of this session proved it at most ten minutes ago."""
    proofs = get_authentication_records(request, request.user) if request.user.is_authenticated else []
    return bool(proofs) and time.time() - proofs[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def ask_again(request: HttpRequest) -> HttpResponse:
    """Lead to the page that asks for password, code or key, and from there back.

    A posted form waits in the session and goes on by itself after the proof. What cannot wait (a file, a secret, a
    fragment, a very long form) is said at once to be done again. One form waits at most: asking anew forgets it.
    """
    request.session.pop(STATE_SESSION_KEY, None)
    methods = get_adapter().get_reauthentication_methods(request.user)
    if not methods:  # comes from an identity provider, which is asked anew
        page = page_of(request)
        logout(request)
        _say_lost(request)
        return _lead(request, reverse("account_login"), page)
    where = methods[0]["url"]
    if request.method != "POST" and not getattr(request, "htmx", False):
        return _lead(request, where, request.get_full_path())
    if not _can_wait(request):
        _say_lost(request)
        return _lead(request, where, page_of(request))
    page = page_of(request, otherwise=request.get_full_path())
    request.session[STATE_SESSION_KEY] = {"callback": "apps.accounts.recent.go_on", "state": _kept(request, page)}
    return _lead(request, where, page)


def go_on(request: HttpRequest, kept: dict[str, Any]) -> HttpResponse | None:
    """After the proof: the form that waited is posted now, as if it had come just then. Called by allauth, once.

    Only for whoever posted it, on the way back to the page it stood on, and while the asking is young. Else None: on
    to that page.
    """
    stands = (
        kept["person"] == request.user.pk
        and kept["page"] == get_next_redirect_url(request, "next")
        and time.time() - kept["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
        and not getattr(request, "must_set_up_factor", False)  # the middleware stood before this page, not that one
    )
    if not stands:
        messages.warning(request, _("Biểu mẫu gửi trước khi xác nhận chưa được lưu. Nhập và gửi lại."))
        return None
    request.path = request.path_info = kept["path"]
    request.GET, request.POST = QueryDict(kept["query"]), QueryDict(kept["form"])
    request.resolver_match = match = resolve(kept["path"])
    return match.func(request, *match.args, **match.kwargs)


def _can_wait(request: HttpRequest) -> bool:
    if request.method != "POST" or getattr(request, "htmx", False) or request.FILES:
        return False
    has_secret = any(name.lower() in SECRETS or "password" in name.lower() for name in request.POST)
    return not has_secret and len(request.POST.urlencode()) <= MOST_KEPT


def _kept(request: HttpRequest, page: str) -> dict[str, Any]:
    """In the session's row on the server, and nowhere else. Neither headers nor cookies."""
    form = request.POST.copy()
    form.pop(ASIDE, None)
    return {
        "person": request.user.pk,
        "page": page,
        "path": request.path_info,
        "query": request.GET.urlencode(),
        "form": form.urlencode(),
        "at": int(time.time()),
    }


def _say_lost(request: HttpRequest) -> None:
    """On the page that asks for the proof, before the person believes that the work is done."""
    if request.method != "POST":
        return
    if request.FILES:
        words = _("Chưa nhận tệp và biểu mẫu vừa gửi. Sau khi xác nhận, chọn lại tệp, nhập và gửi lại.")
    else:
        words = _("Thao tác vừa gửi chưa được thực hiện. Sau khi xác nhận, làm lại từ đầu.")
    messages.warning(request, words)


def page_of(request: HttpRequest, otherwise: str = "/") -> str:
    """The page on which a fragment or a button stands: from it the person comes, to it the person returns."""
    came_from = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure()):
        parts = urlsplit(came_from)
        return parts.path + (f"?{parts.query}" if parts.query else "")
    return request.get_full_path() if request.method in ("GET", "HEAD") else otherwise


def _lead(request: HttpRequest, where: str, back_to: str) -> HttpResponse:
    asked = QueryDict(mutable=True)
    asked["next"] = back_to
    target = f"{where}?{asked.urlencode(safe='/')}"
    if getattr(request, "htmx", False):
        return HttpResponse(headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)
