"""The load as an act: once, whole or not at all, and never a base whose passwords nobody knows."""

import json
import stat
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import connection

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.enterprises.models import Enterprise, Industry, ProgrammeEvent
from apps.organisations.models import OrganisationUnit
from apps.people.models import Membership
from apps.people.rights import units_with
from apps.targets.models import IndicatorValue, UnitStatistic
from program996.demo import loading
from program996.demo.accounts import people

pytestmark = pytest.mark.django_db
MODELS = (Enterprise, ProgrammeEvent, User, Membership, UnitStatistic, IndicatorValue, AuditEvent, Authenticator)
SECOND_FACTOR = {
    *("programme_administrator", "programme_officer", "programme_leader", "unit_administrator", "unit_approver"),
    *("auditor", "reader"),
}


@pytest.fixture(autouse=True)
def reference(db):
    call_command("load_reference", stdout=StringIO())


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "data" / "demo-accounts.json"


def load(path: Path, seed: int = 996) -> str:
    out = StringIO()
    call_command("load_demo", "--seed", str(seed), "--enterprises", "100", "--accounts", str(path), stdout=out)
    return out.getvalue()


def counts() -> list[int]:
    return [model.objects.count() for model in MODELS]


def indexes() -> list:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename LIKE 'enterprises_%' ORDER BY 1")
        return cursor.fetchall()


def opens(path: Path) -> bool:
    keys = json.loads(path.read_text())
    return all(User.objects.get(email=key["email"]).check_password(key["password"]) for key in keys)


def test_load_says_what_it_did(path):
    said = load(path)
    assert "100 doanh nghiệp" in said
    assert str(path) in said
    event = AuditEvent.objects.get(action="demo.loaded")
    assert event.actor_id is None
    assert event.data == {"seed": 996, "enterprises": 100, "events": ProgrammeEvent.objects.count()}


def test_second_load_changes_nothing(path):
    load(path)
    before, file = counts(), path.read_bytes()
    assert "Không thay đổi gì" in load(path, seed=5)
    assert counts() == before
    assert path.read_bytes() == file


def test_plain_indexes_are_back_afterwards(path):
    before = indexes()
    load(path)
    assert indexes() == before


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


def test_lost_file_is_written_anew(path):
    load(path)
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


def test_file_has_an_account_for_every_role_and_the_offices_of_four_units(path):
    load(path)
    keys = json.loads(path.read_text())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert all(set(key) == {"email", "password", "totp_secret", "roles", "unit", "name"} for key in keys)
    assert {role for key in keys for role in key["roles"]} == set(Group.objects.values_list("name", flat=True))
    held = {(key["unit"], *key["roles"]) for key in keys}
    for unit in ("VN-24-2025", "VN-68-2025", "BCT", "BYT"):
        assert held >= {(unit, role) for role in ("unit_administrator", "unit_editor", "unit_approver")}
    assert held >= {(unit, "register_keeper") for unit in ("VN-24-2025", "VN-68-2025", "UBTDC")}
    assert all(len(key["password"]) >= 16 for key in keys)
    assert len({key["password"] for key in keys}) == len({key["email"] for key in keys}) == len(keys)
    assert all(key["email"].endswith(".example") for key in keys)


def test_accounts_can_sign_in(path):
    load(path)
    assert opens(path)
    for key in json.loads(path.read_text()):
        user = User.objects.get(email=key["email"])
        assert user.full_name == key["name"]
        assert EmailAddress.objects.get(user=user).verified
        held = Membership.objects.select_related("unit").get(user=user)
        assert held.unit_id == key["unit"]
        assert held.valid_from >= (held.unit.valid_from or date.min), "no role before its unit"
        found = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
        assert (found is None) == (key["totp_secret"] is None)
        if found:
            code = format_hotp_value(hotp_value(key["totp_secret"], next(yield_hotp_counters_from_time())))
            assert found.wrap().validate_code(code)
        else:
            assert not SECOND_FACTOR & set(key["roles"])
            assert key["unit"] != "UBTDC"


def test_rights_follow_from_the_memberships(path):
    load(path)
    users = {(person.role, person.unit): User.objects.get(email=person.email) for person in people()}
    national = users["register_keeper", "UBTDC"]
    local = users["register_keeper", "VN-24-2025"]
    assert units_with(national, "enterprises.change_programmeevent").everything
    scope = units_with(local, "enterprises.change_programmeevent")
    assert not scope.everything
    assert scope.ids >= {"VN-24-2025", "VN-24-2008", "VN-27-2008"}
