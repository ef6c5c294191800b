"""What every answer carries in its head, for pages, downloads, the API, static files and failures alike."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from program996.management.processes import BASE_DIR
from tests.factories.enterprises import EnterpriseFactory

pytestmark = pytest.mark.django_db
LIST = "/registers/enterprises/"
# What is asked for, and what it is answered with.
ANSWERS = {
    "page": (LIST, 200),
    "fragment": (f"{LIST}?page=1", 200),
    "download": (f"{LIST}?export=csv", 200),
    "workbook": (f"{LIST}?export=xlsx", 200),
    "api": ("/api/v1/indicators/", 200),
    "api_docs": ("/api/docs/", 200),
    "static": ("/static/probe.svg", 200),
    "redirect": ("/", 302),
    "health": ("/healthz", 200),
    "no_right": ("/jobs/", 403),
    "not_found": ("/khong-co/", 404),
    "api_not_found": ("/api/v1/khong-co/", 404),
    "api_refused": ("/api/v1/units/?khong_co=1", 400),
}
PRIVATE = sorted(set(ANSWERS) - {"static", "health"})


@pytest.fixture
def ask(signed_in, keeper) -> Callable[[str], HttpResponse]:
    """Whatever is asked for by the register keeper of Bắc Ninh, whose register has a row."""
    EnterpriseFactory(name="Công ty BIMAT996")
    Path(settings.STATIC_ROOT, "probe.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    client = signed_in(keeper)

    def answer(kind: str) -> HttpResponse:
        path, status = ANSWERS[kind]
        response = client.get(path, headers={"HX-Request": "true"} if kind == "fragment" else {})
        assert response.status_code == status
        return response

    return answer


def policy(response: HttpResponse) -> dict[str, str]:
    parts = [part.strip().partition(" ") for part in response["Content-Security-Policy"].split(";")]
    return {name: value for name, _space, value in parts}


@pytest.mark.parametrize("kind", ANSWERS)
def test_every_answer_is_guarded(ask, kind):
    response = ask(kind)
    told = policy(response)
    assert told["default-src"] == "'none'"
    if "sandbox" not in told:
        assert told["frame-ancestors"] == told["base-uri"] == "'none'"
        assert told["script-src"] == "'self'"
    assert "unsafe-inline" not in told.get("script-src", "") + told.get("style-src", "")
    assert "unsafe-eval" not in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert kind == "static" or response["X-Frame-Options"] == "DENY"
    allowed = dict(part.split("=") for part in response["Permissions-Policy"].split(", "))
    for feature in ("camera", "microphone", "geolocation", "usb", "payment", "display-capture"):
        assert allowed[feature] == "()"
    assert {name for name, who in allowed.items() if who != "()"} == {
        "publickey-credentials-create",
        "publickey-credentials-get",
    }
    assert {"Server", "X-Powered-By"} & set(response.headers) == set()
    assert response["X-Request-ID"] or kind == "static"


@pytest.mark.parametrize("kind", PRIVATE)
def test_private_answers_are_kept_nowhere(ask, kind):
    response = ask(kind)
    assert kind != "page" or "BIMAT996" in response.content.decode()
    assert {part.strip() for part in response["Cache-Control"].split(",")} >= {"private", "no-store"}


@pytest.mark.parametrize("kind", ["download", "workbook"])
def test_download_is_saved_never_shown(ask, kind):
    response = ask(kind)
    assert response["Content-Disposition"].startswith("attachment")
    assert policy(response) == {"sandbox": "", "default-src": "'none'"}


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH", "PROPFIND"])
@pytest.mark.parametrize("path", [LIST, "/jobs/", "/dashboard/", "/targets/mt5/", "/healthz", "/api/v1/indicators/"])
def test_other_methods_are_refused(signed_in, officer, method, path):
    response = signed_in(officer).generic(method, path)
    assert response.status_code == 405, response.content[:200]


def test_trace_does_not_give_cookies_back(signed_in, officer):
    client = signed_in(officer)
    response = client.generic("TRACE", "/dashboard/")
    assert client.cookies["sid"].value not in str(response.content)


def test_cookies_of_a_sign_in(keeper):
    client = Client(enforce_csrf_checks=True)
    client.get("/accounts/login/")
    token = client.cookies["csrf"].value
    sent = {"login": keeper.email, "password": "mat-khau-rat-dai-996", "csrfmiddlewaretoken": token}
    response = client.post("/accounts/login/", sent)
    assert response.status_code == 302
    for name in ("sid", "csrf"):
        cookie = response.cookies[name]
        assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (True, "Lax", "/", "")
    assert response.cookies["sid"]["max-age"] in ("", settings.SESSION_COOKIE_AGE)


# --- behind an https address, in a process of its own: the settings are read once -------------------------------------

SCRIPT = """
import json, django
from program996 import settings as module
module.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"  # not collected
django.setup()
from django.conf import settings
from django.test import Client
secure = Client(headers={"host": "996.example.vn"}).get("/accounts/login/", secure=True)
plain = Client(headers={"host": "996.example.vn"})
print(json.dumps({
    "headers": dict(secure.headers),
    "cookies": secure.cookies.output(header=""),
    "plain": [plain.get("/dashboard/").status_code, plain.get("/dashboard/").headers["Location"]],
    "called": [plain.get("/api/v1/units/").status_code, plain.get("/api/v1/units/").content.decode()],
    "health": plain.get("/healthz").status_code,
    "stranger": Client(headers={"host": "other.example"}).get("/accounts/login/", secure=True).status_code,
    "session": [getattr(settings, f"SESSION_COOKIE_{of}") for of in ("NAME", "SECURE", "HTTPONLY", "PATH", "DOMAIN")],
}))
"""


@pytest.fixture(scope="module")
def https(django_db_setup) -> dict[str, Any]:
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    env = {"SITE_URL": "https://996.example.vn", "DATABASE_URL": database.geturl()}
    command = [sys.executable, "-W", "ignore", "-c", SCRIPT]
    done = subprocess.run(command, cwd=BASE_DIR, env={**os.environ, **env}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.xdist_group("https")
def test_https_is_remembered(https):
    assert https["headers"]["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert https["plain"] == [301, "https://996.example.vn/dashboard/"]
    assert https["health"] == 200  # asked from inside
    assert https["stranger"] == 400


@pytest.mark.xdist_group("https")
def test_a_call_without_tls_is_refused_not_led_on(https):
    status, told = https["called"]
    assert (status, json.loads(told)["code"]) == (403, "https_required")


@pytest.mark.xdist_group("https")
def test_cookies_are_bound_to_the_host_under_https(https):
    assert https["session"] == ["__Host-sid", True, True, "/", None]
    cookie = SimpleCookie(https["cookies"])["__Host-csrf"]
    assert (cookie["secure"], cookie["httponly"], cookie["path"], cookie["domain"]) == (True, True, "/", "")
    assert cookie["samesite"] == "Lax"


def test_plain_http_promises_no_https(client):
    assert "Strict-Transport-Security" not in client.get("/healthz").headers
