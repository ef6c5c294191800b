from collections.abc import Callable

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

from apps.accounts.sessions import drop_stale_half, note_use, time_left


class SlidingSessionMiddleware:
    """Keeps a used session alive, and ends one that is too old or was left alone too long.

    A view that only asks for the time left says so: `request.leaves_session_alone = True`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and time_left(request).is_over:
            logout(request)
        if not request.user.is_authenticated and not _is_left_alone(request):
            drop_stale_half(request)
        response = self.get_response(request)
        if request.user.is_authenticated and not _is_left_alone(request):
            note_use(request)
        return response


def _is_left_alone(request: HttpRequest) -> bool:
    return getattr(request, "leaves_session_alone", False)
