from typing import Any

from django.http import HttpRequest, HttpResponse

from apps.accounts.recent import ask_again, is_recent


class RecentSignInMixin:
    """Before a change of address, factor, token or role: a proof of who this is, at most ten minutes old.

    First in the bases. Whoever may not do it at all is told so before anything is asked.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        may = getattr(self, "has_permission", lambda: True)
        if request.user.is_authenticated and may() and not is_recent(request):
            return ask_again(request)
        return super().dispatch(request, *args, **kwargs)
