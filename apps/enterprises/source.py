"""The name under which figures count the register's events, and the indicator that does."""

from apps.core.programme import programme

SOURCE = "enterprises.programme_event"


def counted_by() -> str:
    """Its code; "" where the programme counts no enterprises."""
    return programme().fed_by(SOURCE)
