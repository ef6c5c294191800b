"""Known or unknown, open or closed: the same words, the same status, the same work."""

import statistics
from time import perf_counter

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.models import User
from tests.accounts.doors import LOCKED, WRONG, came_in, knock, words

RIGHT = "mat-khau-rat-dai-996"
TRIES = 200
ALLOWED = 0.020  # seconds between the medians
pytestmark = pytest.mark.django_db


def people(count: int, name: str = "nguoi", **fields) -> list[User]:
    password = make_password(RIGHT)
    rows = [User(email=f"{name}-{nth}@example.vn", full_name=name, password=password, **fields) for nth in range(count)]
    return User.objects.bulk_create(rows)


def closed(count: int) -> list[User]:
    return people(count, "da-nghi", is_active=False, closed_at=timezone.now(), closed_reason="Nghỉ việc")


@pytest.fixture
def addresses(reference) -> dict[str, str]:
    User.objects.create_user("no-password@example.vn", full_name="Invited")
    [known], [shut] = people(1), closed(1)
    return {
        "unknown": "khong-co-ai@example.vn",
        "known": known.email,
        "closed": shut.email,
        "without password": "no-password@example.vn",
    }


def test_wrong_passwords_are_answered_alike(addresses):
    answers = {kind: knock(email) for kind, email in addresses.items()}
    assert {answer.status_code for answer in answers.values()} == {200}
    expected = words(answers["unknown"], addresses["unknown"])
    assert WRONG in expected
    for kind, answer in answers.items():
        assert words(answer, addresses[kind]) == expected, kind


@pytest.mark.usefixtures("cheap_hash")
def test_locked_accounts_are_answered_alike(addresses):
    for email in addresses.values():
        for _ in range(5):
            knock(email)
    answers = {kind: knock(email, RIGHT) for kind, email in addresses.items()}
    assert {answer.status_code for answer in answers.values()} == {LOCKED}
    assert len({words(answer, addresses[kind]) for kind, answer in answers.items()}) == 1
    assert "tạm khóa 15 phút" in answers["known"].content.decode()


def test_a_closed_account_is_told_so_only_after_its_password(addresses):
    answer = knock(addresses["closed"], RIGHT)
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/inactive/")
    assert not came_in(answer)
    assert WRONG in knock(addresses["closed"], RIGHT + "x").content.decode()


def test_the_work_is_alike(addresses):
    """As many questions to the database, and one password hashed, whoever is asked for."""
    for email in addresses.values():
        knock(email)
    done = {}
    for kind, email in addresses.items():
        with CaptureQueriesContext(connection, ) as queries:
            knock(email)
        done[kind] = len(queries)
    assert len(set(done.values())) == 1, done


def test_the_time_of_known_and_unknown_addresses_does_not_differ(reference):
    """Interleaved, with Argon2, each try from another address of the network, so that no limit answers instead."""
    groups = {
        "known": [user.email for user in people(TRIES)],
        "unknown": [f"khong-{nth}@example.vn" for nth in range(TRIES)],
    }
    knock("warm-up@example.vn")
    took: dict[str, list[float]] = {kind: [] for kind in groups}
    for nth in range(TRIES):
        for kind in sorted(groups, reverse=nth % 2):
            started = perf_counter()
            answer = knock(groups[kind][nth], ip=f"10.{nth // 200}.{len(kind)}.{nth % 200}")
            took[kind].append(perf_counter() - started)
            assert answer.status_code == 200
    medians = {kind: statistics.median(times) for kind, times in took.items()}
    print(medians)
    assert abs(medians["known"] - medians["unknown"]) < ALLOWED, medians
    assert medians["unknown"] > 0.02, "no password was hashed"
