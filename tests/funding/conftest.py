"""People as in the tests of tasks; a file of money through the services, with the worker's part done on the spot."""

import io

import openpyxl
import pytest
from django.core.files import File

from apps.exchange import services
from apps.funding.importing import CODE, HEADERS
from apps.organisations.models import OrganisationUnit
from tests.registers.conftest import done
from tests.tasks.conftest import cuc, decided, people, so  # noqa: F401 - fixtures

HEAD = [CODE, "Nguồn", "Năm", *HEADERS.values()]


def workbook(rows, head=HEAD) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(head)
    for row in rows:
        book.active.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


@pytest.fixture
def upload(people):  # noqa: F811
    """upload([[code, source, year, planned, allocated, disbursed, settled], …]): sent and checked."""

    def send(rows, *, by=people.officer_of_so, unit="VN-24-2025"):
        content = rows if isinstance(rows, bytes) else workbook(rows)
        where = OrganisationUnit.objects.get(pk=unit)
        batch, _created = services.upload("funding", where, File(io.BytesIO(content), "kinh-phi.xlsx"), by=by)
        return done(batch)

    return send


@pytest.fixture
def write(people):  # noqa: F811
    return lambda batch, by=people.officer_of_so: done(services.request_write(batch, by=by))


@pytest.fixture
def undo(people):  # noqa: F811
    return lambda batch, by=people.officer_of_so: done(services.request_undo(batch, "Nhầm tệp", by=by))
