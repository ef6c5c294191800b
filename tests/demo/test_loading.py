"""The load as an act: once, whole or not at all, and never a base whose passwords nobody knows."""

import json
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError
from django.db import connection, transaction

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.enterprises.models import Enterprise, Industry, ProgrammeEvent
from apps.organisations.models import OrganisationUnit
from apps.people.models import Membership
from apps.targets.models import IndicatorValue, UnitStatistic
from program996.demo import loading
from tests.demo.load import digest, indexes, load

pytestmark = pytest.mark.django_db
MODELS = (Enterprise, ProgrammeEvent, User, Membership, UnitStatistic, IndicatorValue, AuditEvent, Authenticator)


@pytest.fixture(autouse=True)
def without_reports(monkeypatch) -> None:
    """Most of a load, and nothing of what an act is: begun once, whole or not at all."""
    monkeypatch.setattr(loading, "load_reports", lambda *_ignored: 0)


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "data" / "demo-accounts.json"


def counts() -> list[int]:
    return [model.objects.count() for model in MODELS]


def opens(path: Path) -> bool:
    keys = json.loads(path.read_text())
    return all(User.objects.get(email=key["email"]).check_password(key["password"]) for key in keys)


def test_load_stopped_halfway_leaves_nothing(path, monkeypatch):
    def stop(**_ignored):
        raise KeyboardInterrupt

    before, indexes_before = counts(), indexes()
    monkeypatch.setattr(loading, "recompute", stop)
    with pytest.raises(KeyboardInterrupt):
        load(path)
    assert counts() == before
    assert indexes() == indexes_before
    assert list(path.parent.iterdir()) == []


def test_stopped_between_commit_and_file_the_next_start_sets_new_passwords(path, monkeypatch):
    def stop(*_ignored):
        raise KeyboardInterrupt

    path.parent.mkdir()
    path.write_text("the file of an older base")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", stop)
        with pytest.raises(KeyboardInterrupt):
            load(path)
    assert not path.exists()
    before = counts()
    assert "đặt lại mật khẩu" in load(path)
    assert counts() == before
    assert opens(path)
    assert [child.name for child in path.parent.iterdir()] == [path.name]
    a_lost_file_is_written_anew(path)


def a_lost_file_is_written_anew(path):
    lost = {key["email"]: key for key in json.loads(path.read_text())}
    path.unlink()
    load(path)
    assert opens(path)
    for key in json.loads(path.read_text()):
        assert key["password"] != lost[key["email"]]["password"]
        assert key["totp_secret"] is None or key["totp_secret"] != lost[key["email"]]["totp_secret"]


def test_base_in_use_is_refused(path):
    Enterprise.objects.create(
        tax_code="0100100079",
        name="Doanh nghiệp thật",
        ownership=Enterprise.Ownership.STATE,
        unit=OrganisationUnit.objects.get(pk="VN-01-2025"),
        located_on="2026-01-05",
    )
    with pytest.raises(CommandError, match="doanh nghiệp thật"):
        load(path)
    assert not path.exists()


def test_base_without_reference_data_is_refused(path):
    Industry.objects.all().delete()
    with pytest.raises(CommandError, match="load_reference"):
        load(path)


def test_two_loads_at_a_time_are_refused(path):
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [loading.LOCK])
        with pytest.raises(CommandError, match="đang nạp"):
            load(path)
    finally:
        other.close()


@pytest.mark.thorough
def test_same_seed_gives_the_same_rows(path):
    """On every commit the inventor of enterprises is asked twice (loaded/test_rows.py)."""

    def loaded(name: str) -> str:
        with transaction.atomic():
            load(path.with_name(name), enterprises=500)
            found = digest()
            transaction.set_rollback(True)
        return found

    assert loaded("one.json") == loaded("two.json")
