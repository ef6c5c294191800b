"""The day at which the full load stands. Apart, as the stack sets the clock by it before any setting is read."""

from datetime import date

FULL_DAY = date(2030, 12, 31)
