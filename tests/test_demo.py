"""Invented data: the same each time, only possible things, and nobody locked out whatever was killed when."""

import json
import stat
from collections import Counter
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Count, F, Min, Q, Sum

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.enterprises.models import AssuranceProgramme, Enterprise, Industry, ProgrammeEvent
from apps.enterprises.rules import clean_tax_code, has_valid_check_digit
from apps.organisations.models import Membership, OrganisationUnit
from apps.progress.services import find_differences
from apps.targets.models import IndicatorValue, Period, UnitStatistic
from program996.demo import loading, names
from program996.demo.enterprises import OWNERSHIP, Inventor
from program996.demo.places import REACH, WEIGHTS
from program996.demo.years import FIRST_DAY, LAST_DAY, PACE

ENTERPRISES = 2000
pytestmark = pytest.mark.xdist_group("demo")

DIGEST = """
    SELECT md5(string_agg(line, '|' ORDER BY line)) FROM (
        SELECT concat_ws(';', n.tax_code, n.name, n.ownership, i.version, n.industry_code, n.unit_id, n.address,
                         n.located_on, n.note, p.form, e.stage, e.occurred_on, e.unit_id, e.note, e.reported_by_id,
                         e.withdrawn_reason, u.email) AS line
        FROM enterprises_programmeevent e
        JOIN enterprises_assuranceprogramme p ON p.id = e.programme_id
        JOIN enterprises_enterprise n ON n.id = p.enterprise_id
        JOIN enterprises_industry i ON i.id = n.industry_id
        LEFT JOIN accounts_user u ON u.id = e.withdrawn_by_id
    ) lines
"""


def load(keys: Path, seed: int = 996, enterprises: int = ENTERPRISES) -> str:
    out = StringIO()
    call_command(
        "load_demo", "--seed", str(seed), "--enterprises", str(enterprises), "--accounts", str(keys), stdout=out
    )
    return out.getvalue()


def digest() -> str:
    with connection.cursor() as cursor:
        cursor.execute(DIGEST)
        return cursor.fetchone()[0]


def indexes() -> list:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename LIKE 'enterprises_%' ORDER BY 1")
        return cursor.fetchall()


@pytest.fixture(scope="module", autouse=True)
def base(django_db_setup, django_db_blocker):
    """One transaction for the module, taken back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_reference", stdout=StringIO())
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def digest_of_another_base(base, tmp_path_factory) -> str:
    with transaction.atomic():
        load(tmp_path_factory.mktemp("other") / "keys.json")
        found = digest()
        transaction.set_rollback(True)
    return found


@pytest.fixture(scope="module")
def indexes_before(base) -> list:
    return indexes()


@pytest.fixture(scope="module")
def keys(base, digest_of_another_base, indexes_before, tmp_path_factory) -> Path:
    """The base loaded once for the module; the accounts' file."""
    path = tmp_path_factory.mktemp("demo") / "demo-accounts.json"
    load(path)
    return path


@pytest.fixture
def undone():
    """For a test that changes the module's base: its changes go."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_same_seed_gives_the_same_rows(keys, digest_of_another_base):
    assert digest() == digest_of_another_base


def test_another_seed_gives_other_rows(base):
    def invented(seed: int) -> list:
        return list(Inventor(seed).enterprises(100))

    assert invented(1) == invented(1) != invented(2)


def test_second_load_says_so_and_changes_nothing(keys):
    before, file = digest(), keys.read_text()
    said = load(keys, seed=5, enterprises=10)
    assert "Không thay đổi gì" in said
    assert digest() == before
    assert keys.read_text() == file
    assert AuditEvent.objects.filter(action="demo.loaded").count() == 1


def test_a_base_in_use_is_refused(keys, undone, monkeypatch):
    monkeypatch.setattr(loading, "ACTION", "never.happened")
    with pytest.raises(CommandError, match="doanh nghiệp thật"):
        load(keys)


def test_failed_load_leaves_nothing(base, tmp_path, monkeypatch):
    def fail(**_ignored):
        raise RuntimeError

    monkeypatch.setattr(loading, "recompute", fail)
    monkeypatch.setattr(loading, "ACTION", "demo.loaded.again")
    monkeypatch.setattr(loading, "_refuse_unfit_base", lambda: None)
    before = (Enterprise.objects.count(), User.objects.count(), UnitStatistic.objects.count(), indexes())
    with transaction.atomic():
        UnitStatistic.objects.all().delete()
        Enterprise.objects.none()
        with pytest.raises(Exception):  # noqa: B017, PT011 - whatever stops it
            load(tmp_path / "keys.json", enterprises=100)
        transaction.set_rollback(True)
    assert (Enterprise.objects.count(), User.objects.count(), UnitStatistic.objects.count(), indexes()) == before
    assert list(tmp_path.iterdir()) == []


def test_indexes_are_back(keys, indexes_before):
    assert indexes() == indexes_before
