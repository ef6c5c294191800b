"""How a verdict was reached, what another pace would bring, and what tasks are expected to add."""

from datetime import date
from decimal import Decimal

import pytest

from apps.progress.outlook import Verdict, outlook, what_if
from apps.progress.services import recompute
from apps.targets.models import Indicator
from apps.tasks.models import Contribution
from tests.conftest import BAC_NINH, LAM_DONG
from tests.factories.closings import close_until
from tests.factories.tasks import PlanTaskFactory
from tests.progress.test_outlook import SEED, series


@pytest.mark.parametrize(
    ("pace", "result", "verdict"),
    [
        ("12310", 100_000, Verdict.ON_TRACK),
        ("10000", 88_450, Verdict.AT_RISK),
        ("0", 38_450, Verdict.OFF_TRACK),
        ("-100", 37_950, Verdict.OFF_TRACK),
        ("20000", 138_450, Verdict.ON_TRACK),
    ],
)
def test_what_another_pace_would_bring(pace, result, verdict):
    found = what_if(outlook(series(SEED), Decimal(100_000), 2030), Decimal(pace))
    assert (found.result, found.gap, found.verdict) == (result, 100_000 - result, verdict)


def test_a_share_stays_within_a_hundred_percent():
    look = outlook(series({2022: 40, 2023: 50, 2024: 60, 2025: 70}), Decimal(100), 2030, most=Decimal(100))
    assert what_if(look, Decimal(20)).result == 100


def test_without_an_outlook_there_is_no_if():
    assert what_if(outlook(series({2025: 5}), Decimal(100), 2030), Decimal(1)) is None


@pytest.fixture
def counted(event):
    for year in (2021, 2022, 2023, 2024, 2025):
        event(date(year, 3, 1), BAC_NINH if year == 2025 else "VN-24-2008")
    recompute()
    close_until(2025)


def test_the_page_prints_rule_inputs_and_if(counted, signed_in, officer):
    client = signed_in(officer)
    text = " ".join(client.get("/targets/mt5/", {"pace": "10.000"}).content.decode().split())
    assert "(100.000 − 5) ÷ 5 năm" in text
    assert "2023: +1; 2024: +1; 2025: +1" in text
    assert "Nếu mỗi năm tăng 10.000, năm 2030 đạt <b>50.005</b>: thiếu 49.995 so với mục tiêu" in text
    wrong = client.get("/targets/mt5/", {"pace": "nhiều"}).content.decode()
    assert "Không phải là số" in wrong
    assert "data-what-if" not in wrong


def test_what_tasks_are_expected_to_add_by_state_and_unit(counted, signed_in, officer):
    mt5 = Indicator.objects.get(code="MT5")
    for unit, state, year, amount in (
        (BAC_NINH, "approved", 2026, 30),
        (BAC_NINH, "in_progress", 2027, 20),
        (LAM_DONG, "in_progress", 2027, 5),
        (LAM_DONG, "terminated", 2027, 900),
        (LAM_DONG, "in_progress", 2025, 700),
    ):
        task = PlanTaskFactory(lead_unit_id=unit, state=state)
        Contribution.objects.create(task=task, indicator=mt5, year=year, amount=amount)
    page = signed_in(officer).get("/targets/mt5/")
    expected = page.context["expected"]
    assert expected.amount == 55
    assert [(one.label, one.tasks, one.amount) for one in expected.by_state] == [
        ("Đã phê duyệt", 1, 30), ("Đang thực hiện", 2, 25),
    ]  # fmt: skip
    assert [(one.label, one.amount) for one in expected.by_unit] == [("Bắc Ninh", 50), ("Lâm Đồng", 5)]
    assert "Đóng góp dự kiến không tính vào số liệu nào" in page.content.decode()
