"""The portal's own settings, on the day of the tests (day.py)."""

from tests import day

day.set_the_portal()

from program996.settings import *  # noqa: E402, F403

# All workers of a run are strangers of one address, which counts as one.
LIMITS = LIMITS | {"public": (1_000_000, 60)}  # noqa: F405
