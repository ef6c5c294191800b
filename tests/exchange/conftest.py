"""The way of a file through the services, with the worker's part done on the spot; and who looks at its pages."""

import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from django.core.files import File
from django.urls import reverse

from apps.accounts.models import User
from apps.enterprises.models import Enterprise, ProgrammeEvent
from apps.exchange import reading, services
from apps.exchange.models import ImportBatch
from apps.jobs.services import run_job
from apps.organisations.models import OrganisationUnit
from tests.conftest import BAC_NINH
from tests.exchange import enterprise_files as files
from tests.exchange.reader import read_here

HTMX = {"HX-Request": "true"}


@pytest.fixture
def bac_ninh(reference) -> OrganisationUnit:
    return OrganisationUnit.objects.get(pk=BAC_NINH)


@pytest.fixture
def upload(keeper, bac_ninh, monkeypatch) -> Callable[..., ImportBatch]:
    """Send a file, and let the worker check it, by a reader that is no process of its own."""
    monkeypatch.setattr(reading, "read_rows", read_here)

    def send(content: bytes, name: str = "DN-BNH-2026.xlsx", **options: Any) -> ImportBatch:
        by, unit = options.pop("by", keeper), options.pop("unit", bac_ninh)
        batch, _created = services.upload("enterprises", unit, as_file(content, name), by=by, **options)
        return done(batch)

    return send


@pytest.fixture
def write(keeper) -> Callable[..., ImportBatch]:
    """Confirm a batch, and let the worker write it."""

    def confirm(batch: ImportBatch, by: User | None = None) -> ImportBatch:
        return done(services.request_write(batch, by=by or keeper))

    return confirm


@pytest.fixture
def undo(keeper) -> Callable[..., ImportBatch]:
    """Ask for a batch to be taken back, and let the worker do it."""

    def take_back(batch: ImportBatch, by: User | None = None) -> ImportBatch:
        return done(services.request_undo(batch, "Nhầm tệp", by=by or keeper))

    return take_back


def as_file(content: bytes, name: str = "DN-BNH-2026.xlsx") -> File:
    return File(io.BytesIO(content), name)


def done(batch: ImportBatch) -> ImportBatch:
    """What the worker does when its bell rings."""
    run_job(batch.job_id)
    batch.refresh_from_db()
    return batch


def url(name, batch, *more):
    return reverse(f"exchange:{name}", args=[batch.register, batch.pk, *more])


def sheet(response):
    return openpyxl.load_workbook(io.BytesIO(response.content))


@pytest.fixture
def client(signed_in, keeper):
    return signed_in(keeper)


@pytest.fixture
def reader_client(signed_in, officer):
    """Sees every import and may touch none."""
    return signed_in(officer)


@pytest.fixture
def neighbour(signed_in, outsider):
    return signed_in(outsider)


@pytest.fixture
def batch(upload):
    """Checked: an error, an error with a suggestion, a warning, a note, five good rows."""
    return upload(files.workbook(files.odd_rows()))


@pytest.fixture
def fresh(keeper, bac_ninh):
    """Uploaded, not yet checked."""
    return services.upload("enterprises", bac_ninh, as_file(files.workbook(files.odd_rows())), by=keeper)[0]


def told(lines):
    return [(line["row"], line["column"], line["code"]) for line in lines]


def register():
    """Everything the register holds, but for its moments."""
    events = ProgrammeEvent.objects.order_by("id").values_list("id", "programme_id", "stage", "occurred_on", "unit_id")
    names = Enterprise.objects.live().order_by("id")
    names = names.values_list("id", "tax_code", "name", "unit_id", "address", "ownership")
    return list(events), list(names)


def codes(batch):
    return list(batch.problems.order_by("number", "id").values_list("number", "column", "code"))
