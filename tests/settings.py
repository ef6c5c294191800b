"""The portal's own settings, on the day of the tests (day.py)."""

from tests import day

day.set_the_portal()

from program996.settings import *  # noqa: E402, F403
