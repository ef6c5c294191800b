"""Recovery codes: each opens once, and once they were kept the database cannot give them back."""

import json

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth import hashers
from django.test import Client

from apps.accounts.factors import factors_of
from apps.accounts.models import User
from apps.accounts.recovery import HashedCodes

pytestmark = pytest.mark.django_db
PASSWORD = "mat-khau-rat-dai-996"


@pytest.fixture
def person(stranger) -> User:
    TOTP.activate(stranger, "JBSWY3DPEHPK3PXP")
    return stranger


@pytest.fixture
def codes(person) -> list[str]:
    """As its owner has them on paper."""
    HashedCodes.activate(person)
    shown = factors_of(person).codes
    factors_of(person).mark_codes_seen()
    return shown


def enter(person: User, code: str) -> bool:
    client = Client()
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    client.post("/accounts/verify/", {"code": code})
    return "_auth_user_id" in client.session


def test_codes_that_were_kept_cannot_be_read_back(person, codes):
    row = Authenticator.objects.get(user=person, type="recovery_codes")
    assert sorted(row.data) == ["hashes", "viewed_at"]
    assert len(codes) == len(row.data["hashes"]) == 10
    assert not any(code in json.dumps(row.data) for code in codes)
    assert all(hashers.identify_hasher(known) for known in row.data["hashes"])
    found = factors_of(person)
    assert (found.codes, found.codes_left, found.codes_unseen) == ([], 10, False)
    factors_of(person).mark_codes_seen()  # the page was sent twice
    assert factors_of(person).codes_left == 10


def test_each_code_opens_once(person, codes):
    assert enter(person, codes[3])
    assert factors_of(person).codes_left == 9
    assert not enter(person, codes[3])
    assert enter(person, f"{codes[4][:4]} {codes[4][4:]}")
    assert factors_of(person).codes_left == 8
    assert not enter(person, "00000000")


def test_a_code_of_the_application_makes_no_hash(person, codes, monkeypatch):
    made = []
    monkeypatch.setattr("apps.accounts.recovery.check_password", lambda *args: made.append(args))
    assert not enter(person, "000000")
    assert made == []


def test_codes_kept_before_they_were_hashed_still_open_once(person):
    row = RecoveryCodes.activate(person).instance
    shown = HashedCodes(row).get_unused_codes()
    row.data["viewed_at"] = 1.0
    row.save()
    assert factors_of(person).codes_left == 10
    assert enter(person, shown[0])
    assert not enter(person, shown[0])
    assert factors_of(person).codes_left == 9
