"""Files of declared registers through the services, with the worker's part done on the spot."""

import io
from collections.abc import Callable, Sequence
from typing import Any

import openpyxl
import pytest
from django.core.files import File

from apps.exchange import services
from apps.exchange.models import ImportBatch
from apps.exchange.resource import resource_of
from apps.jobs.services import run_job
from apps.organisations.models import OrganisationUnit
from tests.conftest import BAC_NINH


def workbook(slug: str, rows: Sequence[dict[str, Any]]) -> bytes:
    """A file of the register: rows by the names of columns; what a row does not name is blank."""
    fields = resource_of(slug).fields
    book = openpyxl.Workbook()
    book.active.append([str(field.header) for field in fields])
    for row in rows:
        assert row.keys() <= {field.key for field in fields}
        book.active.append([row.get(field.key) for field in fields])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def done(batch: ImportBatch) -> ImportBatch:
    """What the worker does when its bell rings."""
    run_job(batch.job_id)
    batch.refresh_from_db()
    return batch


@pytest.fixture
def upload(keeper) -> Callable[..., ImportBatch]:
    """upload("standards", [{…}]): sent and checked."""

    def send(slug: str, rows: Sequence[dict[str, Any]] | bytes, *, by=keeper, unit: str = BAC_NINH) -> ImportBatch:
        content = rows if isinstance(rows, bytes) else workbook(slug, rows)
        where = OrganisationUnit.objects.get(pk=unit)
        batch, _created = services.upload(slug, where, File(io.BytesIO(content), "tệp.xlsx"), by=by)
        return done(batch)

    return send


@pytest.fixture
def write(keeper) -> Callable[..., ImportBatch]:
    return lambda batch, by=None: done(services.request_write(batch, by=by or keeper))


@pytest.fixture
def undo(keeper) -> Callable[..., ImportBatch]:
    return lambda batch, by=None: done(services.request_undo(batch, "Nhầm tệp", by=by or keeper))


def states(batch: ImportBatch) -> list[str]:
    return list(batch.rows.order_by("number").values_list("state", flat=True))


def problems(batch: ImportBatch) -> list[tuple[int, str, str, str]]:
    found = batch.problems.order_by("number", "column", "code")
    return list(found.values_list("number", "column", "code", "severity"))
