"""Things done on other days: the clock of Django stands where a test puts it."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone

At = Callable[[date | None], None]


@pytest.fixture
def at_noon_of(monkeypatch) -> At:
    """at_noon_of(day): from then on it is that noon, and each look at the clock is a second later; None: it is now."""
    real = timezone.now

    def put(day: date | None) -> None:
        if day is None:
            monkeypatch.setattr(timezone, "now", real)
            return
        begins = timezone.make_aware(datetime.combine(day, time(12)))
        looks = iter(range(10_000))
        monkeypatch.setattr(timezone, "now", lambda: begins + timedelta(seconds=next(looks)))

    return put
