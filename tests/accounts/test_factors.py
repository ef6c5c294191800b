"""Setting second factors up, who must have one, and taking them down."""

import re
from datetime import date

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from apps.accounts.factors import remove_all_factors
from apps.accounts.models import User
from apps.accounts.sessions import end_all_sessions, sessions_of
from apps.audit.models import AuditEvent
from apps.people.models import Membership
from apps.people.rights import needs_second_factor, rights_of
from tests.accounts.clients import let_proof_grow_old, prove
from tests.conftest import BAC_NINH, TDC
from tests.mail import deliver

pytestmark = pytest.mark.django_db
PASSWORD = "mat-khau-rat-dai-996"
SET_UP, CODES, ACCOUNT = "/account/factors/app/", "/account/factors/recovery-codes/", "/account/"
SECRET = "JBSWY3DPEHPK3PXP"


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def bare(user: User) -> Client:
    """Signed in by password alone, a moment ago."""
    client = Client()
    client.force_login(user, backend="apps.accounts.backends.SignInBackend")
    prove(client, user)
    return client


def knock(user: User, client: Client | None = None):
    return (client or Client()).post("/accounts/login/", {"login": user.email, "password": PASSWORD})


@pytest.fixture
def approver(member) -> User:
    return member("Approver Bac Ninh", "unit_approver", BAC_NINH)


@pytest.fixture
def with_app(approver) -> User:
    TOTP.activate(approver, SECRET)
    return approver


# --- obligatory -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", "/dashboard/", "/account/", "/units/", "/accounts/password/change/"])
def test_whoever_must_have_a_factor_is_led_to_set_it_up(approver, path):
    response = bare(approver).get(path)
    assert (response.status_code, response.headers["Location"]) == (302, SET_UP)


def test_a_fragment_leads_the_whole_page_there(approver):
    response = bare(approver).get("/units/", headers={"HX-Request": "true"})
    assert response.headers["HX-Redirect"] == SET_UP
    assert response.content == b""


def test_the_api_says_why(approver):
    response = bare(approver).get("/api/v1/indicators/")
    assert response.status_code == 403
    assert "bắt buộc có xác thực hai bước" in response.json()["detail"]


@pytest.mark.parametrize("path", [SET_UP, "/accounts/confirm/", "/accounts/logout/", "/account/session/"])
def test_what_is_needed_for_it_stays_open(approver, path):
    assert bare(approver).get(path).status_code == 200


def test_nobody_else_is_asked(keeper, signed_in):
    assert signed_in(keeper).get("/units/").status_code == 200
    assert not Authenticator.objects.exists()


def test_a_role_given_a_minute_ago_counts_at_once(keeper, signed_in):
    client = signed_in(keeper)
    assert client.get("/units/").status_code == 200
    Membership.objects.create(
        user=keeper, unit_id=BAC_NINH, role=Group.objects.get(name="unit_approver"), valid_from=date(2026, 1, 1)
    )
    assert client.get("/units/").headers["Location"] == SET_UP


def test_roles_that_need_one(member, keeper, approver, officer):
    program = member("Ket Noi", "service_account", TDC)
    root = User.objects.create_superuser("root@example.vn", PASSWORD, full_name="Root")
    told = {user.pk: needs_second_factor(user) for user in (keeper, approver, officer, program, root)}
    assert told == {keeper.pk: False, approver.pk: True, officer.pk: True, program.pk: True, root.pk: True}
    assert rights_of(officer).needs_second_factor


def test_who_has_one_costs_no_query(officer, signed_in, django_assert_num_queries):
    client = signed_in(officer)
    client.get("/account/session/")  # the first request remembers it, and writes the session
    client.get("/units/")
    with django_assert_num_queries(2):  # session, person
        client.get("/account/session/")


def test_half_signed_in_is_nobody(with_app, client):
    """After the password, before the code: no person in the session, for pages and API alike."""
    response = knock(with_app, client)
    assert response.headers["Location"] == "/accounts/verify/"
    assert "_auth_user_id" not in client.session
    assert client.get("/api/v1/indicators/").status_code == 401
    assert client.get("/units/").headers["Location"].startswith("/accounts/login/")
    assert client.get("/account/session/").json() == {"signed_in": False}
    assert not sessions_of(with_app)


@pytest.mark.parametrize("what", ["all sessions ended", "other sessions ended", "new password", "closed"])
def test_a_half_signed_in_session_ends_with_the_others(with_app, client, what):
    """Whoever knows the password and waits at the code: what ends sessions ends this one."""
    knock(with_app, client)
    assert client.get("/accounts/verify/").status_code == 200
    if what == "all sessions ended":
        end_all_sessions(with_app)
    elif what == "other sessions ended":
        own = bare(with_app)
        own.post("/accounts/confirm/code/", {"code": code_of(SECRET)})
        own.post("/account/sessions/end/")
    elif what == "new password":
        with_app.set_password("chim én về tổ mùa xuân")
        with_app.save()
    else:
        User.objects.filter(pk=with_app.pk).update(is_active=False, closed_at=timezone.now(), closed_reason="Nghỉ")
    answer = client.post("/accounts/verify/", {"code": code_of(SECRET)})
    assert answer.headers["Location"].startswith("/accounts/login/")
    assert "_auth_user_id" not in client.session
    assert client.get("/accounts/verify/").status_code == 302


def test_the_account_is_looked_at_once_more_with_the_right_code(with_app, client, monkeypatch):
    """Ended between the page's first look and the sign-in itself: that one reads the account anew."""
    knock(with_app, client)
    monkeypatch.setattr("apps.accounts.middleware.drop_stale_half", lambda request: end_all_sessions(with_app))
    answer = client.post("/accounts/verify/", {"code": code_of(SECRET)})
    assert answer.headers["Location"] == "/accounts/login/"
    assert "_auth_user_id" not in client.session


def test_each_step_brings_a_new_session(with_app, client):
    client.get("/accounts/login/")
    client.session.save()
    knock(with_app, client)
    half = client.session.session_key
    response = client.post("/accounts/verify/", {"code": code_of(SECRET)})
    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(with_app.pk)
    assert client.session.session_key != half
    assert not client.session.__class__(half).load()


def test_a_code_opens_once(with_app):
    code, first, second = code_of(SECRET), Client(), Client()
    knock(with_app, first)
    knock(with_app, second)
    assert first.post("/accounts/verify/", {"code": code}).status_code == 302
    assert "Mã xác thực chưa đúng hoặc đã dùng" in second.post("/accounts/verify/", {"code": code}).content.decode()
    assert "_auth_user_id" not in second.session


NOW = 60_000_000  # a half-minute


@pytest.mark.parametrize(("read", "opens"), [(0, True), (-1, True), (-2, False), (1, False)])
def test_a_code_is_good_for_as_long_as_it_takes_to_type_it(with_app, client, monkeypatch, read, opens):
    monkeypatch.setattr("apps.accounts.totp.yield_hotp_counters_from_time", lambda: iter([NOW]))
    knock(with_app, client)
    client.post("/accounts/verify/", {"code": format_hotp_value(hotp_value(SECRET, NOW + read))})
    assert ("_auth_user_id" in client.session) is opens


def test_after_a_code_no_earlier_one_opens(with_app, monkeypatch):
    monkeypatch.setattr("apps.accounts.totp.yield_hotp_counters_from_time", lambda: iter([NOW]))
    for read, opens in ((0, True), (0, False), (-1, False)):
        client = Client()
        knock(with_app, client)
        client.post("/accounts/verify/", {"code": format_hotp_value(hotp_value(SECRET, NOW + read))})
        assert ("_auth_user_id" in client.session) is opens


def test_a_code_opens_while_the_cache_hangs(with_app, settings):
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}
    client = Client()
    knock(with_app, client)
    client.post("/accounts/verify/", {"code": code_of(SECRET)})
    assert client.session["_auth_user_id"] == str(with_app.pk)


# --- setting up -------------------------------------------------------------------------------------------------------


def test_setting_the_application_up(approver):
    client = bare(approver)
    page = client.get(SET_UP)
    assert "data:image/svg+xml;base64," in page.content.decode()
    secret = page.context["form"].secret
    assert page.context["secret"].replace(" ", "") == secret
    response = client.post(SET_UP, {"code": code_of(secret)})
    assert response.headers["Location"] == CODES
    stored = Authenticator.objects.get(user=approver, type="totp").data["secret"]
    assert secret not in stored, "lies readable in the database"

    assert client.get("/units/").headers["Location"] == CODES, "the codes must be seen first"
    shown = client.get(CODES)
    codes = re.findall(r"<code>(\d{8})</code>", shown.content.decode())
    assert len(codes) == 10
    assert "data:text/plain" in shown.content.decode()
    assert client.post(CODES, {"go_on": "1"}).headers["Location"] == "/"
    assert client.get("/units/").status_code == 200
    again = client.get(CODES).content.decode()
    assert not any(code in again for code in codes)

    assert AuditEvent.objects.filter(action="account.factor_added", actor_id=approver.pk).count() == 1
    [letter] = deliver()
    assert letter.to == [approver.email]
    assert "xác thực hai bước" in letter.body
    entered = Client()
    knock(approver, entered)
    entered.post("/accounts/verify/", {"code": codes[0]})
    assert entered.session["_auth_user_id"] == str(approver.pk)


def test_the_code_that_set_it_up_opens_nothing(keeper):
    client, entered = bare(keeper), Client()
    code = code_of(client.get(SET_UP).context["form"].secret)
    assert client.post(SET_UP, {"code": code}).headers["Location"] == CODES
    knock(keeper, entered)
    assert "Mã xác thực chưa đúng" in entered.post("/accounts/verify/", {"code": code}).content.decode()
    assert "_auth_user_id" not in entered.session


def test_a_wrong_code_sets_nothing_up(approver):
    client = bare(approver)
    secret = client.get(SET_UP).context["form"].secret
    wrong = f"{(int(code_of(secret)) + 1) % 1_000_000:06d}"
    response = client.post(SET_UP, {"code": wrong})
    assert "Mã xác thực chưa đúng" in response.content.decode()
    assert response.context["form"].secret == secret, "the telephone's secret stays the page's"
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("path", [SET_UP, CODES, "/account/factors/recovery-codes/new/", "/account/email/"])
def test_changes_want_a_fresh_proof(keeper, signed_in, path):
    client = signed_in(keeper)
    assert client.get(path).status_code == 200
    let_proof_grow_old(client)
    assert client.get(path).headers["Location"] == f"/accounts/confirm/?next={path}"
    back = client.post(f"/accounts/confirm/?next={path}", {"password": PASSWORD})
    assert back.headers["Location"] == path
    assert client.get(path).status_code == 200


def test_a_posted_form_goes_on_after_the_proof(with_app, signed_in):
    client = signed_in(with_app)
    let_proof_grow_old(client)
    path = "/account/email/"
    asked = client.post(path, {"email": "moi@example.vn"})
    assert asked.headers["Location"] == f"/accounts/confirm/?next={path}"
    assert with_app.emailaddress_set.count() == 0
    done = client.post(asked.headers["Location"], {"password": PASSWORD})
    assert done.headers["Location"] == ACCOUNT
    assert with_app.emailaddress_set.get().email == "moi@example.vn"


def test_a_fragment_sends_the_whole_page_to_the_proof_and_back(keeper, signed_in):
    client = signed_in(keeper)
    let_proof_grow_old(client)
    asked = {"HX-Request": "true", "HX-Current-URL": "http://testserver/account/?a=1"}
    response = client.get("/account/email/", headers=asked)
    assert response.headers["HX-Redirect"] == "/accounts/confirm/?next=/account/%3Fa%3D1"
    foreign = client.get("/account/email/", headers=asked | {"HX-Current-URL": "https://evil.example/"})
    assert "evil" not in foreign.headers["HX-Redirect"]


def test_a_code_is_a_proof_too(with_app, signed_in):
    client = signed_in(with_app)
    let_proof_grow_old(client)
    done = client.post("/accounts/confirm/code/?next=/account/email/", {"code": code_of(SECRET)})
    assert done.headers["Location"] == "/account/email/"
    assert client.get("/account/email/").status_code == 200


# --- taking down ------------------------------------------------------------------------------------------------------


def test_the_last_factor_of_who_needs_one_stays(with_app, signed_in):
    response = signed_in(with_app).post("/account/factors/app/remove/")
    assert "bắt buộc có xác thực hai bước" in response.content.decode()
    assert Authenticator.objects.filter(user=with_app, type="totp").exists()
    assert not AuditEvent.objects.filter(action="account.factor_removed").exists()


def test_who_needs_none_may_take_it_down(keeper, signed_in):
    TOTP.activate(keeper, SECRET)
    client, other = signed_in(keeper), signed_in(keeper)
    other.get("/units/")
    assert client.post("/account/factors/app/remove/").headers["Location"] == ACCOUNT
    assert not Authenticator.objects.filter(user=keeper).exists()
    assert other.get("/units/").status_code == 302, "other sessions end"
    assert client.get("/units/").status_code == 200
    assert AuditEvent.objects.get(action="account.factor_removed").actor_id == keeper.pk


def test_nobody_takes_down_anothers_key(keeper, outsider, signed_in):
    key = Authenticator.objects.create(user=outsider, type="webauthn", data={"name": "Khóa", "credential": {}})
    assert signed_in(keeper).post(f"/account/factors/keys/{key.pk}/remove/").status_code == 404
    assert Authenticator.objects.filter(pk=key.pk).exists()


def test_new_recovery_codes_end_the_old(keeper, signed_in):
    client = signed_in(keeper)
    secret = client.get(SET_UP).context["form"].secret
    client.post(SET_UP, {"code": code_of(secret)})
    old = client.get(CODES).context["codes"]
    client.post(CODES)
    assert client.post("/account/factors/recovery-codes/new/").headers["Location"] == CODES
    new = client.get(CODES).context["codes"]
    assert len(new) == 10
    assert not set(old) & set(new)


def test_lost_factors_are_taken_away_with_all_sessions(with_app, officer, signed_in):
    client = signed_in(with_app)
    assert client.get("/units/").status_code == 200
    remove_all_factors(with_app, by=officer, reason="Mất điện thoại")
    assert client.get("/units/").headers["Location"].startswith("/accounts/login/")
    assert not Authenticator.objects.filter(user=with_app).exists()
    assert AuditEvent.objects.get(action="account.factors_reset").reason == "Mất điện thoại"
    [letter] = deliver()
    assert letter.to == [with_app.email]
    entered = Client()
    knock(with_app, entered)
    assert entered.get("/units/").headers["Location"] == SET_UP


def test_secrets_are_read_after_a_change_of_the_key(with_app, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key, forty characters long or more 1234567890"
    client = Client()
    knock(with_app, client)
    client.post("/accounts/verify/", {"code": code_of(SECRET)})
    assert client.session["_auth_user_id"] == str(with_app.pk)
