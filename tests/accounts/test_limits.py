"""Guessing stays within limits, from wherever it comes; nobody is kept out for good."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.db import DatabaseError, connection
from django.db.models import F
from django.test import Client

from apps.accounts.models import User
from tests.accounts.clients import let_proof_grow_old
from tests.accounts.doors import LOCKED, SIGN_IN, came_in, knock

RIGHT = "mat-khau-rat-dai-996"
pytestmark = pytest.mark.django_db


@pytest.fixture
def person(reference) -> User:
    return User.objects.create_user("person@example.vn", RIGHT, full_name="Person")


@pytest.fixture(autouse=True)
def allowed(settings) -> int:
    """How many failures are checked from one address: fewer than in a portal, as each is a request."""
    settings.SIGN_IN_FAILURES_PER_ADDRESS = 12
    return 12


@pytest.fixture
def tries(allowed) -> int:
    """Twice as many as are checked from one address; tests/soak tries a thousand."""
    return 2 * allowed


@pytest.fixture
def plain_answer(settings):
    """Hundreds of times the same page says nothing more; its words are looked at elsewhere."""
    settings.AXES_LOCKOUT_TEMPLATE = None


def age(minutes: float) -> None:
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - timedelta(minutes=minutes))


@pytest.mark.usefixtures("plain_answer")
def test_many_tries_at_one_account(person, checked, tries):
    """From as many places, with the right password among them."""
    answers = [
        knock(person.email, RIGHT if nth == tries // 2 else f"sai {nth}", ip=f"10.{nth // 250}.0.{nth % 250}")
        for nth in range(tries)
    ]
    assert checked == [person.email] * 5
    assert [answer.status_code for answer in answers[4:]] == [LOCKED] * (tries - 4)
    assert not any(came_in(answer) for answer in answers)


@pytest.mark.usefixtures("plain_answer")
def test_many_tries_at_many_accounts(person, checked, allowed, tries):
    answers = [
        knock(
            *((person.email, RIGHT) if nth == tries // 2 else (f"nguoi-{nth}@example.vn", RIGHT)),
            HTTP_USER_AGENT=f"v{nth}",
        )
        for nth in range(tries)
    ]
    assert len(checked) == allowed
    assert {answer.status_code for answer in answers[allowed:]} == {LOCKED}
    assert not any(came_in(answer) for answer in answers)


@pytest.mark.usefixtures("plain_answer")
@pytest.mark.parametrize("proxies", [1, 0, 2])
def test_many_tries_with_rotating_forwarded_addresses(person, checked, settings, allowed, tries, proxies):
    """What the client writes itself is not read, whether proxies of ours stand in front or none."""
    settings.PROXY_COUNT = proxies
    behind = ["", ", 198.51.100.7", ", 198.51.100.7, 10.0.0.2"][proxies]
    for nth in range(tries):
        forged = f"203.0.{nth // 250}.{nth % 250}{behind}"
        knock(f"nguoi-{nth}@example.vn", ip="10.0.0.1", HTTP_X_FORWARDED_FOR=forged, HTTP_X_REAL_IP="203.0.113.9")
    assert len(checked) == allowed
    for _ in range(10):  # another visitor behind the same proxies
        knock(person.email, ip="192.0.2.1", HTTP_X_FORWARDED_FOR="198.51.100.99" + ", 10.0.0.2" * (proxies - 1))
    assert checked[allowed:] == [person.email] * 5


def test_one_network_of_ipv6_counts_as_one(checked, allowed, tries):
    for nth in range(tries):
        knock(f"nguoi-{nth}@example.vn", ip=f"2001:db8:0:7::{nth:x}")
    assert len(checked) == allowed
    knock("nguoi@example.vn", ip="2001:db8:0:8::1")
    assert len(checked) == allowed + 1


def test_an_office_behind_one_address_still_comes_in(person, allowed):
    for nth in range(allowed - 1):
        knock(f"dong-nghiep-{nth}@example.vn")
    assert came_in(knock(person.email, RIGHT))


def test_a_success_of_ones_own_does_not_clear_the_address(person, checked, allowed):
    for nth in range(allowed - 1):
        knock(f"nguoi-{nth}@example.vn")
    knock(person.email, RIGHT)
    for nth in range(5):
        knock(f"them-{nth}@example.vn")
    assert len(checked) == allowed - 1 + 1 + 1


def test_a_locked_account_is_free_after_fifteen_minutes_and_tries_do_not_prolong_it(person):
    for _ in range(5):
        knock(person.email)
    age(14)
    for _ in range(20):
        assert knock(person.email, RIGHT).status_code == LOCKED
    age(1.1)
    assert came_in(knock(person.email, RIGHT))


def test_the_lock_does_not_grow_from_old_failures(person, checked):
    for _ in range(5):
        knock(person.email)
    age(15.1)
    for _ in range(8):
        knock(person.email)
    assert len(checked) == 10, "five more, not one"


def test_spelling_the_address_otherwise_is_the_same_account(person, checked):
    for spelt in ("person@example.vn", "PERSON@example.vn", " person@example.vn ", "Person@Example.VN") * 3:
        knock(spelt)
    assert len(checked) == 5


@pytest.mark.parametrize("typed", ["x" * 300 + "@example.vn", "a\0b@example.vn", "", "không phải thư", "\0"])
def test_odd_addresses_are_answered(typed):
    assert knock(typed).status_code == 200


def test_where_counting_fails_nobody_enters(person, monkeypatch, checked):
    def broken(*args, **kwargs):
        raise DatabaseError("the table of tries is away")

    monkeypatch.setattr("apps.accounts.lockout.SignInLimits.get_failures", broken)
    client = Client(raise_request_exception=False)
    answer = client.post(SIGN_IN, {"login": person.email, "password": RIGHT})
    assert answer.status_code == 500
    assert checked == []
    assert "_auth_user_id" not in client.session


def test_no_code_and_no_password_is_kept_with_a_failure(person):
    knock(person.email, "một mật khẩu gõ nhầm")
    kept = AccessAttempt.objects.get()
    assert "gõ nhầm" not in kept.post_data
    Client().post(SIGN_IN, {"login": person.email, "password": "x", "code": "123456", "csrfmiddlewaretoken": "abc"})
    assert not AccessAttempt.objects.filter(post_data__contains="123456").exists()


def test_counting_by_address_uses_the_index(db):
    """Among many: in a table without rows any index is as good as another."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO axes_accessattempt (attempt_time, user_agent, ip_address, username, http_accept, path_info,"
            " get_data, post_data, failures_since_start)"
            " SELECT now(), '', '10.0.0.0'::inet + n, 'user' || n, '', '', '', '', 1 FROM generate_series(1, 5000) n"
        )
        cursor.execute("ANALYZE axes_accessattempt")
        cursor.execute("EXPLAIN SELECT sum(failures_since_start) FROM axes_accessattempt WHERE ip_address = '10.0.0.1'")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "axes_accessattempt_ip_address" in plan


CONFIRM, CHANGE = "/accounts/confirm/", "/accounts/password/change/"
WRONG_OLD = {"oldpassword": "sai", "password1": "chim én về tổ mùa xuân", "password2": "chim én về tổ mùa xuân"}


def entered(person: User) -> Client:
    client = Client()
    client.post(SIGN_IN, {"login": person.email, "password": RIGHT})
    return client


def test_strangers_at_the_door_keep_nobody_from_confirming(person, tries):
    """Five wrong tries every fifteen minutes lock the sign-in, and used to lock the owner's running work too."""
    client = entered(person)
    for nth in range(tries):
        knock(person.email if nth < 5 else f"nguoi-{nth}@example.vn", ip="127.0.0.1")
    assert knock(person.email, RIGHT).status_code == LOCKED
    let_proof_grow_old(client)
    answer = client.post(CONFIRM, {"password": RIGHT, "next": "/account/"})
    assert (answer.status_code, answer.headers.get("Location")) == (302, "/account/")


@pytest.mark.parametrize(("page", "form"), [(CONFIRM, {"password": "sai"}), (CHANGE, WRONG_OLD)])
def test_who_found_a_session_open_guesses_five_times(person, page, form):
    client = entered(person)
    for _ in range(5):
        assert "Sai quá nhiều lần" not in client.post(page, form).content.decode()
    assert "Sai quá nhiều lần" in client.post(page, form).content.decode()
    let_proof_grow_old(client)
    right = client.post(CONFIRM, {"password": RIGHT, "next": "/account/"})
    assert right.status_code == 200, "the right one among many is not told from the wrong ones"
    assert came_in(knock(person.email, RIGHT)), "and the owner still comes in elsewhere"


def test_guesses_in_a_session_are_counted_without_what_opens_it(person):
    client = entered(person)
    client.post(CONFIRM, {"password": "sai"})
    kept = AccessAttempt.objects.get()
    assert client.session.session_key not in kept.username
    assert person.email not in kept.username


@pytest.mark.django_db(transaction=True)
def test_tries_at_the_same_moment_are_counted_one_by_one(person, checked, monkeypatch):
    def try_once(nth: int) -> None:
        try:
            knock(person.email, f"sai {nth}", ip=f"10.0.0.{nth}")
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=8) as pool:
        list(pool.map(try_once, range(24)))
    assert len(checked) == 5
