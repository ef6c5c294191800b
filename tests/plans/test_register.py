"""Plans as a declared register: who enters one, and what makes it one."""

import pytest

from apps.organisations.models import OrganisationUnit
from apps.plans.models import UnitPlan
from apps.reorganisations.services.sub_units import SubUnit, add_sub_unit
from apps.targets.models import RecomputeRequest
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG, TDC
from tests.registers.conftest import problems as problems_of
from tests.registers.conftest import upload, write  # noqa: F401 - what test_rows_of_a_file asks for

NEW, LIST = "/registers/unit-plans/new/", "/registers/unit-plans/"
PLAN = {
    "number": "48/KH-UBND", "title": "Kế hoạch triển khai Đề án", "unit": "Bắc Ninh", "issued_on": "28/08/2025",
    "first_year": "2026", "last_year": "2030", "key": "k",
}  # fmt: skip
pytestmark = pytest.mark.django_db


@pytest.fixture
def editor_client(member, signed_in):
    """Chuyên viên of the Sở that prepares for Bắc Ninh."""
    facts = SubUnit("Sở Khoa học và Công nghệ", "Sở KH&CN", "Sở", basis="Thử")
    province, admin = OrganisationUnit.objects.get(pk=BAC_NINH), member("Admin", "programme_administrator", TDC)
    home = add_sub_unit(province, facts, valid_from=province.valid_from, is_focal=True, by=admin)
    return signed_in(member("Editor", "unit_editor", home.pk))


def test_whoever_works_for_a_province_keeps_its_plans_by_hand(editor_client, plan):
    page = editor_client.get(LIST).content.decode()
    assert f'href="{LIST}"' in page
    assert f'href="{NEW}"' in page
    assert editor_client.get(f"{LIST}imports/").status_code == 200
    assert editor_client.get("/registers/standards/new/").status_code == 403
    assert editor_client.post(NEW, PLAN).status_code == 302
    row = UnitPlan.objects.get()
    assert (row.unit_id, row.number, row.first_year) == (BAC_NINH, "48/KH-UBND", 2026)
    assert RecomputeRequest.objects.get().source == "plans.unit_plan"
    page = editor_client.get(row.get_absolute_url()).content.decode()
    assert "edit/" in page
    assert "2026" in page
    former, others = plan(BAC_GIANG), plan(LAM_DONG, first=2025)
    assert editor_client.get(f"{former.get_absolute_url()}edit/").status_code == 200
    assert editor_client.get(others.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("role", ["unit_approver", "reader", "unit_administrator"])
def test_others_of_the_province_read(member, signed_in, plan, role):
    row, client = plan(BAC_GIANG), signed_in(member("Other", role, BAC_NINH))
    assert row.number in client.get(LIST).content.decode()
    assert client.get(NEW).status_code == 403
    assert client.get(f"{row.get_absolute_url()}edit/").status_code == 403


@pytest.mark.parametrize(
    ("given", "place", "words"),
    [
        ({"unit": "Bắc Giang"}, "unit", "Đơn vị không tồn tại vào ngày 28/08/2025"),
        ({"unit": "Sở KH&CN (Bắc Ninh)"}, "unit", "Không có đơn vị"),
        ({"first_year": "2017"}, "first_year", "Năm đầu phải từ 2018 đến 2035."),
        ({"last_year": "2036"}, "last_year", "Năm cuối phải từ 2018 đến 2035."),
        ({"first_year": "2031"}, "last_year", "Năm cuối không được trước năm đầu."),
        ({"first_year": "2020", "last_year": "2024"}, "last_year", "Kế hoạch ban hành sau năm cuối."),
        ({"number": "Kế hoạch số /KH-UBND"}, "number", "Thiếu số của kế hoạch."),
        ({"issued_on": ""}, "issued_on", "Nhập ngày/tháng/năm"),
        ({"ended_on": "28/08/2025"}, "ended_on", "Ngày hết hiệu lực phải sau ngày ban hành."),
    ],
)
def test_what_is_wrong_is_told_at_its_field(editor_client, given, place, words):
    page = editor_client.post(NEW, PLAN | given)
    assert page.status_code == 200
    assert words in " ".join(page.context["form"].errors[place])
    assert not UnitPlan.objects.exists()


def test_a_number_of_one_day_stands_once_for_a_unit(editor_client, member, signed_in):
    assert editor_client.post(NEW, PLAN).status_code == 302
    again = editor_client.post(NEW, PLAN | {"number": "Kế hoạch số 48 / kh–ubnd", "key": "k2"})
    assert "Kế hoạch này của đơn vị đã có trong sổ." in " ".join(again.context["form"].errors["number"])
    centre = signed_in(member("Keeper", "register_keeper", TDC))
    assert centre.post(NEW, PLAN | {"unit": "Lâm Đồng", "key": "k3"}).status_code == 302, "numbers run per unit"
    assert UnitPlan.objects.count() == 2


def test_a_number_stands_once_in_a_year_by_every_door(editor_client, upload, write):  # noqa: F811
    row = {name: value for name, value in PLAN.items() if name != "key"}
    other, later = row | {"issued_on": "29/08/2025"}, row | {"issued_on": "29/08/2026"}
    twice = upload("unit-plans", [row, other])
    assert (3, "Số, ký hiệu", "same_number", "error") in problems_of(twice)
    write(twice)
    assert (2, "Số, ký hiệu", "same_number", "error") in problems_of(upload("unit-plans", [other, later]))
    page = editor_client.post(NEW, PLAN | {"issued_on": "29/08/2025"})
    assert "Đơn vị đã có kế hoạch số này, ban hành ngày 28/08/2025" in " ".join(page.context["form"].errors["number"])
    assert editor_client.post(NEW, PLAN | {"issued_on": "29/08/2026", "key": "k2"}).status_code == 302


def test_another_kind_of_unit_is_refused_by_every_door(member, signed_in, editor_client):
    sub_unit = OrganisationUnit.objects.get(parent=BAC_NINH)
    centre = signed_in(member("Keeper", "register_keeper", TDC))
    sent = {**PLAN, "unit": sub_unit.pk, "issued_on": "2025-08-28"}
    answer = centre.post("/api/v1/registers/unit-plans/", sent, content_type="application/json")
    assert answer.status_code == 400
    assert "Tỉnh, thành phố" in str(answer.json()["errors"]["unit"])


def test_rows_of_a_file(upload, write):  # noqa: F811
    row = {name: value for name, value in PLAN.items() if name != "key"}
    odd = [row | {"unit": "Sở KH&CN", "number": "1/KH"}, row | {"unit": "Bắc Giang", "number": "2/KH"}]
    batch = upload("unit-plans", [row, *odd, row | {"number": "3/KH", "last_year": "2025"}])
    told = {(number, column, code) for number, column, code, _severity in problems_of(batch)}
    assert {(4, "Đơn vị ban hành", "unit"), (5, "Năm cuối", "constraint")} <= told
    assert any(number == 3 and column == "Đơn vị ban hành" for number, column, _code in told)
    assert write(upload("unit-plans", [row])).written_rows == 1
    assert UnitPlan.objects.get().unit_id == BAC_NINH
