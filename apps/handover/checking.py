"""At start: an address that could never be called, or a key that anybody guesses, is said at once."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ValidationError

from apps.webhooks.guard import parse

SHORTEST = 32


@register
def national_reporting(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    address, key, found = settings.NATIONAL_REPORTING_URL, settings.NATIONAL_REPORTING_KEY, []
    if address:
        try:
            parse(address)
        except ValidationError as refusal:
            found.append(Error(f"NATIONAL_REPORTING_URL: {' '.join(refusal.messages)}", id="handover.E001"))
    if key and len(key) < SHORTEST:
        found.append(Error(f"NATIONAL_REPORTING_KEY: at least {SHORTEST} characters", id="handover.E002"))
    return list(found)
