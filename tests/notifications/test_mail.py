"""Mail goes out by the job table: when the change commits, once, with no secret lying in between."""

import json
from datetime import timedelta

import pytest
from django.core import mail as post
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from apps.jobs.models import Job
from apps.jobs.services import run_job
from apps.notifications import registry
from apps.notifications.services import Mail, absolute_url, mail, send_mail
from tests.mail import deliver

pytestmark = pytest.mark.django_db


def letter(**changes) -> Mail:
    parts = {
        "to": "an@example.vn",
        "subject": "Báo cáo năm 2026 được trả lại, hạn nộp lại 27/11/2026",
        "template": "emails/password_reset.txt",
        "greeting": "Trần Thị An & <các cộng sự>",
        "link": "https://portal.example/x/",
    }
    return Mail(**{**parts, **changes})


@pytest.fixture
def kind(monkeypatch):
    """A kind of mail whose writer the test may change."""
    monkeypatch.setattr(registry, "_composers", dict(registry._composers))
    written = {"mail": letter()}
    mail("test.letter")(lambda row_id: written["mail"])
    return written


def send(**ids) -> Job:
    with transaction.atomic():
        return send_mail("test.letter", **(ids or {"row_id": 7}))


def test_a_mail_carries_the_programme_the_greeting_and_its_job(kind):
    job = send()
    assert post.outbox == []
    [message] = deliver()
    assert message.to == ["an@example.vn"]
    assert message.subject == "[Đề án 996] Báo cáo năm 2026 được trả lại, hạn nộp lại 27/11/2026"
    assert message.body.startswith("Kính gửi: Ông/Bà Trần Thị An & <các cộng sự>\n")
    assert message.body.count("https://portal.example/x/") == 1
    headers = message.message()
    assert headers["X-Delivery-ID"] == str(job.pk)
    assert headers["Message-ID"] == f"<{job.pk}@testserver>"
    assert headers["Auto-Submitted"] == "auto-generated"


def test_a_mail_belongs_to_the_transaction_that_asks_for_it(kind):
    def asked_and_failed() -> None:
        with transaction.atomic():
            send_mail("test.letter", row_id=7)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        asked_and_failed()
    assert deliver() == []


@pytest.mark.django_db(transaction=True)
def test_a_mail_outside_a_transaction_is_refused(kind):
    with pytest.raises(transaction.TransactionManagementError):
        send_mail("test.letter", row_id=7)


def test_a_kind_that_nobody_writes_is_refused_at_once():
    with transaction.atomic(), pytest.raises(LookupError):
        send_mail("test.nobody", row_id=7)
    assert not Job.objects.exists()


def test_a_mail_that_has_lost_its_matter_is_not_sent(kind):
    kind["mail"] = None
    job = send()
    assert deliver() == []
    job.refresh_from_db()
    assert (job.state, job.result) == (Job.State.DONE, {"sent": 0})


@pytest.mark.django_db(transaction=True)
def test_a_second_attempt_carries_the_same_id(kind, monkeypatch):
    job = send()

    def refuse(self, messages):
        raise ConnectionRefusedError("password in the server's answer")

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
        assert run_job(job.pk) == Job.State.PENDING
    job.refresh_from_db()
    assert "password" not in job.error
    Job.objects.filter(pk=job.pk).update(not_before=job.created_at)
    [message] = deliver()
    assert message.message()["X-Delivery-ID"] == str(job.pk)


@pytest.mark.django_db(transaction=True)
def test_a_mail_waits_for_a_server_that_is_away_for_hours(kind, monkeypatch):
    job = send()

    def refuse(self, messages):
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    waited, states = timedelta(0), []
    while not states or states[-1] == Job.State.PENDING:
        states.append(run_job(job.pk))
        job.refresh_from_db()
        if states[-1] == Job.State.PENDING:
            waited += job.not_before - timezone.now()
            Job.objects.filter(pk=job.pk).update(not_before=job.created_at)
    assert states[-1] == Job.State.FAILED
    assert timedelta(hours=12) < waited < timedelta(hours=24)  # a night, but no longer than an invitation lives


@pytest.mark.parametrize("break_", ["\n", "\r", "\r\n", "\0", "\x7f"])
@pytest.mark.parametrize("field", ["to", "subject"])
def test_header_injection_is_refused(field, break_):
    with pytest.raises(ValidationError):
        letter(**{field: f"an@example.vn{break_}Bcc: all@example.vn"})


@pytest.mark.django_db(transaction=True)
def test_a_refused_header_sends_nothing_and_is_not_tried_again(kind, monkeypatch):
    mail("test.letter")(lambda row_id: letter(subject="Lời mời\nBcc: all@example.vn"))
    job = send()
    assert run_job(job.pk) == Job.State.FAILED
    assert post.outbox == []


def test_addresses_in_mails_are_the_portals_own(settings):
    settings.SITE_URL = "https://de-an-996.example"
    assert absolute_url("account_login") == "https://de-an-996.example/accounts/login/"


def test_the_job_holds_ids_only(kind):
    job = send(row_id=12)
    job.refresh_from_db()
    assert json.loads(json.dumps(job.payload)) == {"mail": "test.letter", "ids": {"row_id": 12}}
