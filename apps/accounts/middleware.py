import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

EVERY_SECONDS = 60
SEEN = "seen"


class SlidingSessionMiddleware:
    """Keeps a used session alive by writing it at most once a minute: reading pages should not write each time."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated and time.time() - request.session.get(SEEN, 0) > EVERY_SECONDS:
            request.session[SEEN] = int(time.time())
        return response
