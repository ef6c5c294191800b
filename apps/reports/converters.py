"""The code of a round in an address: 2026, 2026-5-year."""

from django.urls import register_converter


class RoundConverter:
    regex = r"[0-9]{4}(?:-[a-z0-9-]+)?"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(RoundConverter, "round")
