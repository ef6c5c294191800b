"""How long sessions live, who ends them, and what the page's clock is told."""

import re
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from apps.accounts import jobs
from apps.accounts.models import User
from apps.accounts.sessions import SEEN, end_all_sessions, sessions_of
from apps.audit.models import AuditEvent
from tests.accounts.clients import let_pass
from tests.conftest import BAC_NINH

pytestmark = pytest.mark.django_db
PASSWORD = "mat-khau-rat-dai-996"
CLOCK, ACCOUNT, PAGE = "/account/session/", "/account/", "/units/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def enter():
    """enter(user): a client that came in by the sign-in page."""

    def make(user: User, **headers: str) -> Client:
        client = Client(**headers)
        client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
        assert client.session["_auth_user_id"] == str(user.pk)
        return client

    return make


def is_out(client: Client) -> bool:
    response = client.get(PAGE)
    return response.status_code == 302 and response.headers["Location"].startswith("/accounts/login/")


# --- limits -----------------------------------------------------------------------------------------------------------


def test_a_session_left_alone_for_half_an_hour_is_over(keeper, enter):
    client = enter(keeper)
    let_pass(client, since_use=1795, since_sign_in=1795)
    assert not is_out(client)
    let_pass(client, since_use=1805, since_sign_in=1805)
    assert is_out(client)
    assert client.get(CLOCK).json() == {"signed_in": False}


def test_twelve_hours_end_a_session_whatever_is_done(keeper, enter):
    client = enter(keeper)
    let_pass(client, since_use=5, since_sign_in=43_190)
    assert not is_out(client)
    let_pass(client, since_use=5, since_sign_in=43_205)
    assert is_out(client)


def test_the_api_knows_the_limits_too(keeper, enter):
    client = enter(keeper)
    assert client.get("/api/v1/indicators/").status_code == 200
    let_pass(client, since_use=5, since_sign_in=43_205)
    assert client.get("/api/v1/indicators/").status_code == 401


def test_signing_in_again_starts_twelve_new_hours(keeper, enter):
    client = enter(keeper)
    let_pass(client, since_use=5, since_sign_in=43_205)
    client.post("/accounts/login/", {"login": keeper.email, "password": PASSWORD})
    assert client.get(CLOCK).json()["absolute"] > 43_100


def test_asking_for_the_time_left_is_no_use(keeper, enter):
    client = enter(keeper)
    let_pass(client, since_use=600, since_sign_in=600)
    told = client.get(CLOCK).json()
    assert told["signed_in"]
    assert told["person"] == keeper.pk
    assert 1100 <= told["idle"] <= 1200
    assert 42_500 <= told["absolute"] <= 42_600
    before = client.session[SEEN]
    client.get(CLOCK)
    assert client.session[SEEN] == before
    assert client.post(CLOCK).json()["idle"] > 1700
    assert client.session[SEEN] > before


def test_going_on_needs_the_token_of_the_page(keeper, enter):
    client = Client(enforce_csrf_checks=True)
    client.cookies = enter(keeper).cookies
    assert client.post(CLOCK).status_code == 403
    token = client.get(CLOCK).json()["csrf"]
    assert client.post(CLOCK, headers={"X-CSRFToken": token}).json()["signed_in"]


def test_reading_pages_writes_once_a_minute(keeper, enter, django_assert_num_queries):
    client = enter(keeper)
    let_pass(client, since_use=30, since_sign_in=30)
    before = client.session[SEEN]
    client.get(PAGE)
    assert client.session[SEEN] == before
    let_pass(client, since_use=70, since_sign_in=70)
    before = sessions_of(keeper)[0].last_seen_at
    client.get(PAGE)
    assert client.session[SEEN] > before.timestamp() - 5
    assert sessions_of(keeper)[0].last_seen_at > before


# --- ends -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("backend", ["apps.people.backends.MembershipBackend", "apps.accounts.backends.SignInBackend"])
def test_a_closed_account_has_no_live_session(keeper, backend):
    client = Client()
    client.force_login(keeper, backend=backend)
    assert not is_out(client)
    User.objects.filter(pk=keeper.pk).update(is_active=False, closed_at=keeper.date_joined, closed_reason="Nghỉ việc")
    assert is_out(client)
    assert client.get("/api/v1/indicators/").status_code == 401
    assert client.get(CLOCK).json() == {"signed_in": False}


def test_signing_out_empties_the_browser(keeper, enter):
    client = enter(keeper)
    key = client.session.session_key
    response = client.post("/accounts/logout/")
    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not client.session.__class__(key).load()
    assert sessions_of(keeper) == []


def test_one_sees_and_ends_ones_own_sessions(keeper, outsider, enter):
    client, other, strange = enter(keeper), enter(keeper, HTTP_USER_AGENT=FIREFOX), enter(outsider)
    page = client.get(ACCOUNT).content.decode()
    assert "Firefox trên Linux" in page
    assert "127.0.0.1" in page
    [own] = [one.pk for one in sessions_of(keeper) if one.user_agent == FIREFOX]
    [foreign] = sessions_of(outsider)
    assert client.post(f"/account/sessions/{foreign.pk}/end/").status_code == 404
    assert not is_out(strange)
    assert client.post(f"/account/sessions/{own}/end/").headers["Location"] == ACCOUNT
    assert is_out(other)
    assert not is_out(client)
    assert AuditEvent.objects.filter(action="account.session_ended", actor_id=keeper.pk).count() == 1


def test_all_others_at_once(keeper, outsider, enter):
    client, second, third, strange = enter(keeper), enter(keeper), enter(keeper), enter(outsider)
    assert client.post("/account/sessions/end/").headers["Location"] == ACCOUNT
    assert [is_out(one) for one in (client, second, third, strange)] == [False, True, True, False]
    assert AuditEvent.objects.get(action="account.sessions_ended").data == {"count": 2}


def test_all_sessions_of_a_person(keeper, enter):
    client, second = enter(keeper), enter(keeper)
    assert end_all_sessions(keeper) == 2
    assert is_out(client)
    assert is_out(second)


def test_a_new_password_ends_the_others(keeper, enter):
    client, other = enter(keeper), enter(keeper)
    new = "ba con trâu trắng gặm cỏ non"
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert client.post("/accounts/password/change/", form).headers["Location"] == ACCOUNT
    assert not is_out(client)
    assert is_out(other)
    keeper.refresh_from_db()
    assert keeper.check_password(new)
    assert len(sessions_of(keeper)) == 1


def test_a_session_made_without_the_sign_in_page_is_listed_too(keeper, signed_in):
    client = signed_in(keeper)
    client.get(PAGE)
    assert [one.session_key for one in sessions_of(keeper)] == [client.session.session_key]


def test_sessions_that_ended_by_themselves_are_forgotten(keeper, outsider, enter):
    client, gone, strange = enter(keeper), enter(keeper), enter(outsider)
    key = gone.session.session_key
    Session.objects.filter(session_key=key).update(expire_date=timezone.now() - timedelta(seconds=1))
    UserSession.objects.filter(session_key=key).update(last_seen_at=timezone.now() - timedelta(days=1))
    jobs.forget_ended_sessions()
    jobs.forget_ended_sessions()
    assert not Session.objects.filter(session_key=key).exists()
    assert not UserSession.objects.filter(session_key=key).exists()
    assert not is_out(client)
    assert not is_out(strange)
    assert [one.session_key for one in sessions_of(keeper)] == [client.session.session_key]


# --- the page's clock -------------------------------------------------------------------------------------------------


def test_pages_carry_their_clock(keeper, enter):
    page = enter(keeper).get(PAGE).content.decode()
    assert f'data-person="{keeper.pk}"' in page
    assert 'data-session="/account/session/"' in page
    assert 'id="session"' in page
    left = re.search(r'data-absolute="(\d+)"', page)
    assert 40_000 < int(left[1]) <= 43_200


def test_the_clock_has_the_plain_number_of_the_person(signed_in):
    """A thousand people on, `1.204` would be somebody else to the script."""
    one = User.objects.create_user("mot-nghin@example.vn", "mat-khau-rat-dai-996", full_name="Một Nghìn", id=1_000_204)
    assert 'data-person="1000204"' in signed_in(one).get(PAGE).content.decode()


def test_pages_of_nobody_carry_none(client):
    page = client.get("/accounts/login/").content.decode()
    assert "data-session" not in page
    assert 'id="session"' not in page


@pytest.mark.parametrize("path", [CLOCK, ACCOUNT])
def test_private_answers_are_not_kept(keeper, enter, path):
    assert "no-store" in enter(keeper).get(path).headers["Cache-Control"]


def test_roles_and_their_days_stand_on_the_account(member, enter):
    user = member("Hai Vai", "register_keeper", BAC_NINH)
    page = enter(user).get(ACCOUNT).content.decode()
    for words in (user.email, "Cán bộ quản lý dữ liệu", "01/01/2019", "không thời hạn", "Chưa bật"):
        assert words in page


def test_owners_see_what_happened_to_their_account(keeper, enter):
    client = enter(keeper)
    client.post("/account/email/", {"email": "moi@example.vn"})
    page = client.get(ACCOUNT).text
    assert "<b>Đề nghị đổi thư điện tử</b>" in page
    assert page.count("<b>Đăng nhập</b>") == 1


def test_ending_all_ends_one_that_no_list_knows(keeper, enter):
    """The row of a session may be gone from allauth's table; the session itself is bound to the account."""
    client = enter(keeper)
    UserSession.objects.all().delete()
    end_all_sessions(keeper)
    assert is_out(client)


def test_ending_the_others_leaves_the_one_that_asks(keeper, enter):
    own, other, unlisted = enter(keeper), enter(keeper), enter(keeper)
    UserSession.objects.filter(session_key=unlisted.session.session_key).delete()
    own.post("/account/sessions/end/")
    assert [is_out(client) for client in (own, other, unlisted)] == [False, True, True]
