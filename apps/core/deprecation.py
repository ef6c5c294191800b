"""An address of the API that will go: its answers say so, from when and until when (docs/api.md says how it goes)."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.http import HttpResponseBase
from django.utils.http import http_date


@dataclass(frozen=True)
class Deprecation:
    """`since`: the day from which nobody should begin to call it; `until`: the last day on which it answers.

    `instead`: the address that stands for it.
    """

    since: date
    until: date
    instead: str = ""

    def tell(self, response: HttpResponseBase) -> None:
        """By RFC 9745 and RFC 8594."""
        response["Deprecation"] = f"@{_moment(self.since)}"
        response["Sunset"] = http_date(_moment(self.until) + 86_399)
        if self.instead:
            response["Link"] = f'<{self.instead}>; rel="successor-version"'


def _moment(day: date) -> int:
    return int(datetime.combine(day, time(), UTC).timestamp())
