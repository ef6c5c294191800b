"""The portal's clock set ahead, by whole days: a base for trials stands at the end of the programme, not at today.

Days and moments that the portal itself takes come from `django.utils.timezone`; that is what is set. The job table and
the row history go by the database's own clock, and signatures and sessions by the machine's: these stay.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial

from django.utils import timezone

machine_now = timezone.now  # for ages of what the database has dated by its own clock


def set_ahead(days: int) -> None:
    """From here on, in this process."""
    timezone.now = partial(_ahead, days) if days else machine_now


@contextmanager
def ahead(days: int) -> Iterator[None]:
    """For a while."""
    before = timezone.now
    set_ahead(days)
    try:
        yield
    finally:
        timezone.now = before


def _ahead(days: int) -> datetime:
    return machine_now() + timedelta(days=days)
