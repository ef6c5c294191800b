"""Tokens of the API: what opens it, what does not, and what is left in the base, the log and the audit."""

import base64
import hashlib
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.organisations.models import OrganisationUnit
from apps.people.models import ApiToken, Membership
from apps.people.services.people import deactivate_person, reopen_person
from apps.people.services.token_use import note_use
from apps.people.services.tokens import Wanted, issue_token, revoke_token
from tests.conftest import BAC_NINH, LAM_DONG, TDC
from tests.factories.tasks import PlanTaskFactory
from tests.people.people import add_role, person, today

UNITS, TASKS = "/api/v1/units/", "/api/v1/tasks/"
WINDOW = 1_000_000_000  # seconds: one that does not end while a test runs
READS = ["units:read", "tasks:read", "registers:read", "reports:read"]


def issued(owner: User, scopes=READS, **given):
    unit = given.pop("unit", None)
    wanted = Wanted(
        given.pop("label", "Nền tảng dữ liệu"), scopes, given.pop("expires_on", today(90)),
        OrganisationUnit.objects.get(pk=unit) if unit else None, given.pop("networks", ()),
    )  # fmt: skip
    return issue_token(owner, wanted, by=None, **given)


def by(key: str, **more) -> Client:
    return Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {key}"}, **more)


def code_of(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


@pytest.fixture
def program(reference) -> User:
    return person("Kết nối Bắc Ninh", "service_account", BAC_NINH)


@pytest.fixture
def editor(reference) -> User:
    return person("Trần Văn Lợi", "unit_editor", BAC_NINH)


# ── what opens ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_token_calls_the_api_and_nothing_else(program):
    client = by(issued(program).key)
    answer = client.get(UNITS)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert "Authorization" in answer["Vary"]
    assert not answer.cookies
    assert client.get("/units/").status_code == 302  # pages know no tokens
    assert client.get("/account/").status_code == 302


def test_the_token_counts_where_a_session_comes_along(editor, program, signed_in):
    """With the cookies of an editor the token of the program is the program's; without its header the editor's."""
    client = signed_in(editor)
    before = dict(client.session)
    bearer = {"Authorization": f"Bearer {issued(program, ['units:read']).key}"}
    assert code_of(client.get(TASKS, headers=bearer)) == (403, "wrong_scope")
    assert code_of(client.get(TASKS, headers={"Authorization": "Bearer p996_nonsense"})) == (401, "unknown_token")
    assert dict(client.session) == before  # not even its clock
    assert client.get(TASKS).status_code == 200


def test_a_scope_of_reading_writes_nothing_and_each_resource_is_asked_for(editor):
    client = by(issued(editor, ["tasks:read", "registers/labs:write"]).key)
    assert client.get(TASKS).status_code == 200
    for method in (client.post, client.put, client.patch, client.delete):
        answer = method(TASKS, {}, "application/json")
        assert (*code_of(answer), answer.json()["needed"]) == (403, "wrong_scope", "tasks:write"), method
        assert 'scope="tasks:write"' in answer["WWW-Authenticate"]
    assert client.get("/api/v1/registers/labs/").status_code == 200  # who writes has read
    answer = client.get("/api/v1/registers/bodies/")
    assert (answer.status_code, answer.json()["needed"]) == (403, "registers/bodies:read")
    assert by(issued(editor, ["registers:read"]).key).get("/api/v1/registers/bodies/").status_code == 200
    refused = AuditEvent.objects.filter(action="access.refused", actor_id=editor.pk)
    assert refused.count() == 4
    assert {row.data["token"].partition(" [")[0] for row in refused} == {"Nền tảng dữ liệu"}


def test_what_a_token_writes_is_its_owners_and_names_the_token(editor):
    token = issued(editor, ["tasks:write"], label="Phần mềm điều hành")
    answer = by(token.key).post(TASKS, {"title": "x"}, "application/json")
    assert code_of(answer) == (400, "invalid")  # the rights and the forms are those of the owner
    draft = {
        "framework_item": "B.6", "title": "Đánh giá nhu cầu đo lường", "kind": "recurrent", "term": "yearly",
        "lead_unit": BAC_NINH, "coordinating_units": [], "due_on": str(today(30)), "product": "Báo cáo",
    }  # fmt: skip
    answer = by(token.key).post(TASKS, draft, "application/json")
    assert answer.status_code == 201, answer.json()
    row = AuditEvent.objects.filter(action="task.created").get()
    assert (row.actor_id, row.data["token"]) == (editor.pk, f"Phần mềm điều hành [{token.token.pk}]")


# ── never more than the owner ───────────────────────────────────────────────────────────────────────────────────────


def test_held_to_one_unit_it_opens_what_the_roles_there_open(reference):
    both = person("Hai nơi", "reader", BAC_NINH)
    add_role(both, "programme_officer", TDC)
    Authenticator.objects.create(user=both, type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DPEHPK3PXP"})
    own, others = (PlanTaskFactory(lead_unit_id=unit).code for unit in (BAC_NINH, LAM_DONG))

    def seen(unit: str | None) -> set[str]:
        return {row["code"] for row in by(issued(both, unit=unit).key).get(TASKS).json()["results"]}

    assert (seen(None), seen(BAC_NINH)) == ({own, others}, {own})
    narrow = by(issued(both, ["tasks:read"], unit=BAC_NINH).key)
    assert narrow.get(f"{TASKS}{others}/").status_code == 404
    both.memberships.filter(unit=BAC_NINH).update(valid_to=today(-1))
    assert code_of(narrow.get(TASKS)) == (401, "owner_without_role")  # what the owner may elsewhere is not the token's


@pytest.mark.parametrize("end", ["role", "account", "token", "day"])
def test_whatever_ends_the_next_call_is_refused(program, central, end):
    token = issued(program, unit=BAC_NINH)
    client = by(token.key)
    assert client.get(UNITS).status_code == 200
    if end == "role":
        Membership.objects.filter(user=program).update(valid_to=today(-1))
    elif end == "account":
        deactivate_person(program, "Thôi kết nối", by=central)
    elif end == "token":
        revoke_token(token.token, "Lộ mã", by=central)
    else:
        ApiToken.objects.update(expires_on=today(-1))
    answer = client.get(UNITS)
    wanted = {"role": "owner_without_role", "day": "expired_token"}.get(end, "revoked_token")
    assert code_of(answer) == (401, wanted)
    assert answer["WWW-Authenticate"].startswith("Bearer ")
    assert "no-store" in answer["Cache-Control"]
    client.get(UNITS)
    row = AuditEvent.objects.filter(action="token.refused").get()  # once a day, not with every call
    assert (row.target_id, row.data["error"], row.actor_id) == (str(token.token.pk), wanted, None)


def test_a_closed_account_has_no_token_left_when_it_is_opened_again(program, central):
    key = issued(program).key
    deactivate_person(program, "Nghỉ", by=central)
    reopen_person(program, "Lại", by=central)
    assert code_of(by(key).get(UNITS)) == (401, "revoked_token")
    User.objects.filter(pk=program.pk).update(is_active=False, closed_at=timezone.now(), closed_reason="x")
    ApiToken.objects.update(revoked_at=None, revoked_by=None, revoked_reason="")
    assert code_of(by(key).get(UNITS)) == (401, "owner_closed")


@pytest.mark.parametrize(
    ("networks", "address", "opens"),
    [
        (["203.0.113.0/24"], "203.0.113.9", True),
        (["203.0.113.0/24"], "203.0.114.9", False),
        (["203.0.113.7"], "::ffff:203.0.113.7", True),
        (["2001:db8::/32", "10.0.0.0/8"], "2001:db8::1", True),
        (["10.0.0.0/8"], "2001:db8::1", False),
        ([f"10.0.{n}.0/24" for n in range(20)], "10.0.19.1", True),  # as many as there may be
    ],
)
def test_from_its_networks_only(program, networks, address, opens):
    client = by(issued(program, networks=networks).key, REMOTE_ADDR=address)
    answer = client.get(UNITS, headers={"X-Forwarded-For": "203.0.113.9, 10.0.0.1"})  # what the client writes itself
    assert answer.status_code == (200 if opens else 401)
    if not opens:
        assert code_of(answer) == (401, "foreign_network")


@pytest.mark.parametrize(
    "shown", ["", "p996_", "p996_" + "A" * 43, "p996_" + "A" * 5000, "abc", "p996_á" + "A" * 42, "a b"]
)
def test_what_nobody_has_opens_nothing(program, shown):
    issued(program)
    answer = Client(headers={"Authorization": f"Bearer {shown}"}).get(UNITS)
    assert code_of(answer) == (401, "unknown_token")


def test_without_anything_the_answer_says_what_to_show(reference):
    answer = Client().get(UNITS)
    assert code_of(answer) == (401, "not_authenticated")
    assert answer["WWW-Authenticate"] == 'Bearer realm="program996"'
    assert "Access-Control-Allow-Origin" not in Client().get(UNITS, headers={"Origin": "https://evil.example"})


# ── limits ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def few(settings, own_counts):
    settings.LIMITS = settings.LIMITS | {"token": (3, WINDOW), "wrong_token": (3, WINDOW)}


def test_a_rotating_forwarded_address_raises_no_limit(program, few, settings):
    for proxies, told in ((0, ""), (1, ", 198.51.100.7")):
        settings.PROXY_COUNT = proxies
        client = by(issued(program).key, REMOTE_ADDR="192.0.2.1")
        wrong = by("p996_" + "B" * 43, REMOTE_ADDR=f"192.0.2.{proxies}")
        for caller, fine in ((client, 200), (wrong, 401)):
            got = [caller.get(UNITS, headers={"X-Forwarded-For": f"10.9.8.{n}{told}"}).status_code for n in range(5)]
            assert got == [fine] * 3 + [429] * 2


def test_guesses_from_an_office_leave_its_programs_alone(program, few):
    good, wrong = by(issued(program).key), by("p996_" + "C" * 43)
    assert [wrong.get(UNITS).status_code for _ in range(4)] == [401, 401, 401, 429]
    assert good.get(UNITS).status_code == 200


def test_a_token_that_is_refused_is_counted_too(program, few):
    token = issued(program)
    ApiToken.objects.update(expires_on=today(-1))
    assert [by(token.key).get(UNITS).status_code for _ in range(4)] == [401, 401, 401, 429]


# ── what is left ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_dump_of_the_base_holds_no_token(program, central, caplog):
    """Neither the token, nor a part of it, nor its plain hash, in whatever spelling."""
    token = issued(program)
    client = by(token.key)
    client.get(UNITS)
    client.post(f"{TASKS}{token.key}/propose/", {}, "application/json")  # pasted into an address, and refused there
    client.get(f"/api/v1/{token.key}/")
    revoke_token(token.token, "Thử", by=central)
    client.get(UNITS)
    secret = token.key.removeprefix("p996_")
    hashes = [hashlib.new(name, text.encode()) for name in ("sha1", "sha256", "sha512") for text in (token.key, secret)]
    signs = {secret, secret[:20], secret[-20:], *(one.hexdigest() for one in hashes)}
    signs |= {base64.b64encode(one.digest()).decode()[:26] for one in hashes}
    signs |= {secret.encode().hex(), base64.b64encode(token.key.encode()).decode()[:40]}
    found = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = [row[0] for row in cursor.fetchall()]
        assert "people_apitoken" in tables
        for table in tables:
            for sign in signs:
                cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{sign}%"])
                found += [table] * cursor.fetchone()[0]
    assert found == []
    assert secret not in caplog.text


def test_the_pepper_may_be_changed(program, settings):
    token = issued(program)
    old = ApiToken.objects.get().digest
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another-secret-of-the-portal"
    assert by(token.key).get(UNITS).status_code == 200
    settings.SECRET_KEY_FALLBACKS = []  # it has been written anew
    assert by(token.key).get(UNITS).status_code == 200
    ApiToken.objects.update(digest=old)
    assert by(token.key).get(UNITS).status_code == 401


def test_use_is_written_once_a_minute(program, monkeypatch):
    token = issued(program)
    client = by(token.key, REMOTE_ADDR="192.0.2.9")
    client.get(UNITS)
    first = ApiToken.objects.get()
    assert (first.last_used_from, first.last_used_at > timezone.now() - timedelta(minutes=1)) == ("192.0.2.9", True)
    client.get(UNITS)
    assert ApiToken.objects.get().last_used_at == first.last_used_at
    ApiToken.objects.update(last_used_at=timezone.now() - timedelta(seconds=61))
    client.get(UNITS)
    second = ApiToken.objects.get()
    assert second.last_used_at > first.last_used_at
    note_use(second, "192.0.2.10")
    assert ApiToken.objects.get().last_used_from == "192.0.2.9"
    monkeypatch.setattr("django.utils.timezone.now", lambda: second.last_used_at + timedelta(minutes=1))
    note_use(second, "192.0.2.10")
    assert ApiToken.objects.get().last_used_from == "192.0.2.10"
