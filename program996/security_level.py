"""What a site asks for that is held to security level 3, in one switch: SECURITY_LEVEL=3.

Level 2 is the portal's own. What level 3 names beside these holds at both: five failures lock an account for a time,
accounts unused for 45 days are closed, roles are looked at every half year, passwords have 12 characters beside a
second factor and 15 alone, the audit is sealed and kept.
"""

from dataclasses import dataclass

import environ
from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True)
class SecurityLevel:
    """Seconds without use that end a session; whether all people show a second factor, not only those of some roles."""

    idle: int
    idle_of_administrators: int
    factor_for_all: bool


LEVELS = {2: SecurityLevel(1800, 1800, False), 3: SecurityLevel(900, 300, True)}


def read_level(env: environ.Env) -> SecurityLevel:
    """SESSION_COOKIE_AGE may make sessions shorter; longer ones than its own a site of level 3 does not get."""
    number = env.int("SECURITY_LEVEL", default=2)
    if number not in LEVELS:
        raise ImproperlyConfigured("SECURITY_LEVEL is 2 or 3")
    level = LEVELS[number]
    idle = env.int("SESSION_COOKIE_AGE", default=level.idle)
    if number == 3:
        idle = min(idle, level.idle)
    administrators = min(idle, level.idle_of_administrators) if number == 3 else idle
    return SecurityLevel(idle, administrators, level.factor_for_all)
