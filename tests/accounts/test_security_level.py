"""One switch for a site of security level 3: shorter sessions, shorter ones for administrators, a factor for all."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings as own
from django.test import Client

from apps.people.rights import needs_second_factor
from program996.management.processes import BASE_DIR
from program996.security_level import LEVELS
from tests.accounts.clients import let_pass, prove
from tests.conftest import BAC_NINH
from tests.people.people import person

CLOCK, PAGE, SET_UP = "/account/session/", "/units/", "/account/factors/app/"
NAMES = ("SESSION_COOKIE_AGE", "SESSION_ADMINISTRATORS_AGE", "SECOND_FACTOR_FOR_ALL")
READ = f"""
import json
from program996 import settings
print(json.dumps([getattr(settings, name) for name in {NAMES}]))
"""


def start(**env: str) -> subprocess.CompletedProcess[str]:
    given = {key: value for key, value in os.environ.items() if key != "SESSION_COOKIE_AGE"} | env
    return subprocess.run([sys.executable, "-c", READ], cwd=BASE_DIR, env=given, capture_output=True, text=True)


@pytest.mark.parametrize(
    "env, told",
    [
        ({}, [1800, 1800, False]),
        ({"SECURITY_LEVEL": "3"}, [900, 300, True]),
        ({"SECURITY_LEVEL": "3", "SESSION_COOKIE_AGE": "7200"}, [900, 300, True]),
        ({"SECURITY_LEVEL": "3", "SESSION_COOKIE_AGE": "120"}, [120, 120, True]),
        ({"SESSION_COOKIE_AGE": "7200"}, [7200, 7200, False]),
    ],
    ids=["own", "3", "3 is not lengthened", "3 may be shorter", "own may be longer"],
)
def test_one_variable_switches_it(env, told):
    done = start(**env)
    assert json.loads(done.stdout) == told, done.stderr


def test_another_level_stops_the_start():
    done = start(SECURITY_LEVEL="5")
    assert done.returncode != 0
    assert "SECURITY_LEVEL is 2 or 3" in done.stderr


def test_what_both_levels_hold():
    assert own.AXES_FAILURE_LIMIT <= 5
    assert own.DORMANT_DAYS <= 45


@pytest.fixture
def third(settings):
    level = LEVELS[3]
    told = (level.idle, level.idle_of_administrators, level.factor_for_all)
    for name, value in zip(NAMES, told, strict=True):
        setattr(settings, name, value)


def is_out(client: Client) -> bool:
    answer = client.get(PAGE)
    return answer.status_code == 302 and answer.headers["Location"].startswith("/accounts/login/")


@pytest.mark.django_db
@pytest.mark.parametrize("role, most", [("register_keeper", 900), ("unit_administrator", 300)])
def test_a_session_left_alone_ends_sooner(third, signed_in, role, most):
    client = signed_in(person("Người Giữ Sổ", role, BAC_NINH))
    assert not is_out(client)
    let_pass(client, since_use=most - 10, since_sign_in=most - 10)
    assert not is_out(client)
    assert client.get(CLOCK).json()["idle"] <= most
    let_pass(client, since_use=most + 10, since_sign_in=most + 10)
    assert is_out(client)


@pytest.mark.django_db
def test_everybody_sets_a_factor_up_first(third, keeper):
    client = Client()
    client.force_login(keeper, backend="apps.accounts.backends.SignInBackend")
    prove(client, keeper)
    assert needs_second_factor(keeper)
    assert client.get(PAGE).headers["Location"] == SET_UP
    refused = client.get("/api/v1/units/")
    assert (refused.status_code, refused.json()["code"]) == (403, "second_factor_required")


@pytest.mark.django_db
def test_without_it_a_keeper_needs_none(keeper):
    assert not needs_second_factor(keeper)
