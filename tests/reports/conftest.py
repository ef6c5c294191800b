import pytest

from apps.accounts.models import User
from apps.reports.models import AnnualReport, ReportingRound
from tests.conftest import BAC_NINH
from tests.factories.reports import open_round, report_of


@pytest.fixture
def editor(member) -> User:
    return member("Editor Bac Ninh", "unit_editor", BAC_NINH)


@pytest.fixture
def approver(member) -> User:
    return member("Approver Bac Ninh", "unit_approver", BAC_NINH)


@pytest.fixture
def reviewer(officer) -> User:
    return officer


@pytest.fixture
def round_2026(officer) -> ReportingRound:
    return open_round(officer)


@pytest.fixture
def report(round_2026) -> AnnualReport:
    return report_of(round_2026, BAC_NINH)
