"""How long the sign-in page takes for addresses with and without an account."""

import statistics
from collections.abc import Callable
from time import perf_counter

from django.contrib.auth.hashers import make_password

from apps.accounts.models import User
from tests.accounts.doors import knock

RIGHT = "mat-khau-rat-dai-996"


def people(count: int, name: str = "nguoi", **fields) -> list[User]:
    password = make_password(RIGHT)
    rows = [User(email=f"{name}-{nth}@example.vn", full_name=name, password=password, **fields) for nth in range(count)]
    return User.objects.bulk_create(rows)


def median_times(tries: int, name: str, clock: Callable[[], float] = perf_counter) -> dict[str, float]:
    """Interleaved, with Argon2, each try at another account and from another address, so that no limit answers."""
    groups = {
        "known": [user.email for user in people(tries, name)],
        "unknown": [f"khong-{name}-{nth}@example.vn" for nth in range(tries)],
    }
    took: dict[str, list[float]] = {kind: [] for kind in groups}
    knock("warm-up@example.vn")
    for nth in range(tries):
        for kind in sorted(groups, reverse=bool(nth % 2)):
            started = clock()
            answer = knock(groups[kind][nth], ip=f"10.{nth // 200}.{len(kind)}.{nth % 200}")
            took[kind].append(clock() - started)
            assert answer.status_code == 200
    return {kind: statistics.median(times) for kind, times in took.items()}
