"""The numbers of every page's frame, asked for once the page stands: no page waits for them.

They are parts of a page; who comes by the address alone finds them on one of their own.
"""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.views.generic import TemplateView

from apps.core.request import SignedInRequest
from apps.dashboard.menu import may_act
from apps.notifications.selectors import unread_count
from apps.notifications.waiting import waiting_count


class CountsView(TemplateView):
    request: SignedInRequest
    template_name = "dashboard/counts.html"

    def get_template_names(self) -> list[str]:
        is_part = self.request.htmx and not self.request.htmx.boosted
        return [f"{self.template_name}#numbers" if is_part else self.template_name]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().get(request, *args, **kwargs)
        patch_vary_headers(response, ["HX-Request", "Cookie"])
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        waiting = waiting_count(user) if may_act(user) else 0
        return super().get_context_data(unread=unread_count(user), waiting=waiting, **kwargs)
