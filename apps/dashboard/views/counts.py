"""The numbers of every page's frame, asked for once the page stands: no page waits for them.

They are parts of a page: who comes by the address alone is led to what waits.
"""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.cache import patch_vary_headers
from django.views.generic import TemplateView

from apps.core.request import SignedInRequest
from apps.dashboard.menu import may_act
from apps.notifications.selectors import unread_count
from apps.notifications.waiting import waiting_count


class CountsView(TemplateView):
    request: SignedInRequest
    template_name = "dashboard/counts.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asked_by_page = self.request.htmx and not self.request.htmx.boosted
        response = super().get(request, *args, **kwargs) if asked_by_page else redirect("dashboard:inbox")
        patch_vary_headers(response, ["HX-Request", "Cookie"])
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        waiting = waiting_count(user) if may_act(user) else 0
        return super().get_context_data(unread=unread_count(user), waiting=waiting, **kwargs)
