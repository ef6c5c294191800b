"""Reference data once, keepers of registers, and the way of a file through the services."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files import File
from django.core.management import call_command

from apps.accounts.models import User
from apps.exchange import services
from apps.exchange.models import ImportBatch
from apps.jobs.services import run_job
from apps.organisations.models import OrganisationUnit
from tests.exchange.enterprise_files import LAM_DONG_NOW
from tests.factories.organisations import MembershipFactory, RoleFactory


@pytest.fixture
def reference(db) -> None:
    call_command("load_reference", verbosity=0, stdout=io.StringIO())


@pytest.fixture
def member(reference) -> Callable[..., User]:
    """A person with a role in a unit."""

    def make(unit: str = LAM_DONG_NOW, role: str = "register_keeper", **fields: Any) -> User:
        return MembershipFactory(unit_id=unit, role=RoleFactory(name=role), **fields).user

    return make


@pytest.fixture
def keeper(member) -> User:
    return member(user__full_name="Vũ Hải Yến")


@pytest.fixture
def office_keeper(member) -> User:
    return member(OrganisationUnit.objects.filter(is_programme_office=True, valid_to__isnull=True).earliest("id").pk)


@pytest.fixture
def lam_dong(reference) -> OrganisationUnit:
    return OrganisationUnit.objects.get(pk=LAM_DONG_NOW)


@pytest.fixture
def upload(keeper, lam_dong) -> Callable[..., ImportBatch]:
    """Send a file, and let the worker check it."""

    def send(content: bytes, name: str = "DN-LDG-2026.xlsx", **options: Any) -> ImportBatch:
        by, unit = options.pop("by", keeper), options.pop("unit", lam_dong)
        batch, _created = services.upload("enterprises", unit, as_file(content, name), by=by, **options)
        return done(batch)

    return send


@pytest.fixture
def write(keeper) -> Callable[..., ImportBatch]:
    """Confirm a batch, and let the worker write it."""

    def confirm(batch: ImportBatch, by: User | None = None) -> ImportBatch:
        return done(services.confirm(batch, by=by or keeper))

    return confirm


def as_file(content: bytes, name: str = "DN-LDG-2026.xlsx") -> File:
    return File(io.BytesIO(content), name)


def done(batch: ImportBatch) -> ImportBatch:
    """What the worker does when its bell rings."""
    run_job(batch.job_id)
    batch.refresh_from_db()
    return batch
