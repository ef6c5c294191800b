"""Keys out of the environment: today's writes, former ones still read what they wrote."""

from django.conf import settings


def secret_keys() -> list[str]:
    """Today's first."""
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
