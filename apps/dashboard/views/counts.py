"""The numbers of every page's frame, asked for once the page stands: no page waits for them."""

from typing import Any

from django.views.generic import TemplateView

from apps.core.request import SignedInRequest
from apps.dashboard.menu import may_act
from apps.notifications.selectors import unread_count
from apps.notifications.waiting import waiting_count


class CountsView(TemplateView):
    request: SignedInRequest
    template_name = "dashboard/counts.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        waiting = waiting_count(user) if may_act(user) else 0
        return super().get_context_data(unread=unread_count(user), waiting=waiting, **kwargs)
