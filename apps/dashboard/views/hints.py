"""The button of a hint, and the one of the account that brings them back."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.generic import View

from apps.accounts.recent import page_of
from apps.core.request import SignedInRequest
from apps.dashboard.hints import CODES
from apps.people.services.hints import close_hint, show_hints_again


class HintCloseView(View):
    http_method_names = ["post"]

    def post(self, request: SignedInRequest, code: str) -> HttpResponse:
        if code not in CODES:
            raise Http404
        close_hint(code, by=request.user)
        return render(request, "dashboard/hint_closed.html") if request.htmx else redirect(page_of(request))


class HintsShowView(View):
    http_method_names = ["post"]

    def post(self, request: SignedInRequest) -> HttpResponse:
        show_hints_again(by=request.user)
        messages.success(request, _("Các gợi ý sẽ hiện lại khi bạn mở trang."))
        return redirect("dashboard:account")
