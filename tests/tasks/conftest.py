"""Whoever has to do with tasks: in a province with its Sở, in a ministry with a sub-unit, in the programme office."""

import io
from collections.abc import Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files import File

from apps.exchange import services
from apps.exchange.models import ImportBatch
from apps.organisations.models import OrganisationUnit
from apps.tasks.services.recording import Decided
from tests.conftest import BAC_NINH, LAM_DONG, TDC
from tests.factories.organisations import OrganisationUnitFactory
from tests.people.people import people_at_once
from tests.registers.conftest import done, workbook

INDUSTRY, MOST = "BCT", "BKHCN"


@pytest.fixture
def so(reference) -> OrganisationUnit:
    """Sở KH&CN Bắc Ninh, which prepares for the province."""
    return OrganisationUnitFactory(
        id="SO-BAC-NINH", kind=OrganisationUnit.Kind.DEPARTMENT, parent_id=BAC_NINH, is_focal=True
    )


@pytest.fixture
def cuc(reference) -> OrganisationUnit:
    """A sub-unit of the Ministry of Industry and Trade."""
    return OrganisationUnitFactory(id="CUC-CT", kind=OrganisationUnit.Kind.DEPARTMENT, parent_id=INDUSTRY)


@pytest.fixture
def people(so, cuc) -> SimpleNamespace:
    everybody = people_at_once(
        # of the province
        officer_of_so=("Trần Văn Lợi", "unit_editor", so.pk),
        editor_of_province=("Phạm Thị Ngọc Ánh", "unit_editor", BAC_NINH),
        approver_of_province=("Huỳnh Quốc Toàn", "unit_approver", BAC_NINH),
        approver_of_so=("Nguyễn Văn Sơn", "unit_approver", so.pk),
        neighbour=("Lê Thị Hoa", "unit_editor", LAM_DONG),
        approver_next_door=("Võ Văn Tài", "unit_approver", LAM_DONG),
        reader_of_province=("Bùi Thị Lan", "reader", BAC_NINH),
        # of the ministry
        officer_of_cuc=("Đỗ Minh Quân", "unit_editor", cuc.pk),
        editor_of_ministry=("Lê Thanh Tùng", "unit_editor", INDUSTRY),
        approver_of_ministry=("Đoàn Minh Châu", "unit_approver", INDUSTRY),
        # of the centre
        officer=("Nguyễn Thu Hà", "programme_officer", TDC),
        other_officer=("Vũ Đức Anh", "programme_officer", TDC),
        leader=("Lê Quang Minh", "programme_leader", TDC),
        officer_of_vmi=("Ngô Văn Đo", "unit_editor", "VMI"),
        editor_of_most=("Trịnh Văn Khoa", "unit_editor", MOST),
        approver_of_most=("Hoàng Thị Mai", "unit_approver", MOST),
        administrator=("Phan Tuấn Kiệt", "programme_administrator", TDC),
        auditor=("Cao Thị Giám", "auditor", TDC),
    )
    return SimpleNamespace(**everybody)


@pytest.fixture
def decided() -> Decided:
    return Decided.of(
        number="2145/QĐ-UBND", day=date(2026, 11, 20), issuer="UBND tỉnh Bắc Ninh", signatory="KT. Chủ tịch"
    )


@pytest.fixture
def by(people):
    return people.editor_of_ministry


@pytest.fixture
def upload(by):
    def send(rows: Sequence[dict[str, Any]] | bytes, *, by=by, unit: str = INDUSTRY) -> ImportBatch:
        content = rows if isinstance(rows, bytes) else workbook("tasks", rows)
        where = OrganisationUnit.objects.get(pk=unit)
        return done(services.upload("tasks", where, File(io.BytesIO(content), "danh mục.xlsx"), by=by)[0])

    return send


@pytest.fixture
def write(by):
    return lambda batch, by=by: done(services.request_write(batch, by=by))


@pytest.fixture
def undo(by):
    return lambda batch, by=by: done(services.request_undo(batch, "Nhầm tệp", by=by))
