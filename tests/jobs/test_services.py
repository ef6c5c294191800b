import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from apps.audit.models import AuditEvent
from apps.jobs.models import IdempotencyKey, Job
from apps.jobs.services import claim_key, enqueue, job, keep_response, retry_job, run_job
from tests.jobs.handlers import KIND, effects

pytestmark = pytest.mark.django_db(transaction=True)


def test_enqueue_outside_a_transaction_is_refused():
    with pytest.raises(transaction.TransactionManagementError):
        enqueue(KIND, word="a")
    assert not Job.objects.exists()


def test_enqueue_goes_with_the_change(person):
    user = person("an")
    with transaction.atomic():
        row = enqueue(KIND, by=user, unit="vn-01", word="đủ")
    row = Job.objects.get(pk=row.pk)
    assert (row.state, row.queue, row.unit, row.requested_by, row.payload) == (
        "pending",
        "quick",
        "vn-01",
        user,
        {"word": "đủ"},
    )
    assert row.label == "Ghi thử"


def test_enqueue_rolled_back_leaves_no_row():
    with transaction.atomic():
        enqueue(KIND, word="a")
        transaction.set_rollback(True)
    assert not Job.objects.exists()


def test_enqueue_refuses_what_nobody_handles():
    with pytest.raises(LookupError), transaction.atomic():
        enqueue("test.unknown")


def test_enqueue_refuses_objects_in_the_payload(person):
    with pytest.raises(TypeError), transaction.atomic():
        enqueue(KIND, word=person("an"))


def test_a_kind_has_one_handler():
    with pytest.raises(ValueError, match="two handlers"):
        job(KIND)(threading.Timer.cancel)


def test_same_key_is_one_job_while_pending(add):
    first, second = add(dedupe_key="MT5"), add(dedupe_key="MT5")
    assert first.pk == second.pk
    assert add(dedupe_key="MT6").pk != first.pk
    assert add().pk != add().pk


def test_same_key_after_the_work_began_is_another_job(add, change, long_ago):
    first = change(add(dedupe_key="MT5"), state="running", started_at=long_ago)
    second = add(dedupe_key="MT5")
    assert first.pk != second.pk
    # The first comes back to the queue although its key is taken.
    Job.objects.filter(pk=first.pk).give_back(error="")
    assert [run_job(first.pk), run_job(second.pk)] == ["done", "done"]


def test_joined_job_gets_fresh_attempts_and_a_new_bell(add, change, long_ago):
    row = change(add(dedupe_key="MT5"), attempts=2, published_at=long_ago)
    add(dedupe_key="MT5")
    row.refresh_from_db()
    assert (row.attempts, row.published_at) == (0, None)


def test_claim_waits_for_the_one_who_joins(add, elsewhere):
    """The worker must not begin between our change and our commit: it would not see the change."""
    row = add(dedupe_key="MT5")
    with transaction.atomic():
        enqueue(KIND, dedupe_key="MT5", word="a")
        worker = elsewhere(run_job, row.pk)
        worker.thread.join(0.5)
        assert worker.is_waiting
    assert worker.get() == "done"
    assert effects() == ["a"]


def test_two_at_once_with_one_key_become_one_job(add, elsewhere):
    with transaction.atomic():
        mine = enqueue(KIND, dedupe_key="MT5", word="a")
        other = elsewhere(lambda: add(dedupe_key="MT5").pk)
        other.thread.join(0.3)
        assert other.is_waiting
    assert other.get() == mine.pk
    assert Job.objects.count() == 1


def test_who_joins_makes_his_own_where_the_first_is_rolled_back(add, elsewhere):
    with transaction.atomic():
        mine = enqueue(KIND, dedupe_key="MT5", word="a")
        other = elsewhere(lambda: add(dedupe_key="MT5").pk)
        other.thread.join(0.3)
        transaction.set_rollback(True)
    assert other.get() != mine.pk
    assert Job.objects.count() == 1


def test_retry_gives_a_failed_job_its_attempts_back(add, change, long_ago, person):
    user = person("an")
    row = change(add(unit="vn-01"), state="failed", attempts=3, finished_at=long_ago, error="Lỗi hệ thống: OSError.")
    row = retry_job(row, by=user)
    assert (row.state, row.attempts, row.error) == ("pending", 0, "")
    event = AuditEvent.objects.get(action="job.retried")
    assert (event.actor_id, event.target_id, event.unit) == (user.pk, str(row.pk), "vn-01")
    assert event.data["error"] == "Lỗi hệ thống: OSError."
    assert run_job(row.pk) == "done"


@pytest.mark.parametrize("state", ["pending", "running", "done"])
def test_retry_of_a_job_that_has_not_failed_is_refused(add, change, long_ago, person, state):
    row = change(add(), state=state, finished_at=long_ago if state == "done" else None)
    with pytest.raises(ValidationError) as refusal:
        retry_job(row, by=person("an"))
    assert refusal.value.code == "wrong_state"
    assert not AuditEvent.objects.exists()


def test_repeated_request_finds_the_first_answer(person):
    user, other = person("an"), person("binh")
    with transaction.atomic():
        keep_response(claim_key("k1", by=user), id=7)
    with transaction.atomic():
        assert claim_key("k1", by=user).response == {"id": 7}
        assert claim_key("k1", by=other).response is None
        assert claim_key("k2", by=user).response is None


def test_twenty_requests_at_once_make_one_record(person, elsewhere):
    user = person("an")

    def request() -> int:
        with transaction.atomic():
            claimed = claim_key("k1", by=user)
            if claimed.response is None:
                keep_response(claimed, id=enqueue(KIND, word="a").pk.hex)
            return claimed.response["id"]

    answers = {other.get() for other in [elsewhere(request) for _ in range(20)]}
    assert len(answers) == 1
    assert Job.objects.count() == 1


def test_key_outside_a_transaction_is_refused(person):
    with pytest.raises(transaction.TransactionManagementError):
        claim_key("k1", by=person("an"))


@pytest.mark.parametrize("key", ["", "x" * 101])
def test_key_without_form_is_refused(person, key):
    user = person("an")
    with pytest.raises(ValidationError), transaction.atomic():
        claim_key(key, by=user)
    assert not IdempotencyKey.objects.exists()
