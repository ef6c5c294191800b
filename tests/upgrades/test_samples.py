"""What a former release left behind, under today's code: nothing is lost, and its own code could still write there."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import override_settings

from apps.accounts.models import User
from apps.accounts.secrets import decrypt
from apps.audit.models import AuditSeal
from apps.audit.services import seal_days
from apps.progress.services import find_differences
from program996.management.roles import ROLE
from tests.accounts.clients import prove
from tests.upgrades.lint import contracted, faults, past
from tests.upgrades.samples_of_releases import KEY, Sample, facts_of, restored_beside, samples

pytestmark = pytest.mark.xdist_group("upgrades")

COLUMNS = """
    SELECT table_name || '.' || column_name, is_nullable = 'YES' OR column_default IS NOT NULL OR is_identity = 'YES'
    FROM information_schema.columns WHERE table_schema = 'public'
"""
GROWN = {"django_migrations", "django_content_type", "auth_permission"}
PAGES = (
    "/dashboard/",
    "/tasks/",
    "/registers/enterprises/",
    "/reports/",
    "/targets/mt5/",
    "/audit/",
    "/units/",
    "/jobs/",
)


@dataclass
class Upgraded:
    sample: Sample
    before: dict[str, bool]  # columns, and whether an INSERT may leave them out
    after: dict[str, bool]
    facts: dict[str, Any]
    faults: list[str]


# They came before the rules.
TOOK_AWAY = {"documents.0002_files_as_evidence", "targets.0002_recompute_requests_name_a_source"}


def columns() -> dict[str, bool]:
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS)
        return dict(cursor.fetchall())


@pytest.fixture(scope="module", params=samples(), ids=lambda sample: sample.version)
def upgraded(request, django_db_setup, django_db_blocker) -> Iterator[Upgraded]:
    with django_db_blocker.unblock(), override_settings(SECRET_KEY=KEY), restored_beside(request.param):
        is_newest = request.param == samples()[-1]
        before, found = columns(), faults(past() - TOOK_AWAY) if is_newest else []
        call_command("migrate", verbosity=0, interactive=False)
        call_command("database_roles", stdout=StringIO())
        with connection.cursor() as cursor:
            facts = facts_of(cursor)
        yield Upgraded(request.param, before, columns(), facts, found)


def test_migrations_since_the_last_release_only_add(upgraded):
    """And the linter reads what is really there: it names two of old."""
    if upgraded.sample != samples()[-1]:
        return  # what came between the two was held to it then
    named = {name for name in TOOK_AWAY for fault in upgraded.faults if f"({name.replace('.', ', ')})" in fault}
    assert named == TOOK_AWAY
    assert len(upgraded.faults) == len(TOOK_AWAY), upgraded.faults


def test_every_row_is_there(upgraded):
    known = upgraded.sample.facts["rows"]
    changed = {name: (rows, upgraded.facts["rows"].get(name)) for name, rows in known.items() if name not in GROWN}
    assert {name: pair for name, pair in changed.items() if pair[0] != pair[1]} == {}
    assert sum(known.values()) > 50_000


def test_every_figure_is_as_it_was_known(upgraded):
    known = upgraded.sample.facts["figures"]
    assert upgraded.facts["figures"]["national"] == known["national"]
    assert upgraded.facts["figures"] == known
    assert known["count"] > 1_000


def test_the_former_code_finds_its_columns(upgraded):
    """None is gone, and what is new in a table that it knows may be left out of an INSERT."""
    taken = {name for name in upgraded.facts["migrations"] if contracted(name)}
    assert taken or sorted(upgraded.before.keys() - upgraded.after.keys()) == []
    tables = {name.partition(".")[0] for name in upgraded.before}
    new = {name for name in upgraded.after.keys() - upgraded.before.keys() if name.partition(".")[0] in tables}
    assert [name for name in sorted(new) if not upgraded.after[name]] == []
    was_free = {name for name, is_free in upgraded.before.items() if is_free}
    assert [name for name in sorted(was_free & upgraded.after.keys()) if not upgraded.after[name]] == []


def test_the_former_code_goes_on_writing_the_audit(upgraded):
    """By the name that it knows, though its rows lie in years since; numbers go on from where they were."""
    known = [name.partition(".")[2] for name in upgraded.before if name.startswith("audit_auditevent.")]
    listed = ", ".join(f'"{name}"' for name in known if name != "id")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM audit_auditevent")
        last = cursor.fetchone()[0]
        cursor.execute(f"SET LOCAL ROLE {ROLE}")
        one = f"SELECT {listed} FROM audit_auditevent WHERE id = {last}"
        cursor.execute(f"INSERT INTO audit_auditevent ({listed}) {one} RETURNING id")
        assert cursor.fetchone()[0] > last
        transaction.set_rollback(True)


def test_the_linter_knows_what_the_release_had(upgraded):
    assert set(upgraded.sample.facts["migrations"]) <= set(upgraded.facts["migrations"])
    assert set(samples()[-1].facts["migrations"]) == past()


def test_secrets_are_read(upgraded):
    account = next(one for one in upgraded.sample.facts["accounts"] if one["totp_secret"])
    factor = User.objects.get(email=account["email"]).authenticator_set.get(type="totp")
    assert decrypt(factor.data["secret"]) == account["totp_secret"]
    assert User.objects.get(email=account["email"]).check_password(account["password"])


def test_the_audit_is_whole(upgraded):
    """As far as it was sealed then, and once the days since are sealed."""
    seal_days()
    call_command("audit_verify", stdout=StringIO())
    assert AuditSeal.objects.exists()


def test_reference_data_of_today_load_and_figures_hold_to_the_facts(upgraded):
    call_command("load_reference", stdout=StringIO())
    assert find_differences() == []


@pytest.mark.parametrize("address", PAGES)
def test_pages_open(upgraded, address, client):
    account = next(one for one in upgraded.sample.facts["accounts"] if "programme_administrator" in one["roles"])
    user = User.objects.get(email=account["email"])
    client.force_login(user, backend="apps.people.backends.MembershipBackend")
    prove(client, user)
    assert client.get(address).status_code == 200
