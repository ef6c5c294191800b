"""One's own sessions: how long this one lasts, and the end of others."""

from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView, View

from apps.accounts.sessions import end_other_sessions, end_session, note_use, time_left
from apps.audit.services import record
from apps.core.request import PortalRequest, SignedInRequest


@method_decorator(never_cache, name="dispatch")
class SessionStateView(View):
    """For the page's script: seconds left, whose session it is, and a fresh token for the forms on the page.

    Asking is no use of the session; only the POST of «Tiếp tục làm việc» is.
    """

    http_method_names = ["get", "post"]

    def get(self, request: PortalRequest) -> JsonResponse:
        request.leaves_session_alone = True
        return self._state()

    def post(self, request: HttpRequest) -> JsonResponse:
        if request.user.is_authenticated:
            note_use(request, at_once=True)
        return self._state()

    def _state(self) -> JsonResponse:
        if not self.request.user.is_authenticated:
            return JsonResponse({"signed_in": False})
        left = time_left(self.request)
        state = {"idle": left.idle, "absolute": left.absolute, "person": self.request.user.pk}
        return JsonResponse({"signed_in": True, "csrf": get_token(self.request), **state})


class SignedInAgainView(TemplateView):
    """Where a sign-in in a second tab ends: the work waits in the first."""

    template_name = "account/signed_in_again.html"


class SessionEndView(View):
    http_method_names = ["post"]

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        session = get_object_or_404(UserSession, pk=pk, user=request.user)
        with transaction.atomic():
            record("account.session_ended", by=request.user, target=request.user, address=session.ip)
            if session.is_current():
                session.delete()
                logout(request)
                return redirect("account_login")
            end_session(session)
        messages.success(request, _("Đã kết thúc phiên."))
        return redirect("dashboard:account")


class OtherSessionsEndView(View):
    http_method_names = ["post"]

    def post(self, request: SignedInRequest, **kwargs: Any) -> HttpResponse:
        with transaction.atomic():
            ended = end_other_sessions(request)
            record("account.sessions_ended", by=request.user, target=request.user, count=ended)
        messages.success(
            request, ngettext("Đã kết thúc %(n)s phiên.", "Đã kết thúc %(n)s phiên.", ended) % {"n": ended}
        )
        return redirect("dashboard:account")
