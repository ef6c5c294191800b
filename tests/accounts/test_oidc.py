"""Sign-in at a ministry's identity provider, against a real one: a server of its own, spoken to over HTTP."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import environ
import pytest
import requests
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.conf import settings as portal
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from program996.identity import read_identity
from tests.accounts.doors import came_in

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("oidc")]
SIGN_IN, ENTER, BACK = "/accounts/login/", "/accounts/oidc/identity/login/", "/accounts/oidc/identity/callback/"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """In a process of its own; the library underneath wants to be told that plain HTTP is meant."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "oidc_provider_mock", "--host", "127.0.0.1", "--port", str(port)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    running = subprocess.Popen(command, env={**os.environ, "AUTHLIB_INSECURE_TRANSPORT": "1"}, **quiet)
    address = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 60
        while not answers(address):
            assert running.poll() is None, "the provider has stopped"
            assert time.monotonic() < deadline, "the provider does not answer"
            time.sleep(0.1)
        yield address
    finally:
        running.terminate()
        running.wait(60)


def answers(address: str) -> bool:
    try:
        return requests.get(f"{address}/.well-known/openid-configuration", timeout=5).ok
    except requests.ConnectionError:
        return False


@pytest.fixture
def switched_on(settings, server) -> str:
    settings.ROOT_URLCONF = "tests.accounts.oidc_urls"
    settings.OIDC_EMAIL_DOMAINS = ["bo-cong-thuong.example"]
    app = {"provider_id": "identity", "name": "Bộ Công Thương", "client_id": "p996", "secret": "hush"}
    app["settings"] = {"server_url": server}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    return server


@pytest.fixture
def person(reference) -> User:
    return User.objects.create_user("an@bo-cong-thuong.example", "mat-khau-rat-dai-996", full_name="Lê An")


def claims(server: str, sub: str = "an", **said) -> str:
    said = {"email": "an@bo-cong-thuong.example", "email_verified": True, **said}
    requests.put(f"{server}/users/{sub}", json=said, timeout=5).raise_for_status()
    return sub


def leave(client: Client, query: str = "") -> str:
    """Press the button; the address at the provider where the browser goes."""
    answer = client.post(ENTER + query)
    assert answer.status_code == 302
    return answer["Location"]


def at_the_provider(address: str, sub: str) -> str:
    """Say who one is; the way back to the portal, with code and state."""
    answer = requests.post(address, data={"sub": sub}, allow_redirects=False, timeout=5)
    back = answer.headers["Location"]
    assert back.startswith(f"http://testserver{BACK}?")
    return back.removeprefix("http://testserver")


def dance(sub: str, client: Client | None = None) -> HttpResponse:
    client = client or Client()
    return client.get(at_the_provider(leave(client), sub))


def says(answer: HttpResponse, words: str) -> None:
    assert answer.status_code == 403
    assert words in answer.content.decode()
    assert not came_in(answer)


def test_it_is_off_by_default(reference):
    assert portal.OIDC_SERVER_URL == ""
    page = Client().get(SIGN_IN).content.decode()
    assert "oidc" not in page
    assert page.count("<form") == 2  # of the password, and of the language
    for path in (ENTER, BACK):
        assert Client().get(path).status_code == 404
        assert Client().post(path).status_code == 404


def test_the_button_stands_on_the_page_of_sign_in(switched_on):
    page = Client().get(SIGN_IN + "?next=/targets/").content.decode()
    assert "Đăng nhập bằng Bộ Công Thương" in page
    form = re.search(rf'<form method="post" action="({ENTER}[^"]*)">', page)
    assert "next=%2Ftargets%2F" in form[1]
    assert Client().get(ENTER).status_code == 405, "only by the button"
    assert Client(enforce_csrf_checks=True).post(ENTER).status_code == 403


def test_a_verified_address_with_an_account_comes_in(switched_on, person):
    client = Client()
    answer = client.get(at_the_provider(leave(client, "?process=login&next=/targets/"), claims(switched_on)))
    assert (answer.status_code, answer["Location"]) == (302, "/targets/")
    assert client.session["_auth_user_id"] == str(person.pk)


def test_letters_of_the_address_may_be_large(switched_on, person):
    assert came_in(dance(claims(switched_on, email="An@Bo-Cong-Thuong.example")))


def test_nothing_of_the_providers_is_stored_and_the_password_stays(switched_on, person):
    dance(claims(switched_on))
    assert not SocialAccount.objects.exists()
    assert not SocialToken.objects.exists()
    person.refresh_from_db()
    assert person.check_password("mat-khau-rat-dai-996")
    assert person.full_name == "Lê An"


def test_pkce_and_state_go_with_the_visitor(switched_on):
    client = Client()
    address = leave(client)
    asked = parse_qs(urlsplit(address).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["code_challenge"][0]) >= 43
    assert len(asked["state"][0]) >= 16
    assert asked["redirect_uri"] == [f"http://testserver{BACK}"]
    assert "openid" in asked["scope"][0].split()
    assert "hush" not in address


def test_the_second_factor_is_still_asked_for(switched_on, person):
    TOTP.activate(person, generate_totp_secret())
    answer = dance(claims(switched_on))
    assert answer["Location"].startswith("/accounts/verify/")
    assert not came_in(answer)


def test_an_unknown_address_makes_no_account(switched_on, person):
    before = User.objects.count()
    says(dance(claims(switched_on, "la", email="la@bo-cong-thuong.example")), "chưa có tài khoản")
    assert User.objects.count() == before


@pytest.mark.parametrize("verified", [False, None, "false", 1, "yes"])
def test_an_unverified_address_is_refused(switched_on, person, verified):
    says(dance(claims(switched_on, "gia", email_verified=verified)), "chưa xác nhận thư điện tử")


def test_an_answer_without_address_is_refused(switched_on, person):
    requests.put(f"{switched_on}/users/khong", json={"email_verified": True}, timeout=5)
    says(dance("khong"), "chưa xác nhận thư điện tử")


def test_a_closed_account_is_refused(switched_on, person):
    User.objects.filter(pk=person.pk).update(is_active=False, closed_at=timezone.now(), closed_reason="Nghỉ việc")
    says(dance(claims(switched_on)), "đã ngừng hoạt động")


@pytest.mark.parametrize(
    "email",
    [
        "an@example.vn",
        "an@evil.bo-cong-thuong.example",
        "an@bo-cong-thuong.example.evil.vn",
        "an@bo-cong-thuong.example@evil.vn",
    ],
)
def test_another_domain_is_refused(switched_on, person, email):
    says(dance(claims(switched_on, "ngoai", email=email)), "không thuộc miền")


def test_a_state_of_somebody_else_is_refused(switched_on, person):
    """A link back that an attacker started must not sign the victim in."""
    theirs = at_the_provider(leave(Client()), claims(switched_on))
    says(Client().get(theirs), "Không hoàn tất")


def test_a_changed_state_is_refused(switched_on, person):
    client = Client()
    back = at_the_provider(leave(client), claims(switched_on))
    says(client.get(re.sub(r"state=[^&]+", "state=0000000000000000", back)), "Không hoàn tất")
    says(client.get(re.sub(r"&?state=[^&]+", "", back)), "Không hoàn tất")


def test_the_way_back_works_once(switched_on, person):
    client = Client()
    back = at_the_provider(leave(client), claims(switched_on))
    assert came_in(client.get(back))
    client.logout()
    says(client.get(back), "Không hoàn tất")


def test_a_made_up_code_is_refused(switched_on, person):
    client = Client()
    state = parse_qs(urlsplit(leave(client)).query)["state"][0]
    says(client.get(BACK, {"code": "made-up", "state": state}), "Không hoàn tất")


def test_who_stops_at_the_provider_is_led_back(switched_on):
    client = Client()
    answer = requests.post(leave(client), data={"action": "deny"}, allow_redirects=False, timeout=5)
    state = parse_qs(urlsplit(answer.headers["Location"]).query).get("state")
    back = {"error": "access_denied", "state": state or parse_qs(urlsplit(leave(client)).query)["state"][0]}
    says(client.get(BACK, back), "đã hủy đăng nhập")


def test_joining_accounts_is_not_offered(switched_on, person, signed_in):
    client = signed_in(person)
    says_nothing = client.get(at_the_provider(leave(client, "?process=connect"), claims(switched_on)))
    assert says_nothing.status_code == 403
    assert not SocialAccount.objects.exists()


def test_a_provider_that_is_away_is_no_fault_of_ours(switched_on, settings):
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"]["server_url"] = "http://127.0.0.1:9"
    answer = Client().post(ENTER)
    says(answer, "chưa trả lời")


def test_a_provider_in_a_table_opens_nothing(settings, server, person):
    settings.ROOT_URLCONF = "tests.accounts.oidc_urls"
    SocialApp.objects.create(
        provider="openid_connect", provider_id="identity", name="Kẻ lạ", client_id="x", settings={"server_url": server}
    )
    assert "Kẻ lạ" not in Client().get(SIGN_IN).content.decode()
    assert Client().post(ENTER).status_code == 404


# --- the switch -----------------------------------------------------------------------------------------------------
ASK = """
import json
from django.conf import settings
from django.urls import reverse
path = reverse("openid_connect_callback", args=["identity"])
form_action = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"]
app = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
print(json.dumps([path, form_action, settings.OIDC_EMAIL_DOMAINS, app["name"]]))
"""
SWITCH = {
    "OIDC_SERVER_URL": "https://sso.bo.example/realms/can-bo",
    "OIDC_CLIENT_ID": "p996",
    "OIDC_CLIENT_SECRET": "hush",
    "OIDC_NAME": "Bộ Công Thương",
    "OIDC_EMAIL_DOMAINS": "Bo-Cong-Thuong.example, bct.example",
}


def started_with(**variables: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-W", "ignore", "manage.py", "shell", "--no-imports", "-c", ASK]
    return subprocess.run(command, env={**os.environ, **variables}, capture_output=True, text=True, timeout=60)


def test_the_environment_switches_it_on():
    run = started_with(**SWITCH)
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout.splitlines()[-1]) == [
        BACK,
        ["'self'", "https://sso.bo.example"],
        ["bo-cong-thuong.example", "bct.example"],
        "Bộ Công Thương",
    ]


@pytest.mark.parametrize(
    "wrong", [{"OIDC_EMAIL_DOMAINS": ""}, {"OIDC_CLIENT_SECRET": ""}, {"OIDC_SERVER_URL": "http://sso.bo.example/"}]
)
def test_half_a_switch_stops_the_start(monkeypatch, wrong):
    """The settings read it by this function: the test before starts a process with a whole switch."""
    for name, value in (SWITCH | wrong).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match="OIDC_SERVER_URL"):
        read_identity(environ.Env())
