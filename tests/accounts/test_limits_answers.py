"""Known or unknown, open or closed: the same words, the same status, the same work."""

from time import process_time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from tests.accounts.doors import LOCKED, WRONG, came_in, knock, words
from tests.accounts.timing import RIGHT, median_times, people

ALLOWED = 0.020  # seconds between the medians
pytestmark = pytest.mark.django_db


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


def test_the_right_password_of_a_closed_account_stands_in_the_audit(addresses):
    knock(addresses["closed"], RIGHT)
    event = AuditEvent.objects.get()
    assert (event.action, event.data["step"], event.data["email"]) == (
        "session.sign_in_failed", "closed", addresses["closed"]
    )  # fmt: skip
    assert event.target_id == str(User.objects.get(email=addresses["closed"]).pk)
    assert RIGHT not in str(event.data)


def test_the_work_is_alike(addresses):
    """As many questions to the database, and one password hashed, whoever is asked for."""
    for email in addresses.values():
        knock(email)
    done = {}
    for kind, email in addresses.items():
        with CaptureQueriesContext(connection) as queries:
            knock(email)
        done[kind] = len(queries)
    assert len(set(done.values())) == 1, done


def test_the_time_of_known_and_unknown_addresses_does_not_differ(reference, real_hash):
    """Processor time, which a loaded machine does not blur; `make soak` measures 200 tries by the clock on the wall."""
    medians = median_times(25, "nguoi", clock=process_time)
    assert medians["unknown"] > 0.02, "no password was hashed"
    assert abs(medians["known"] - medians["unknown"]) < ALLOWED, medians
