"""What a page of ours may load and where its forms may lead."""

from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE


def content_policy(form_targets: list[str]) -> dict[str, Any]:
    """As django-csp wants it."""
    return {
        "DIRECTIVES": {
            "default-src": [NONE],
            "script-src": [SELF],
            "style-src": [SELF],
            "style-src-attr": [UNSAFE_INLINE],  # lengths of bars and places of tiles
            "img-src": [SELF, "data:"],
            "font-src": [SELF],
            "connect-src": [SELF],
            # A provider's page too: browsers hold the redirect that follows a form against this list.
            "form-action": [SELF, *filter(None, form_targets)],
            "base-uri": [NONE],
            "frame-ancestors": [NONE],
            "manifest-src": [SELF],
        }
    }
