"""Keys are changed while everything goes on: what a former one made is read, then written anew, then it may go."""

import base64
import hashlib
import hmac
import re
from io import StringIO
from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings as live
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from apps.accounts import secrets
from apps.notifications.services.choosing import make_calendar_link, owner_of_link
from apps.people.models import ApiToken
from apps.reports.hidden_sheet import Mark, read_mark, rows_of
from apps.webhooks.models import Subscription
from apps.webhooks.signing import SALT, UnreadableError, sealed, signature
from program996.management.roles import ROLE
from program996.management.secrets_at_rest import renew_all
from tests.people.test_tokens import UNITS, by, issued, program  # noqa: F401

pytestmark = pytest.mark.django_db
NEW = "another-key-of-the-portal-996996996996996996996996"


def said(command: str, *arguments: str) -> dict[str, str]:
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return dict(line.split("=", 1) for line in out.getvalue().splitlines())


@pytest.fixture
def change(settings):
    def change() -> None:
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        settings.SECRET_KEY = NEW

    return change


@pytest.fixture
def factors(keeper) -> list[Authenticator]:
    datas = {
        Authenticator.Type.TOTP: {"secret": secrets.encrypt("JBSWY3DPEHPK3PXP")},
        Authenticator.Type.RECOVERY_CODES: {"seed": secrets.encrypt("of-ten-codes"), "used_mask": 5},
    }
    return [Authenticator.objects.create(user=keeper, type=kind, data=data) for kind, data in datas.items()]


@pytest.fixture
def receiver(officer) -> Subscription:
    return Subscription.objects.create(
        label="Kho số liệu",
        address="https://kho.example.vn/",
        events=["report.accepted"],
        owner=officer,
        secret=sealed("p996wh_a"),
        secret_at="2026-12-01T00:00:00+07:00",
        created_by=officer,
    )


def test_secrets_are_written_anew_and_the_former_key_may_go(factors, receiver, change, settings):
    change()
    assert {kind: dict(counts) for kind, counts in renew_all().items()} == {
        "factors": {"renewed": 2},
        "receivers": {"renewed": 1},
    }
    settings.SECRET_KEY_FALLBACKS = []
    for factor in factors:
        factor.refresh_from_db()
    assert [secrets.decrypt(factors[0].data["secret"]), secrets.decrypt(factors[1].data["seed"])] == [
        "JBSWY3DPEHPK3PXP",
        "of-ten-codes",
    ]
    assert factors[1].data["used_mask"] == 5
    receiver.refresh_from_db()
    assert secrets.decrypt(receiver.secret, SALT) == "p996wh_a"
    assert {kind: dict(counts) for kind, counts in renew_all().items()} == {
        "factors": {"kept": 2},
        "receivers": {"kept": 1},
    }


def test_what_no_key_reads_is_told_and_left_as_it_is(factors, receiver, settings):
    settings.SECRET_KEY = NEW
    out = StringIO()
    with pytest.raises(CommandError) as refused:
        call_command("reencrypt_secrets", stdout=out)
    assert refused.value.returncode == 1
    assert "không đọc được 2" in out.getvalue()
    before = receiver.secret
    receiver.refresh_from_db()
    assert receiver.secret == before
    with pytest.raises(UnreadableError):
        signature(receiver.secret, 0, "")


def test_a_secret_from_before_encryption_is_sealed(keeper):
    Authenticator.objects.create(user=keeper, type="totp", data={"secret": "JBSWY3DPEHPK3PXP"})
    assert renew_all()["factors"] == {"renewed": 1}
    assert Authenticator.objects.get().data["secret"].startswith(secrets.SIGN)


def test_a_calendars_address_outlives_the_key(keeper, change, settings):
    token = make_calendar_link(by=keeper)
    change()
    assert owner_of_link(token) == keeper
    settings.SECRET_KEY_FALLBACKS = []  # it was written anew
    assert owner_of_link(token) == keeper


def test_a_reports_file_outlives_the_key(change, settings):
    rows = rows_of(Mark("2026", "VN-24-2025", "a", 1, {}))
    change()
    assert read_mark(rows).is_sound
    settings.SECRET_KEY_FALLBACKS = []
    assert not read_mark(rows).is_sound


def test_a_session_outlives_the_key(keeper, signed_in, change, settings):
    client: Client = signed_in(keeper)
    change()
    assert client.get("/units/").status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    settings.SECRET_KEY = NEW + "b"
    assert client.get("/units/").status_code == 302


def test_tokens_get_a_pepper_of_their_own(program, settings):  # noqa: F811
    token = issued(program)
    settings.TOKEN_PEPPER = "a-pepper-996"
    assert by(token.key).get(UNITS).status_code == 200  # what SECRET_KEY made still counts
    settings.SECRET_KEY = NEW  # and from here on is no matter
    assert by(token.key).get(UNITS).status_code == 200


def test_of_several_peppers_the_newest_writes(program, settings):  # noqa: F811
    settings.TOKEN_PEPPER = "first"
    token = issued(program)
    first = ApiToken.objects.get().digest
    settings.TOKEN_PEPPER, settings.TOKEN_PEPPER_FALLBACKS = "third", ["second", "first"]
    assert by(token.key).get(UNITS).status_code == 200
    assert ApiToken.objects.get().digest != first
    settings.TOKEN_PEPPER_FALLBACKS = ["second"]
    assert by(token.key).get(UNITS).status_code == 200
    ApiToken.objects.update(digest=first)
    assert by(token.key).get(UNITS).status_code == 401


def test_new_keys_are_printed_with_the_former_ones(settings):
    settings.SECRET_KEY_FALLBACKS = ["older"]
    told = said("rotate_key", "secret")
    assert told["SECRET_KEY_FALLBACKS"].split(",") == [settings.SECRET_KEY, "older"]
    assert len(told["SECRET_KEY"]) >= 50
    assert said("rotate_key", "secret")["SECRET_KEY"] != told["SECRET_KEY"]
    assert said("rotate_key", "pepper")["TOKEN_PEPPER_FALLBACKS"] == ""
    settings.TOKEN_PEPPER = "of-today"
    assert said("rotate_key", "pepper")["TOKEN_PEPPER_FALLBACKS"] == "of-today"


def opens(password: str, kept: str) -> bool:
    """What PostgreSQL asks of a password when somebody signs in (RFC 5803)."""
    rounds, salt, stored = re.fullmatch(r"SCRAM-SHA-256\$(\d+):([^$]+)\$([^:]+):.+", kept).groups()
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), base64.b64decode(salt), int(rounds))
    client = hmac.new(salted, b"Client Key", "sha256").digest()
    return base64.b64encode(hashlib.sha256(client).digest()).decode() == stored


def kept_password() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolpassword FROM pg_authid WHERE rolname = %s", [ROLE])
        return cursor.fetchone()[0]


def test_the_database_password_is_new_and_told_once(monkeypatch):
    monkeypatch.setenv("APP_DATABASE_URL", f"postgresql://{ROLE}:old@db:5432/portal?sslmode=verify-full")
    told = said("rotate_database_password")
    address = urlsplit(told["DATABASE_URL"])
    assert (address.username, address.hostname, address.query) == (ROLE, "db", "sslmode=verify-full")
    assert told["APP_DB_PASSWORD"] == address.password
    assert opens(address.password, kept_password())
    assert not opens("old", kept_password())


@pytest.mark.parametrize("address", ["", f"postgresql://{ROLE}@/portal?host=/run/pg", "postgresql://other:a@db/portal"])
def test_where_the_role_has_no_password_nothing_is_changed(address, monkeypatch):
    monkeypatch.setenv("APP_DATABASE_URL", address)
    with pytest.raises(CommandError) as refused:
        call_command("rotate_database_password")
    assert refused.value.returncode == 1


def test_every_key_of_the_settings_is_in_the_manuals_inventory():
    from program996.management.processes import BASE_DIR

    text = (BASE_DIR / "program996/settings.py").read_text() + (BASE_DIR / ".env.example").read_text()
    keys = set(re.findall(r"\b(SECRET_KEY|TOKEN_PEPPER|[A-Z_]+_PASSWORD|OIDC_CLIENT_SECRET)\b", text)) & set(
        re.findall(r"^#? ?([A-Z_]+)=$", (BASE_DIR / ".env.example").read_text(), re.M)
    )
    assert {"SECRET_KEY", "TOKEN_PEPPER", "APP_DB_PASSWORD"} <= keys
    for language in ("vi", "en"):
        manual = (BASE_DIR / f"docs/help/{language}/van-hanh-may-chu.md").read_text()
        assert [key for key in sorted(keys) if f"`{key}`" not in manual] == [], language
    assert live.SECRET_KEY
