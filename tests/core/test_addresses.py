"""By which names the portal answers, and what of its own it shows to nobody."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.test import Client, RequestFactory

from apps.core.staticfiles import ManifestStorage, StaticFilesMiddleware
from program996.management.processes import BASE_DIR

READ = """
import json
from program996 import settings
print(json.dumps([settings.ALLOWED_HOSTS, settings.CSRF_TRUSTED_ORIGINS, settings.EMAIL_BACKEND]))
"""


def read_settings(**env: str) -> subprocess.CompletedProcess[str]:
    given = {key: value for key, value in (os.environ | env).items() if value}
    return subprocess.run([sys.executable, "-c", READ], cwd=BASE_DIR, env=given, capture_output=True, text=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_portal_of_one_machine_is_called_by_any_of_its_names(host):
    hosts, origins, _mail = json.loads(read_settings(SITE_URL=f"http://{host}:8000").stdout)
    assert hosts == ["127.0.0.1", "localhost", "[::1]"]
    assert origins == [f"http://{host}:8000"]


def test_portal_on_the_network_answers_to_its_own_name_only():
    hosts, _origins, _mail = json.loads(read_settings(SITE_URL="https://996.example.invalid").stdout)
    assert hosts == ["996.example.invalid"]


def test_clock_of_trials_is_for_one_machine():
    assert read_settings(SITE_URL="http://127.0.0.1:8000", CLOCK_DAYS_AHEAD="30").returncode == 0
    refused = read_settings(SITE_URL="https://996.example.invalid", CLOCK_DAYS_AHEAD="30")
    assert refused.returncode != 0
    assert "CLOCK_DAYS_AHEAD" in refused.stderr


def test_mail_does_not_fall_back_to_a_log():
    without = read_settings(EMAIL_URL="")
    assert without.returncode != 0
    assert "EMAIL_URL" in without.stderr


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["localhost:8000", "[::1]:8000"])
def test_forms_are_taken_under_each_name(settings, keeper, host):
    settings.ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
    client = Client(enforce_csrf_checks=True, headers={"host": host, "origin": f"http://{host}"})
    client.get("/accounts/login/")
    token = client.cookies[settings.CSRF_COOKIE_NAME].value
    sent = {"login": keeper.email, "password": "mat-khau-rat-dai-996", "csrfmiddlewaretoken": token}
    answer = client.post("/accounts/login/", sent)
    assert (answer.status_code, answer.url) == (302, "/")
    assert client.post("/accounts/logout/", sent, headers={"origin": "http://elsewhere"}).status_code == 403


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("host", ["10.0.0.7:8000", "web", "khong-phai.example", "a_b", "", "x" * 300])
def test_balancers_ask_by_whatever_name_they_know(client, host):
    assert client.get("/healthz", headers={"host": host}).status_code == 200
    assert client.get("/readyz", headers={"host": host}).status_code in (200, 503)
    assert client.get("/accounts/login/", headers={"host": "khong-phai.example"}).status_code == 400


def test_list_of_static_files_is_for_us_alone(settings, tmp_path):
    settings.STATIC_ROOT = str(tmp_path)
    for name in ("page.css", ManifestStorage.manifest_name, f"{ManifestStorage.manifest_name}.gz"):
        Path(tmp_path, name).write_text("{}")
    assert ManifestStorage.manifest_name == "staticfiles.json"
    assert issubclass(ManifestStorage, StaticFilesStorage)
    served = StaticFilesMiddleware(lambda request: None)
    assert served(RequestFactory().get("/static/page.css")).status_code == 200
    for name in ("staticfiles.json", "staticfiles.json.gz"):
        assert served(RequestFactory().get(f"/static/{name}")) is None
