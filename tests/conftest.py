"""Three people, used everywhere: the keeper of a province, the keeper's neighbour, and TĐC's officer."""

import gc
import os
import secrets
from collections.abc import Callable
from datetime import date

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.test import Client

from apps.accounts.models import User
from apps.core import wall
from apps.organisations.models import OrganisationUnit
from apps.people.models import Membership
from apps.people.rights import needs_second_factor
from program996.walled import HELD_ROLE, WalledConnection
from tests import (
    bases,
    examples,  # noqa: F401 - how many examples, before any property is read
)
from tests.accounts.clients import prove
from tests.people.people import person

BAC_NINH, LAM_DONG, TDC = "VN-24-2025", "VN-68-2025", "UBTDC"
BAC_GIANG = "VN-24-2008"
NOBODY = ""  # a role that is not there


REAL_HASHERS = list(settings.PASSWORD_HASHERS)


def pytest_configure():
    """Static files by their plain names: only the portal under test by a browser collects them.

    Passwords are hashed cheaply: Argon2 is made to be slow, and every test makes people. `real_hash` brings it back.
    People of two workers have the same numbers in two bases, and one cache: each worker counts there for itself.
    Nobody gives up waiting for a lock because the machine is busy; a test that means it sets a limit of its own.
    Requests work as whoever came in, to whom the database gives every row, so that what a scope forgets is seen; with
    `BEHIND_THE_WALL=1`, and where a test says so, behind the second wall.
    Whoever collects makes no garbage to speak of, and looked through all that is collected two dozen times.
    """
    gc.disable()
    wall.open_process("tests work in every unit, their requests in those of whoever is signed in")
    WalledConnection.held_role = HELD_ROLE if os.environ.get("BEHIND_THE_WALL") else NOBODY
    settings.DATABASES["default"]["OPTIONS"]["options"] += " -c lock_timeout=100s -c statement_timeout=100s"
    settings.CACHES["default"]["KEY_PREFIX"] = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *REAL_HASHERS]
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"


def pytest_collection_finish():
    """What was collected stays until the end: garbage is looked for without it, and seldom among what is old."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*bases.SELDOM)
    gc.enable()


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker):
    with django_db_blocker.unblock():
        bases.begin()


@pytest.fixture
def real_hash(settings):
    settings.PASSWORD_HASHERS = REAL_HASHERS


@pytest.fixture
def own_counts(monkeypatch) -> None:
    """What limits count is of this test alone; clearing the cache would clear it for every worker."""
    monkeypatch.setattr(cache, "key_prefix", secrets.token_hex(8))


@pytest.fixture
def reference(db):
    """Units, periods, indicators: every base of the tests has them."""


@pytest.fixture
def member(reference) -> Callable[..., User]:
    """member("bắc ninh", "register_keeper", BAC_NINH): a person with that role in that unit."""

    def make(name: str, role: str, unit: str, since: date = date(2019, 1, 1)) -> User:
        slug = "".join(char for char in name if char.isalnum())
        user = User.objects.create_user(f"{slug}@example.vn".lower(), "mat-khau-rat-dai-996", full_name=name)
        Membership.objects.create(
            user=user,
            unit=OrganisationUnit.objects.get(pk=unit),
            role=Group.objects.get(name=role),
            valid_from=since,
        )
        return user

    return make


@pytest.fixture
def keeper(member) -> User:
    """Register keeper of Bắc Ninh (merged with Bắc Giang in 2025)."""
    return member("Keeper Bac Ninh", "register_keeper", BAC_NINH)


@pytest.fixture
def outsider(member) -> User:
    """The same role in another province."""
    return member("Keeper Lam Dong", "register_keeper", LAM_DONG)


@pytest.fixture
def central_keeper(member) -> User:
    return member("Keeper TDC", "register_keeper", TDC)


@pytest.fixture
def officer(member) -> User:
    """TĐC's officer: reads everything, keeps no register."""
    return member("Officer TDC", "programme_officer", TDC)


@pytest.fixture
def leader(member) -> User:
    """TĐC's leader: closes what an officer prepared."""
    return member("Leader TDC", "programme_leader", TDC)


@pytest.fixture
def stranger(reference) -> User:
    """Signed in, without any role."""
    return User.objects.create_user("stranger@example.vn", "mat-khau-rat-dai-996", full_name="Stranger")


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """A client as after a whole sign-in of a moment ago, second factor included where the roles ask for one."""

    def client_of(user: User) -> Client:
        if needs_second_factor(user):
            Authenticator.objects.get_or_create(
                user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": "JBSWY3DPEHPK3PXP"}}
            )
        client = Client()
        client.force_login(user, backend="apps.people.backends.MembershipBackend")
        prove(client, user)
        return client

    return client_of


@pytest.fixture
def reader_client(keeper, signed_in) -> Client:
    client = signed_in(keeper)
    client.get("/search/")  # the first request of a session also writes it
    return client


@pytest.fixture
def central(reference) -> User:
    """Administrator of the programme."""
    return person("Phan Tuấn Kiệt", "programme_administrator", TDC)


@pytest.fixture
def central_client(central, signed_in) -> Client:
    return signed_in(central)
