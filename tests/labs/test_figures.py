"""MT6 counts a laboratory once, nationally; MT6a, beside it, its body."""

from datetime import date
from decimal import Decimal

import pytest

from apps.accounts.scope import UnitScope
from apps.labs.models import CriteriaAssessment
from apps.progress.provenance import counted_rows
from apps.progress.services import find_differences, recompute
from apps.registers.services import change_row, withdraw_row
from apps.targets.models import IndicatorValue, Period
from tests.factories.closings import close
from tests.factories.registers import AssessmentFactory, BodyFactory, LaboratoryFactory

BAC_NINH, LAM_DONG = "VN-24-2025", "VN-68-2025"
pytestmark = pytest.mark.django_db


def figures(code: str, unit: str | None = None, breakdown: str = "") -> dict[int, Decimal]:
    found = IndicatorValue.objects.known_on().filter(indicator__code=code, unit=unit, breakdown=breakdown)
    return dict(found.order_by("period__year").values_list("period__year", "value"))


def test_a_laboratory_is_counted_once_at_its_first_assessment_met(reference):
    body = BodyFactory(kind="private")
    one, other = LaboratoryFactory(body=body), LaboratoryFactory(body=body, unit_id=LAM_DONG)
    AssessmentFactory(laboratory=one, assessed_on=date(2022, 3, 1), verdict="not_met")
    AssessmentFactory(laboratory=one, assessed_on=date(2023, 3, 1), verdict="partly")
    AssessmentFactory(laboratory=one, assessed_on=date(2024, 3, 1), valid_until=date(2025, 3, 1))
    AssessmentFactory(laboratory=one, assessed_on=date(2026, 3, 1))
    AssessmentFactory(laboratory=other, assessed_on=date(2025, 3, 1))
    AssessmentFactory(assessed_on=date(2018, 12, 14))  # before the programme
    recompute(["MT6", "MT6a"])
    assert figures("MT6") == {2024: 1, **dict.fromkeys((2025, 2026), 2)}
    assert figures("MT6a") == dict.fromkeys((2024, 2025, 2026), 1)
    assert figures("MT6", BAC_NINH) == dict.fromkeys((2024, 2025, 2026), 1)
    assert (figures("MT6", LAM_DONG)[2026], figures("MT6a", LAM_DONG)) == (1, {})
    assert figures("MT6", breakdown="body=private")[2026] == 2
    assert figures("MT6", breakdown="criteria=TCVN 13187:2020")[2026] == 2


def test_whatever_a_laboratory_hangs_on_moves_the_figures(reference, keeper, central_keeper):
    row = AssessmentFactory()
    recompute()
    change_row(row.laboratory.body, {"kind": "state"}, "Sai loại", by=keeper)
    assert {one.indicator for one in find_differences(["MT1", "MT6", "MT6a"])} == {"MT6", "MT6a"}
    recompute()
    assert figures("MT6", breakdown="body=state")[2026] == 1
    change_row(row.laboratory, {"unit": BodyFactory(unit_id=LAM_DONG).unit}, "Sai tỉnh", by=central_keeper)
    recompute()
    assert (figures("MT6", LAM_DONG)[2026], figures("MT6", BAC_NINH)) == (1, {})
    withdraw_row(row, "Nhầm", by=central_keeper)
    recompute()
    assert (figures("MT6"), find_differences()) == ({}, [])


def test_figures_open_to_laboratories_and_bodies_in_sight(reader_client, signed_in, outsider):
    row = AssessmentFactory(laboratory__body=BodyFactory(unit_id=LAM_DONG))
    recompute()
    for code, named in (("mt6", row.laboratory), ("mt6a", row.laboratory.body)):
        page = f"/targets/{code}/provenance/2024/"
        assert str(named) in reader_client.get(page).text
        assert str(named) not in signed_in(outsider).get(page).text
        assert reader_client.get(f"/targets/{code}/").status_code == 200
        file = reader_client.get(page, {"export": "csv", "part": "rows"})
        assert str(named) in b"".join(file.streaming_content).decode("utf-8-sig")
    assert f"/registers/labs/?body={row.laboratory.body.code}" in reader_client.get(page).text


@pytest.mark.django_db(transaction=True)
def test_a_closed_figure_opens_to_what_stood_there(reference, central_keeper):
    rows = [AssessmentFactory(assessed_on=date(2025, 3, day)) for day in (1, 2, 3)]
    recompute()
    close(2025)
    period = Period.objects.get(year=2025)
    change_row(rows[0], {"laboratory": rows[1].laboratory}, "Nhầm phòng", by=central_keeper)
    change_row(rows[2].laboratory, {"body": rows[1].laboratory.body}, "Nhầm tổ chức", by=central_keeper)
    withdraw_row(rows[1], "Nhầm", by=central_keeper)

    def behind(code, as_of=None):
        return len(counted_rows(code, period, UnitScope(everything=True), known_on=as_of))

    assert [behind(code, period.closing.as_of) for code in ("MT6", "MT6a")] == [3, 3]
    assert [behind(code) for code in ("MT6", "MT6a")] == [2, 1]
    assert CriteriaAssessment.objects.live().count() == 2
