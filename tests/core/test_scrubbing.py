"""What opens a door by itself stands in no log."""

import json
import logging

import pytest
from django.test import Client
from django.urls import reverse

from apps.core.scrubbing import scrub
from program996.logs import JSON_LINES

pytestmark = pytest.mark.django_db
KEY = "WzEsImFiYyJd:1vPq2x:s3cr3t_Of-the_link"
DOORS = {
    "invitation": lambda: reverse("people:invitation_accept", args=[KEY]),
    "new password": lambda: reverse("account_reset_password_from_key", kwargs={"uidb36": "3k", "key": KEY}),
    "new address": lambda: reverse("account_confirm_email", args=[KEY]),
}


@pytest.fixture
def lines():
    """What the portal's handler would print, from every logger."""

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            printed.append(self.format(record))

    printed: list[str] = []
    handler = Kept(level=0)
    settings = dict(JSON_LINES)
    handler.setFormatter(settings.pop("()")(**settings))
    root = logging.getLogger()
    root.addHandler(handler)
    yield printed
    root.removeHandler(handler)


@pytest.mark.parametrize("door", DOORS)
def test_a_form_without_its_token_leaves_no_key(door, lines):
    Client(enforce_csrf_checks=True).post(DOORS[door](), {})
    assert any("Forbidden" in line for line in lines)
    assert not [line for line in lines if "s3cr3t" in line]


@pytest.mark.parametrize("door", DOORS)
def test_a_referer_that_is_refused_leaves_no_key(door, lines):
    headers = {"Referer": f"https://elsewhere.example{DOORS[door]()}"}
    Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "a"}, headers=headers, secure=True)
    assert any("elsewhere.example" in line for line in lines)
    assert not [line for line in lines if "s3cr3t" in line]


def test_a_fault_leaves_no_key_nor_does_its_traceback(lines, monkeypatch):
    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError(f"behind {DOORS['invitation']()}")

    monkeypatch.setattr("apps.people.services.invitations.find_invitation", fail)
    client = Client(raise_request_exception=False)
    assert client.get(DOORS["invitation"]()).status_code == 500
    [fault] = [json.loads(line) for line in lines if "Internal Server Error" in line]
    assert "RuntimeError" in fault["exception"]
    assert "…" in fault["event"]
    assert not [line for line in lines if "s3cr3t" in line]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/accounts/invitation/abc:1:x/", "/accounts/invitation/…/"),
        ("next=%2Faccounts%2Finvitation%2Fabc%3A1%2F&page=2", "next=%2Faccounts%2Finvitation%2F…%2F&page=2"),
        ("/accounts/password/reset/3k-abc-def/", "/accounts/password/reset/3k-…/"),
        ("a https://996.example/account/email/abc?x=1 b", "a https://996.example/account/email/…?x=1 b"),
        ("/account/email/", "/account/email/"),
        ("/units/bac-ninh/ 12/11/2026", "/units/bac-ninh/ 12/11/2026"),
        ("không có gì", "không có gì"),
    ],
)
def test_scrubbed(text, shown):
    assert scrub(text) == shown
