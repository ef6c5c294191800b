"""A forgotten password: one link, used once within the hour; the answer never tells who has an account."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core import mail as post
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.sessions import sessions_of
from apps.audit.models import AuditEvent
from apps.jobs.models import Job
from apps.notifications.adapter import MailAdapter
from apps.notifications.models import ResetRequest
from tests.at_once import at_once
from tests.mail import deliver, link_in

pytestmark = pytest.mark.django_db
RESET = "/accounts/password/reset/"
NEW = "chim én về tổ mùa xuân"


def ask(email: str, *, ip: str = "198.51.100.7", **headers) -> None:
    response = Client().post(RESET, {"email": email}, REMOTE_ADDR=ip, **headers)
    assert (response.status_code, response["Location"]) == (302, "/accounts/password/reset/sent/")


def use(link: str, password: str = NEW) -> tuple[Client, int]:
    client = Client()
    page = client.get(link, follow=True)
    if page.context.get("token_fail"):
        return client, 0
    return client, client.post(page.request["PATH_INFO"], {"password1": password, "password2": password}).status_code


def test_a_link_sets_a_new_password_once(stranger):
    ask(stranger.email)
    [message] = deliver()
    assert message.to == [stranger.email]
    assert message.subject == "[Đề án 996] Đặt lại mật khẩu – liên kết có hiệu lực một giờ"
    assert use(link_in(message))[1] == 302
    stranger.refresh_from_db()
    assert stranger.check_password(NEW)
    assert use(link_in(message), "một câu khác hẳn câu kia")[1] == 0
    stranger.refresh_from_db()
    assert stranger.check_password(NEW)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_use_a_link_at_the_same_moment_one_sets_the_password(reference, stranger):
    ask(stranger.email)
    [message] = deliver()
    visitors = [Client(), Client()]
    pages = [visitor.get(link_in(message), follow=True).request["PATH_INFO"] for visitor in visitors]
    words = [NEW, "một câu khác hẳn câu kia"]

    def set_password(place: int):
        return visitors[place].post(pages[place], {"password1": words[place], "password2": words[place]})

    answers = at_once([lambda: set_password(0), lambda: set_password(1)])
    assert sorted(answer.status_code for answer in answers) == [200, 302]
    first = [answer.status_code for answer in answers].index(302)
    assert answers[1 - first].context["token_fail"]
    stranger.refresh_from_db()
    assert stranger.check_password(words[first])
    assert AuditEvent.objects.filter(action="account.password_reset").count() == 1


def test_a_new_password_by_link_ends_every_session_is_written_down_and_told(stranger):
    own, other = Client(), Client()
    for client in (own, other):
        client.post("/accounts/login/", {"login": stranger.email, "password": "mat-khau-rat-dai-996"})
        assert client.get("/account/").status_code == 200
    ask(stranger.email)
    [message] = deliver()
    page = own.get(link_in(message), follow=True)  # in the browser where the person is signed in
    assert own.post(page.request["PATH_INFO"], {"password1": NEW, "password2": NEW}).status_code == 302
    assert [client.get("/account/").status_code for client in (own, other)] == [302, 302]
    assert sessions_of(stranger) == []
    event = AuditEvent.objects.get(action="account.password_reset")
    assert (event.actor_id, event.target_id) == (stranger.pk, str(stranger.pk))
    [told] = deliver()
    assert told.to == [stranger.email]
    assert "đã được đặt lại" in told.body
    assert NEW not in told.body
    own.post("/accounts/login/", {"login": stranger.email, "password": NEW})
    assert own.session["_auth_user_id"] == str(stranger.pk)


def test_a_link_dies_after_an_hour(stranger, monkeypatch):
    ask(stranger.email)
    [message] = deliver()
    now = PasswordResetTokenGenerator._now
    monkeypatch.setattr(PasswordResetTokenGenerator, "_now", lambda self: now(self) + timedelta(minutes=61))
    assert use(link_in(message))[1] == 0


def test_a_reset_keeps_the_second_factor_and_signs_nobody_in(stranger):
    TOTP.activate(stranger, generate_totp_secret())
    ask(stranger.email)
    [message] = deliver()
    client, status = use(link_in(message))
    assert status == 302
    assert "_auth_user_id" not in client.session
    assert Authenticator.objects.filter(user=stranger, type="totp").count() == 1
    answer = client.post("/accounts/login/", {"login": stranger.email, "password": NEW})
    assert answer["Location"].startswith("/accounts/verify/")


def test_the_request_does_the_same_work_for_everybody(stranger):
    closed = type(stranger).objects.create_user("closed@example.vn", NEW, full_name="Closed")
    type(stranger).objects.filter(pk=closed.pk).update(
        is_active=False, closed_at=timezone.now(), closed_reason="Nghỉ việc"
    )
    done = []
    for email in (stranger.email, "nobody@example.vn", closed.email):
        with CaptureQueriesContext(connection) as queries:
            ask(email)
        done.append([re.sub(r"^/\*.*?\*/|'[^']*'|[0-9]+", "?", query["sql"]) for query in queries])
    assert done[0] == done[1] == done[2]
    assert not any("accounts_user" in query["sql"] for query in queries), "nobody is looked up"
    assert Job.objects.filter(queue="mail").count() == 3
    assert [message.to for message in deliver()] == [[stranger.email]]


def test_no_link_lies_in_the_job_table(stranger):
    ask(stranger.email)
    [row] = ResetRequest.objects.all()
    job = Job.objects.get(queue="mail")
    assert job.payload == {"mail": "notifications.password_reset", "ids": {"request_id": row.pk}}


def test_an_address_still_to_be_confirmed_gets_no_link(stranger):
    EmailAddress.objects.create(user=stranger, email="typo@example.vn", verified=False, primary=False)
    ask("typo@example.vn")
    assert deliver() == []


def test_one_account_gets_three_mails_an_hour(stranger):
    for nth in range(6):
        ask(stranger.email.upper() if nth % 2 else stranger.email, ip=f"198.51.100.{nth}")
    assert len(deliver()) == 3
    ResetRequest.objects.update(requested_at=timezone.now() - timedelta(minutes=61))
    ask(stranger.email)
    assert len(deliver()) == 1


def test_one_address_asks_thirty_times_an_hour_whatever_it_forges(settings, stranger):
    settings.PROXY_COUNT = 1
    for nth in range(40):
        forged = f"203.0.113.{nth}, 198.51.100.7"
        ask(f"someone-{nth}@example.vn", ip="10.0.0.1", HTTP_X_FORWARDED_FOR=forged)
    assert ResetRequest.objects.count() == 30
    ask(stranger.email, ip="10.0.0.1", HTTP_X_FORWARDED_FOR="198.51.100.8")
    deliver()
    assert [message.to for message in post.outbox] == [[stranger.email]]


def test_requests_are_forgotten_after_a_day(stranger):
    ResetRequest.objects.create(email="old@example.vn", address="198.51.100.7")
    ResetRequest.objects.update(requested_at=timezone.now() - timedelta(hours=25))
    ask(stranger.email)
    deliver()
    assert [row.email for row in ResetRequest.objects.all()] == [stranger.email]


def test_the_key_of_a_new_address_is_made_when_the_mail_goes(stranger, rf):
    address = EmailAddress.objects.create(user=stranger, email="moi@example.vn", verified=False, primary=False)
    MailAdapter().send_confirmation_mail(rf.get("/"), EmailConfirmationHMAC(address), signup=False)
    job = Job.objects.get(queue="mail")
    assert job.payload["ids"] == {"address_id": address.pk}
    [message] = deliver()
    assert message.to == ["moi@example.vn"]
    key = link_in(message).rstrip("/").rpartition("/")[2]
    assert EmailConfirmationHMAC.from_key(key).email_address == address


def test_allauth_sends_nothing_by_itself():
    with pytest.raises(NotImplementedError):
        MailAdapter().send_mail("account/email/password_changed", "an@example.vn", {})
    assert post.outbox == []
