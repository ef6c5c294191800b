"""Whatever a client writes into a number, a day, a moment or a body is taken or refused in words; nothing breaks."""

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse

from apps.accounts.lockout import LOCKS
from apps.core.days import parse_moment
from apps.core.outages import is_nested_too_deeply
from apps.enterprises.models import Enterprise
from program996.management.processes import BASE_DIR
from tests.enterprises.test_changes import facts

VALUES, LIST = "/api/v1/indicators/MT5/values/", "/registers/enterprises/"
DEEP = "[" * 100_000


# --- moments ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2025-06-30", datetime(2025, 6, 30, 16, 59, 59, 999999, UTC)),  # the day is over at 24:00 in Viet Nam
        ("2024-02-29", datetime(2024, 2, 29, 16, 59, 59, 999999, UTC)),
        (" 2025-06-30T09:00 ", datetime(2025, 6, 30, 2, 0, tzinfo=UTC)),
        ("2025-06-30T09:00:00+00:00", datetime(2025, 6, 30, 9, 0, tzinfo=UTC)),
        ("2025-06-30T09:00:00Z", datetime(2025, 6, 30, 9, 0, tzinfo=UTC)),
    ],
)
def test_moment_is_read(text, moment):
    assert parse_moment(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        *("", "hôm qua", "0001-01-01", "9999-12-31", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00"),
        *("2025-02-30", "2025-06-30T25:00", "2025-06-30T09:00:00+99:99", "²025-06-30", "30/06/2025"),
        *("2025-06-30\n2", "2025", "\0"),
    ],
)
def test_moment_that_is_none_is_refused(text):
    with pytest.raises(ValidationError) as refusal:
        parse_moment(text)
    assert refusal.value.code == "invalid"


@pytest.mark.django_db
@pytest.mark.parametrize("known_on", ["0001-01-01", "9999-12-31", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z"])
def test_known_on_beyond_the_calendar_is_refused(signed_in, officer, known_on):
    answer = signed_in(officer).get(VALUES, {"known_on": known_on})
    assert answer.status_code == 400
    assert answer.json()["errors"]["known_on"][0]["code"] == "invalid"


# --- numbers ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("asked", ["²", "٢٥", "-25", "25.0", "1" * 5000, "", "\0"])
def test_rows_per_page_are_those_on_offer(signed_in, keeper, asked):
    answer = signed_in(keeper).get(LIST, {"per_page": asked, "page": asked})
    assert answer.status_code == 200
    assert answer.context["table"].paginator.per_page == 50


def test_no_digit_is_asked_for_that_int_does_not_read():
    """«²» is a digit to str.isdigit() and to no number."""
    found = [
        f"{path.relative_to(BASE_DIR)}:{node.lineno}"
        for folder in ("apps", "program996")
        for path in (BASE_DIR / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in {"isdigit", "isnumeric"}
    ]
    assert found == []


# --- what the description of the API takes ----------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api/schema/", "/api/docs/", "/api/docs/tasks/"])
@pytest.mark.parametrize("name", ["version", "lang", "format"])
@pytest.mark.parametrize("value", ["1\n2", "1\r\nSet-Cookie: a=b", "\0", "../../vi", "x" * 5000])
def test_description_of_the_api_takes_no_word_of_the_query(client, path, name, value):
    answer = client.get(path, {name: value})
    assert answer.status_code in ({200, 404} if name == "format" else {200})
    assert "Set-Cookie" not in answer.headers


# --- bodies -----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("path", [VALUES, "/api/v1/units/", "/api/v1/indicators/"])
def test_json_nested_beyond_measure_is_the_senders_fault(signed_in, officer, path):
    client = signed_in(officer)
    client.handler.enforce_csrf_checks = True  # the check reads the body, where a token is there to compare
    client.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32
    client.raise_request_exception = False
    answer = client.post(path, DEEP, content_type="application/json")
    assert answer.status_code == 400
    assert answer.json()["code"] == "parse_error"
    assert answer.json()["incident"] == answer["X-Request-ID"]


@pytest.mark.django_db
def test_json_within_a_form_too(signed_in, officer):
    Authenticator.objects.create(user=officer, type="webauthn", data={"name": "Khóa", "credential": {}})
    client = signed_in(officer)
    client.raise_request_exception = False
    answer = client.post(reverse("mfa_reauthenticate_webauthn"), {"credential": DEEP})
    assert answer.status_code == 400
    assert answer["X-Request-ID"] in answer.content.decode()


def test_only_a_reader_of_texts_is_excused():
    def endless() -> None:
        endless()

    with pytest.raises(RecursionError) as ours:
        endless()
    assert not is_nested_too_deeply(ours.value)
    assert not is_nested_too_deeply(None)


# --- locks ------------------------------------------------------------------------------------------------------------


@contextmanager
def held_elsewhere(sql: str, *values: object) -> Iterator[None]:
    """Somebody else's open transaction has it, and we do not wait for long."""
    line = connection.copy()
    line.set_autocommit(False)
    try:
        with line.cursor() as cursor:
            cursor.execute(sql, values)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '50ms'")
        yield
    finally:
        line.close()
        connection.close()


BUSY_PAGE = "Hệ thống đang bận"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_edit_of_a_locked_row_asks_to_try_again(signed_in, keeper, headers):
    client = signed_in(keeper)
    client.raise_request_exception = False
    assert client.post(f"{LIST}new/", facts()).status_code == 302
    row = Enterprise.objects.latest("pk")
    with held_elsewhere("SELECT 1 FROM enterprises_enterprise WHERE id = %s FOR UPDATE", row.pk):
        changed = {**facts(), "name": "Công ty đổi tên", "seen": row.updated_at.isoformat()}
        answer = client.post(f"{LIST}{row.pk}/edit/", changed, headers=headers)
    assert answer.status_code == 503
    assert (answer["Retry-After"], answer["Cache-Control"]) == ("5", "no-store")
    assert BUSY_PAGE in answer.content.decode()
    assert answer["X-Request-ID"] in answer.content.decode()
    row.refresh_from_db()
    assert row.name == facts()["name"]


@pytest.mark.django_db(transaction=True)
def test_sign_in_beside_another_of_the_same_account_asks_to_try_again(client, keeper):
    client.raise_request_exception = False
    with held_elsewhere("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", LOCKS, keeper.email):
        answer = client.post("/accounts/login/", {"login": keeper.email, "password": "mat-khau-rat-dai-996"})
    assert answer.status_code == 503
    assert BUSY_PAGE in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_api_that_meets_a_locked_table_says_so_for_programs(signed_in, officer):
    client = signed_in(officer)
    client.raise_request_exception = False
    with held_elsewhere("LOCK TABLE targets_indicator"):
        answer = client.get("/api/v1/indicators/")
    assert answer.status_code == 503
    assert answer.json()["code"] == "busy"
    assert answer["Retry-After"] == "5"


@pytest.mark.django_db(transaction=True)
def test_statement_that_takes_too_long_asks_to_try_again(signed_in, keeper, monkeypatch):
    client = signed_in(keeper)
    client.raise_request_exception = False

    def slow(*_args: object, **_kwargs: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = '20ms'")
            cursor.execute("SELECT pg_sleep(60)")

    monkeypatch.setattr("apps.enterprises.models.EnterpriseQuerySet.visible_to", slow)
    answer = client.get(LIST)
    connection.close()
    assert answer.status_code == 503
    assert BUSY_PAGE in answer.content.decode()
