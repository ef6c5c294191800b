"""Limits of the API; apart, as DRF's settings load it."""

from rest_framework.throttling import BaseThrottle

from apps.core import limits


class PersonThrottle(BaseThrottle):
    """So many calls of one person, or of one address where nobody is signed in; a view may name a limit of its own.

    What is called with a token counts for the token too: one program leaves its owner's others their share.
    """

    def allow_request(self, request, view) -> bool:
        if token := getattr(request.auth, "counted_as", ""):
            limits.check_of("token", token)
        limits.check(getattr(view, "limit", "api"), request)
        return True
