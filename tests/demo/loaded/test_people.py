"""What lies in a base after the load: told, complete, and open to its people."""

import json
import stat
from datetime import date

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.contrib.auth.models import Group

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.enterprises.models import ProgrammeEvent
from apps.people.models import Membership
from apps.people.rights import units_with
from program996.demo.accounts import people
from tests.demo.load import indexes, load
from tests.demo.loaded.conftest import SMALL
from tests.demo.test_loading import counts, opens

pytestmark = pytest.mark.xdist_group("demo")
SECOND_FACTOR = {
    *("programme_administrator", "programme_officer", "programme_leader", "unit_administrator", "unit_approver"),
    *("auditor", "reader"),
}


def test_load_says_what_it_did(loaded):
    assert "2.000 doanh nghiệp" in loaded.said
    assert str(loaded.path) in loaded.said
    event = AuditEvent.objects.get(action="demo.loaded")
    assert event.actor_id is None
    assert event.data == {"seed": 996, "enterprises": SMALL, "events": ProgrammeEvent.objects.count()}


def test_second_load_changes_nothing(loaded):
    before, file = counts(), loaded.path.read_bytes()
    assert "Không thay đổi gì" in load(loaded.path, seed=5)
    assert counts() == before
    assert loaded.path.read_bytes() == file


def test_plain_indexes_are_back_afterwards(loaded):
    assert indexes() == loaded.indexes_before


def test_file_has_an_account_for_every_role_and_the_offices_of_four_units(loaded):
    keys = json.loads(loaded.path.read_text())
    assert stat.S_IMODE(loaded.path.stat().st_mode) == 0o600
    assert all(set(key) == {"email", "password", "totp_secret", "roles", "unit", "name"} for key in keys)
    assert {role for key in keys for role in key["roles"]} == set(Group.objects.values_list("name", flat=True))
    held = {(key["unit"], *key["roles"]) for key in keys}
    for unit in ("VN-24-2025", "VN-68-2025", "BCT", "BYT"):
        assert held >= {(unit, role) for role in ("unit_administrator", "unit_editor", "unit_approver")}
    assert held >= {(unit, "register_keeper") for unit in ("VN-24-2025", "VN-68-2025", "UBTDC")}
    assert all(len(key["password"]) >= 16 for key in keys)
    assert len({key["password"] for key in keys}) == len({key["email"] for key in keys}) == len(keys)
    assert all(key["email"].endswith(".example") for key in keys)


def test_accounts_can_sign_in(loaded):
    assert opens(loaded.path)
    for key in json.loads(loaded.path.read_text()):
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


def test_rights_follow_from_the_memberships(loaded):
    users = {(person.role, person.unit): User.objects.get(email=person.email) for person in people()}
    national = users["register_keeper", "UBTDC"]
    local = users["register_keeper", "VN-24-2025"]
    assert units_with(national, "enterprises.change_programmeevent").everything
    scope = units_with(local, "enterprises.change_programmeevent")
    assert not scope.everything
    assert scope.ids >= {"VN-24-2025", "VN-24-2008", "VN-27-2008"}
