"""What becomes of an event on its way to receivers that are there, away, slow, failing, or not entitled to it."""

import hashlib
import hmac
import json
import re
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.jobs.models import Job
from apps.jobs.services import run_job
from apps.notifications.models import Notification
from apps.webhooks import outbound, signing
from apps.webhooks.models import Attempt, Delivery, Subscription
from apps.webhooks.services import sending, subscribing
from program996 import cleaning
from tests.webhooks.conftest import LONG
from tests.webhooks.outbox import Clock, closed, work
from tests.webhooks.receiver import HOST, NUMBER, OTHER_HOST, status

pytestmark = pytest.mark.django_db


@pytest.fixture
def hours(monkeypatch) -> Clock:
    return Clock(monkeypatch)


def down(number: str, seconds: float) -> None:
    raise ConnectionRefusedError(111, "Connection refused")


def states() -> list[str]:
    return list(Delivery.objects.order_by("occurred_at").values_list("state", flat=True))


def ids_sent(receiver) -> list[str]:
    return [request.headers["X-P996-Delivery"] for request in receiver.got]


def test_event_arrives_signed_and_says_no_more_than_codes(receiver, central, settings):
    _made, secret = subscribing.create_subscription(
        label="Nền tảng dữ liệu", address=f"https://{HOST}/hook?k=1", events=["period.closed"], unit=None,
        owner=central, by=central,
    )  # fmt: skip
    closed()
    began = int(time.time())
    assert work() == 1
    [request], [delivery] = receiver.got, Delivery.objects.all()
    assert (request.path, delivery.state, delivery.attempts) == ("/hook?k=1", "delivered", 1)
    moment, _comma, given = request.headers["X-P996-Signature"].partition(",v1=")
    signed = moment.removeprefix("t=").encode() + b"." + request.body
    assert given == hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    assert began <= int(request.headers["X-P996-Timestamp"]) <= time.time()
    told = json.loads(request.body)
    assert told.pop("occurred_at")
    assert told == {
        "id": str(delivery.pk), "event": "period.closed", "units": [], "url": f"{settings.SITE_URL}/api/v1/closings/1/",
        "data": {"closing": 1, "period": "2025", "version": 1},
    }  # fmt: skip
    assert request.headers["X-P996-Event"] == "period.closed"
    assert secret not in str(list(Subscription.objects.values()))


def test_receiver_away_for_an_hour_then_slow_then_failing_loses_nothing(receiver, subscribe, hours, monkeypatch):
    """And a second receiver has all of it at once."""
    subscribe()
    receiver.names[OTHER_HOST] = ["1.1.1.1"]
    subscribe("Nơi khác", address=f"https://{OTHER_HOST}/")
    mine = Delivery.objects.filter(subscription__label="Nền tảng dữ liệu")
    other = Delivery.objects.exclude(subscription__label="Nền tảng dữ liệu")

    def dial(number, seconds):
        return down(number, seconds) if number == NUMBER else receiver.dial(number, seconds)

    monkeypatch.setattr(outbound, "OUTSIDE", outbound.Outside(receiver.look_up, dial, receiver.trust))
    for period in ("2023", "2024", "2025"):
        closed(period)
    hours.work()
    assert list(other.values_list("state", flat=True)) == ["delivered"] * 3
    for _minute in range(60):
        hours.move(minutes=1)
        hours.work()
    calls = Attempt.objects.filter(delivery__in=mine)
    assert set(calls.values_list("failure", flat=True)) == {"no_connection"}
    assert calls.count() <= 6, "one call finds out for all three that it is away"
    assert set(mine.values_list("state", flat=True)) == {"pending"}

    monkeypatch.setattr(outbound, "OUTSIDE", outbound.Outside(receiver.look_up, receiver.dial, receiver.trust))
    receiver.got.clear()
    monkeypatch.setattr(outbound, "PATIENCE", 0.2)
    receiver.answer = lambda handler: time.sleep(0.4)
    hours.move(hours=1)
    hours.work()
    assert Attempt.objects.last().failure == "too_slow"
    monkeypatch.setattr(outbound, "PATIENCE", LONG)
    receiver.answer = lambda handler: status(handler, 503)
    hours.move(hours=1)
    hours.work()
    assert (Attempt.objects.last().failure, Attempt.objects.last().answer_code) == ("status", 503)
    receiver.answer = lambda handler: status(handler, 200)
    seen = set(ids_sent(receiver))
    for _hour in range(8):
        hours.move(hours=1)
        hours.work()
    assert set(mine.values_list("state", flat=True)) == {"delivered"}
    assert seen < {str(pk) for pk in mine.values_list("pk", flat=True)} == set(ids_sent(receiver))
    kept = Subscription.objects.get(label="Nền tảng dữ liệu")
    assert (kept.failures, kept.failing_since, kept.quiet_until) == (0, None, None)


def test_one_event_that_a_receiver_refuses_holds_up_no_other(receiver, subscribe, hours):
    subscribe()
    for period in ("2023", "2024", "2025"):
        closed(period)
    receiver.answer = lambda handler: status(handler, 422 if b'"2023"' in receiver.got[-1].body else 200)
    hours.work()
    assert states() == ["pending", "delivered", "delivered"]
    for _turn in range(20):
        hours.move(hours=6)
        hours.work()
    assert states() == ["failed", "delivered", "delivered"]
    assert len(set(ids_sent(receiver))) == 3
    assert len(receiver.got) == len(sending.MINUTES) + 1 + 2


def test_three_days_of_failures_disable_it_and_nothing_is_lost(receiver, subscribe, hours, central, monkeypatch):
    subscription = subscribe()
    monkeypatch.setattr(outbound, "OUTSIDE", outbound.Outside(receiver.look_up, down, receiver.trust))
    closed("2024")
    for _turn in range(30):
        hours.move(hours=6)
        hours.work()
    subscription.refresh_from_db()
    assert subscription.state == "disabled"
    assert AuditEvent.objects.filter(action="webhook.disabled", actor_id=None).count() == 1
    assert Notification.objects.get(kind="webhooks.disabled").user == central
    assert Job.objects.filter(kind="notifications.mail").count() == 1
    closed("2025")
    calls = Attempt.objects.count()
    hours.move(hours=9)
    hours.work()
    assert Attempt.objects.count() == calls, "a disabled one is not called"
    monkeypatch.setattr(outbound, "OUTSIDE", outbound.Outside(receiver.look_up, receiver.dial, receiver.trust))
    subscribing.resume_subscription(subscription, by=central)
    hours.work()
    assert states() == ["delivered", "delivered"]


def test_paused_receiver_has_its_events_kept(receiver, subscribe, central):
    subscription = subscribe()
    subscribing.pause_subscription(subscription, by=central)
    closed()
    work()
    assert (states(), receiver.got) == (["pending"], [])
    subscribing.resume_subscription(subscription, by=central)
    work()
    assert states() == ["delivered"]


def test_redelivery_has_the_same_id_and_the_same_body(receiver, subscribe, central):
    subscribe()
    closed()
    work()
    subscribing.redeliver(Delivery.objects.get(), by=central)
    work()
    first, second = receiver.got
    assert (first.headers["X-P996-Delivery"], first.body) == (second.headers["X-P996-Delivery"], second.body)
    assert Attempt.objects.count() == 2


def test_new_secret_signs_from_then_on(receiver, subscribe, central):
    subscription = subscribe()
    _row, secret = subscribing.rotate_secret(subscription, by=central)
    closed()
    work()
    moment, _comma, given = receiver.got[0].headers["X-P996-Signature"].partition(",v1=")
    signed = moment.removeprefix("t=").encode() + b"." + receiver.got[0].body
    assert given == hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def test_old_key_of_the_portal_still_reads_the_secret(receiver, subscribe, settings):
    subscribe()
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "k" * 60
    closed()
    work()
    assert states() == ["delivered"]


def test_removed_receiver_gets_nothing_and_its_secret_is_gone(receiver, subscribe, central):
    subscription = subscribe()
    subscribing.pause_subscription(subscription, by=central)
    closed()
    subscribing.remove_subscription(subscription, by=central)
    closed()
    work()
    subscription.refresh_from_db()
    assert (subscription.secret, states(), receiver.got) == ("", ["withheld"], [])


# --- what its owner may see, on the day on which it goes out ----------------------------------------------------------


def test_nothing_goes_out_that_its_owner_may_no_longer_see(receiver, subscribe, central):
    subscribe(owner=central)
    closed()
    central.memberships.update(valid_from="2019-01-01", valid_to="2020-01-01")
    work()
    assert (states(), receiver.got) == (["withheld"], [])


def test_closed_account_owns_nothing_that_goes_out(receiver, subscribe, central):
    subscribe(owner=central)
    closed()
    gone = {"is_active": False, "closed_at": timezone.now(), "closed_reason": "nghỉ hưu"}
    type(central).objects.filter(pk=central.pk).update(**gone)
    work()
    assert (states(), receiver.got) == (["withheld"], [])


# --- other work -------------------------------------------------------------------------------------------------------


def test_slow_receivers_leave_the_other_workers_alone(receiver, subscribe):
    """However many receivers wait: one of their jobs runs at a time, and others' jobs as ever."""
    first, second = subscribe("Một"), subscribe("Hai")
    closed()
    running = Job.objects.filter(kind="webhooks.deliver").first()
    Job.objects.filter(pk=running.pk).update(state=Job.State.RUNNING, started_at=timezone.now())
    waiting = Job.objects.get(kind="webhooks.deliver", state=Job.State.PENDING)
    assert run_job(waiting.pk) == "pending"
    waiting.refresh_from_db()
    assert (waiting.attempts, receiver.got) == (0, [])
    assert first.pk != second.pk


def test_receiver_that_answers_slowly_lets_others_go_first(receiver, subscribe, monkeypatch):
    subscribe()
    closed("2024")
    closed("2025")
    monkeypatch.setattr(sending, "SLOW", -1.0)
    before = timezone.now()
    [job] = Job.objects.filter(kind="webhooks.deliver")
    run_job(job.pk)
    following = Job.objects.get(kind="webhooks.deliver", state=Job.State.PENDING)
    assert following.not_before >= before + sending.BREATH


def test_lost_job_is_written_again_by_the_clock(receiver, subscribe):
    subscribe()
    closed()
    Job.objects.filter(kind="webhooks.deliver").delete()
    sending.wake_waiting()
    work()
    assert states() == ["delivered"]


def test_page_that_writes_the_receiver_does_not_wait_for_the_call(receiver, subscribe, central):
    """What is locked while a receiver answers is the job's own row and a number, nothing that a page wants."""
    subscribe()
    closed()

    def look(handler):
        status(handler, 200)

    receiver.answer = look
    with connection.execute_wrapper(no_row_locks):
        sending.send_next(Subscription.objects.get().pk)
    assert states() == ["delivered"]


def no_row_locks(execute, sql, params, many, context):
    assert "FOR UPDATE" not in sql or "jobs_job" in sql, sql
    return execute(sql, params, many, context)


def test_attempts_end_after_three_days():
    assert timedelta(days=2, hours=20) < timedelta(minutes=sum(sending.MINUTES)) < timedelta(days=3, hours=4)


def test_example_of_the_readme_checks_a_signature(receiver, central):
    _made, secret = subscribing.create_subscription(
        label="Ví dụ", address=f"https://{HOST}/", events=["period.closed"], unit=None, owner=central, by=central
    )
    closed()
    work()
    [request] = receiver.got
    text = Path("README.md").read_text(encoding="utf-8")
    [code] = [block for block in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "X-P996-Signature" in block]
    example: dict = {}
    exec(code, example)
    check, given = example["is_from_the_portal"], request.headers["X-P996-Signature"]
    assert check(secret, given, request.body)
    assert not check(secret, given, request.body + b" ")
    assert not check(secret + "x", given, request.body)
    assert not check(secret, given, request.body, within=-1), "too old"
    assert not check(secret, "t=1" + given[given.index(",") :], request.body), "another moment"


def test_receiver_resumed_while_it_was_called_begins_anew(receiver, subscribe, hours, central):
    """Else the next failure would disable it for what was before."""
    subscription = subscribe()
    closed()
    receiver.answer = lambda handler: status(handler, 500)
    hours.work()
    long_ago = timezone.now() - timedelta(days=4)
    Subscription.objects.update(failing_since=long_ago, quiet_until=None)
    stale = Subscription.objects.get()
    subscribing.pause_subscription(subscription, by=central)
    subscribing.resume_subscription(subscription, by=central)
    sending.send(Delivery.objects.get(), stale)
    subscription.refresh_from_db()
    assert (subscription.state, subscription.failures) == ("active", 1)


def test_secret_that_cannot_be_read_is_said(receiver, subscribe):
    subscription = subscribe()
    Subscription.objects.update(secret=signing.sealed("x")[:-4] + "AAA=")
    closed()
    work()
    assert (Attempt.objects.get().failure, receiver.got) == ("secret", [])
    assert subscription.deliveries.get().state == "pending"


def test_deliveries_go_after_ninety_days_with_their_attempts(receiver, subscribe):
    subscribe()
    closed("2024")
    closed("2025")
    work()
    old = Delivery.objects.filter(data__period="2024")
    old.update(occurred_at=timezone.now() - timedelta(days=90, minutes=1))
    assert cleaning.clean()["old deliveries"] == 1
    assert (Delivery.objects.get().data["period"], Attempt.objects.count()) == ("2025", 1)
