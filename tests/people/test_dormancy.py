"""Accounts that nobody signs in to: a mail a week before, then closed; and nobody is locked out of the programme."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.jobs.models import Job
from apps.people import jobs
from apps.people.models import Membership
from apps.people.services.dormancy import announce_closings, close_dormant_accounts
from program996.celery import app
from tests.conftest import BAC_NINH, LAM_DONG, TDC
from tests.factories.people import MemberFactory
from tests.mail import deliver, link_in

pytestmark = pytest.mark.django_db


def days_ago(days: int) -> datetime:
    """At noon, so that the hour of the test does not matter."""
    return timezone.localtime().replace(hour=12, minute=0, second=0) - timedelta(days=days)


def shown(days_ahead: int) -> str:
    return f"{timezone.localdate() + timedelta(days=days_ahead):%d/%m/%Y}"


def person(name: str, role: str, unit: str) -> User:
    user = MemberFactory(full_name=name)
    start = timezone.localdate() - timedelta(days=100)
    Membership.objects.create(user=user, unit_id=unit, role=Group.objects.get(name=role), valid_from=start)
    return user


def idle(user: User, days: int, **fields: Any) -> User:
    """Last seen on that day; what the tests of a later day need is moved by `a_day_later`."""
    fields = {"date_joined": days_ago(400), "last_login": days_ago(days)} | fields
    User.objects.filter(pk=user.pk).update(**fields)
    return user


def let_days_pass(days: int) -> None:
    """Everybody's past is so much longer."""
    for user in User.objects.all():
        for name in ("date_joined", "last_login", "reopened_at", "dormancy_noticed_at"):
            if getattr(user, name):
                setattr(user, name, getattr(user, name) - timedelta(days=days))
        user.save()


def is_open(user: User) -> bool:
    return User.objects.get(pk=user.pk).is_active


@pytest.fixture
def central(reference) -> User:
    """Who runs the programme's accounts was here yesterday."""
    return idle(person("Phan Tuấn Kiệt", "programme_administrator", TDC), 1)


@pytest.fixture
def editor(reference, central) -> User:
    return person("Nguyễn Hồng Nhung", "unit_editor", BAC_NINH)


# --- closing ----------------------------------------------------------------------------------------------------------


def test_dormant_accounts_close_themselves(editor, central):
    fresh = idle(person("Ngô Đức Thắng", "unit_administrator", BAC_NINH), 45)
    reopened = idle(person("Võ Minh Triết", "unit_editor", LAM_DONG), 46, reopened_at=days_ago(2))
    service = idle(person("Kết nối REST", "service_account", TDC), 400)
    idle(editor, 46)
    assert close_dormant_accounts() == [editor.pk]
    assert all(is_open(user) for user in (fresh, reopened, service, central))
    event = AuditEvent.objects.get(action="account.closed")
    assert (event.actor_id, event.target_id, event.unit) == (None, str(editor.pk), BAC_NINH)
    assert "45 ngày" in event.reason
    assert close_dormant_accounts() == []


def test_never_signed_in_counts_from_the_first_day(editor):
    idle(editor, 0, date_joined=days_ago(50), last_login=None)
    assert close_dormant_accounts() == [editor.pk]


def test_the_last_administrator_is_never_locked_out(central, editor):
    second = person("Quản trị thứ hai", "programme_administrator", TDC)
    root = idle(MemberFactory(is_superuser=True), 90)
    for user, days in [(central, 60), (second, 70), (editor, 80)]:
        idle(user, days)
    assert set(close_dormant_accounts()) == {second.pk, root.pk, editor.pk}
    assert is_open(central)


# --- told before ------------------------------------------------------------------------------------------------------


def test_the_owner_is_told_a_week_before_and_once(editor):
    idle(editor, 39)
    jobs.announce_closings()
    jobs.announce_closings()
    [letter] = deliver()
    day = shown(7)
    assert letter.to == [editor.email]
    assert letter.subject == f"[Đề án 996] Tài khoản sẽ đóng ngày {day} nếu không đăng nhập"
    assert f"Từ ngày {shown(-39)}, chưa có ai đăng nhập" in letter.body
    assert f"tài khoản này sẽ đóng ngày {day}" in letter.body
    assert f"đề nghị Ông/Bà đăng nhập trước ngày {day} tại:" in letter.body
    assert link_in(letter) == "/accounts/login/", "no token, no code"
    event = AuditEvent.objects.get(action="account.closing_announced")
    assert (event.actor_id, event.target_id, event.unit) == (None, str(editor.pk), BAC_NINH)
    assert event.data["closes_on"] == str(timezone.localdate() + timedelta(days=7))
    assert Job.objects.get(queue="mail").payload["ids"] == {"person_id": editor.pk}


@pytest.mark.parametrize(("days", "told"), [(38, False), (39, True), (45, True), (46, False)])
def test_who_is_told_and_on_which_day_the_account_closes(editor, days, told):
    """Not before its week begins, not when it is too late; whoever is told is closed on the day named, not before."""
    idle(editor, days)
    assert announce_closings() == ([editor.pk] if told else [])
    if told:
        let_days_pass(45 - days)
        assert close_dormant_accounts() == [], "the day before"
        let_days_pass(1)
        assert close_dormant_accounts() == [editor.pk]


def test_never_signed_in_is_told_too(editor):
    idle(editor, 0, date_joined=days_ago(40), last_login=None)
    assert announce_closings() == [editor.pk]
    [letter] = deliver()
    assert f"Từ ngày {shown(-40)}, chưa có ai đăng nhập" in letter.body


def test_nobody_is_told_whose_account_stays(central, editor):
    """Programs, the last administrator, closed accounts, and those opened again a while ago."""
    service = idle(person("Kết nối REST", "service_account", TDC), 42)
    reopened = idle(person("Mở lại", "reader", BAC_NINH), 42, reopened_at=days_ago(10))
    closed = idle(
        person("Đã nghỉ", "reader", BAC_NINH), 42, is_active=False, closed_at=days_ago(5), closed_reason="Nghỉ việc"
    )
    idle(central, 41)
    idle(editor, 42)
    told = announce_closings()
    assert told == [editor.pk]
    assert not {service.pk, reopened.pk, closed.pk, central.pk} & set(told)


def test_who_signs_in_stays_open_and_is_told_again_the_next_time(editor, client):
    editor.set_password("mat-khau-rat-dai-996")
    editor.save()
    idle(editor, 40)
    assert announce_closings() == [editor.pk]
    let_days_pass(3)
    client.post("/accounts/login/", {"login": editor.email, "password": "mat-khau-rat-dai-996"})
    assert client.session["_auth_user_id"] == str(editor.pk)
    let_days_pass(10)
    assert close_dormant_accounts() == []
    assert announce_closings() == []
    let_days_pass(30)
    assert announce_closings() == [editor.pk]
    assert announce_closings() == []
    assert AuditEvent.objects.filter(action="account.closing_announced").count() == 2


@pytest.mark.parametrize(
    "meanwhile",
    [
        {"last_login": timezone.now},
        {"is_active": lambda: False, "closed_at": timezone.now, "closed_reason": lambda: "Nghỉ việc"},
    ],
)
def test_a_mail_that_waited_is_not_sent_when_it_is_no_longer_true(editor, meanwhile):
    idle(editor, 40)
    announce_closings()
    User.objects.filter(pk=editor.pk).update(**{name: value() for name, value in meanwhile.items()})
    assert deliver() == []


def test_a_mail_of_a_day_gone_by_is_not_sent(editor):
    idle(editor, 44)
    announce_closings()
    let_days_pass(2)
    assert deliver() == []


def test_an_account_reopened_after_its_closing_is_told_before_the_next(editor, central):
    idle(editor, 45)
    announce_closings()
    let_days_pass(1)
    assert close_dormant_accounts() == [editor.pk]
    User.objects.filter(pk=editor.pk).update(
        is_active=True, closed_at=None, closed_reason="", reopened_at=timezone.now()
    )
    assert announce_closings() == []
    let_days_pass(40)
    assert editor.pk in announce_closings()


def test_accounts_that_are_in_use_cost_no_query(editor):
    counts = []
    for size in (1, 30):
        for nth in range(size):
            idle(person(f"Người {size} {nth}", "reader", BAC_NINH), 3)
        with CaptureQueriesContext(connection) as queries:
            announce_closings()
            close_dormant_accounts()
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_the_same_moment_tell_everybody_once(central, monkeypatch):
    monkeypatch.setattr("apps.people.services.dormancy.AT_ONCE", 7)
    away = [idle(person(f"Người {nth}", "reader", BAC_NINH), 40).pk for nth in range(30)]

    def run(_nth: int) -> list[int]:
        try:
            return announce_closings()
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=4) as pool:
        told = [pk for some in pool.map(run, range(4)) for pk in some]
    assert sorted(told) == away
    assert Job.objects.filter(queue="mail").count() == 30


def test_beat_rings_for_both():
    rung = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert {"people.close_dormant_accounts", "people.announce_closings"} <= rung
    app.loader.import_default_modules()
    assert rung <= set(app.tasks)
