"""Tasks of a year from the plan's items: previewed, made once, never twice."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from apps.organisations.models import OrganisationUnit
from apps.tasks.models import PlanTask
from apps.tasks.services.yearly import generate, planned_of_list_a, planned_of_unit
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG
from tests.factories.organisations import OrganisationUnitFactory


def said(*args: str) -> str:
    out = StringIO()
    call_command("generate_yearly_tasks", *args, stdout=out)
    return out.getvalue()


def test_a_year_is_made_once(reference):
    assert "Chưa ghi gì" in said("2026", "--dry-run")
    assert PlanTask.objects.count() == 0
    first = said("2026")
    made = PlanTask.objects.count()
    assert made == 18
    assert f"Đã sinh {made} nhiệm vụ, 0 đã có." in first
    assert f"Đã sinh 0 nhiệm vụ, {made} đã có." in said("2026")
    assert PlanTask.objects.count() == made


def test_items_of_five_years_and_of_once_come_in_their_years(reference):
    codes = {year: {one.item.code for one in planned_of_list_a(year)} for year in (2019, 2020, 2025, 2026)}
    assert "A.2.6.2" in codes[2020] & codes[2025]
    assert "A.2.6.2" not in codes[2019] | codes[2026]
    assert {"A.2.1.1", "A.2.1.2", "A.3.1"} <= codes[2019] - codes[2020]
    assert not any("A.2.1.3" in found for found in codes.values())  # a span is no yearly item


def test_a_province_has_the_seven_items_of_list_b_led_by_its_department(so, people):
    planned = planned_of_unit(OrganisationUnit.objects.get(pk=BAC_NINH), 2027)
    assert [one.item.code for one in planned] == [f"B.{number}" for number in range(1, 8)]
    assert {one.lead_unit for one in planned} == {so}
    assert len(generate(planned, by=people.officer_of_so)) == 7
    assert generate(planned, by=people.officer_of_so) == []


def made(unit: str, year: int = 2025) -> int:
    return len(generate(planned_of_unit(OrganisationUnit.objects.get(pk=unit), year), by=None))


def test_the_double_year_has_an_item_once_for_a_territory(reference, monkeypatch):
    """Bắc Giang and Bắc Ninh became one on 1 July 2025; Lâm Đồng took over two more; the ministries merged in March."""
    for day in (date(2025, 2, 1), date(2025, 8, 1), date(2026, 1, 5)):
        monkeypatch.setattr(timezone, "localdate", lambda *args, day=day: day)
        said("2025")
    listed = PlanTask.objects.filter(framework_item__list="A")
    assert len(listed) == len(set(listed.values_list("framework_item", flat=True))) > 0
    assert made(BAC_GIANG) == 7
    assert made(BAC_NINH) == 0  # it has them for that part
    assert made("VN-27-2008") == 7  # the other part: the province before it
    assert made("VN-27-2008") == 0
    assert made(LAM_DONG) == 7  # for the whole
    assert [made(unit) for unit in ("VN-68-2008", "VN-60-2008", "VN-67-2008")] == [0, 0, 0]
    assert made(BAC_NINH, 2026) == 7


def test_an_item_led_by_the_province_is_not_made_again_once_it_has_a_department(reference):
    assert made(BAC_NINH, 2026) == 7
    OrganisationUnitFactory(
        id="SO-MOI", kind="department", parent_id=BAC_NINH, is_focal=True, valid_to=timezone.localdate() + timedelta(9)
    )
    planned = planned_of_unit(OrganisationUnit.objects.get(pk=BAC_NINH), 2026)
    assert {one.lead_unit.pk for one in planned} == {"SO-MOI"}  # an end that is planned is none yet
    assert all(one.task for one in planned)


@pytest.mark.parametrize("name", ["neighbour", "approver_of_province"])
def test_nobody_makes_the_tasks_of_another_unit(people, signed_in, name):
    client = signed_in(getattr(people, name))
    refused = {"neighbour": 404, "approver_of_province": 403}[name]
    assert client.get(f"/tasks/yearly/?year=2027&unit={BAC_NINH}").status_code == refused
    answer = client.post("/tasks/yearly/", {"year": 2027, "unit": BAC_NINH, "item": ["B.1"]})
    assert answer.status_code == refused
    assert PlanTask.objects.count() == 0


def test_on_screen_a_preview_then_drafts(people, signed_in):
    client = signed_in(people.officer_of_so)
    page = client.get(f"/tasks/yearly/?year=2027&unit={BAC_NINH}").content.decode()
    assert "7 hạng mục, 7 chưa có nhiệm vụ" in page
    client.post("/tasks/yearly/", {"year": 2027, "unit": BAC_NINH, "item": ["B.1", "B.6"]})
    assert sorted(PlanTask.objects.values_list("framework_item", flat=True)) == ["B.1", "B.6"]
