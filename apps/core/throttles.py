"""Limits of the API; apart, as DRF's settings load it."""

from rest_framework.throttling import BaseThrottle

from apps.core import limits


class PersonThrottle(BaseThrottle):
    """So many calls of one person, or of one address where nobody is signed in; a view may name a limit of its own."""

    def allow_request(self, request, view) -> bool:
        limits.check(getattr(view, "limit", "api"), request)
        return True
