"""The pages of an allocation: what they show, what they take, what they cost."""

import re
from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from apps.allocations import services
from apps.allocations.models import Allocation, AllocationLine, Portion
from apps.allocations.services import Entry
from apps.organisations.models import OrganisationUnit
from apps.targets.models import Indicator, IndicatorValue, Target
from tests.conftest import BAC_NINH, LAM_DONG
from tests.factories.closings import document

pytestmark = pytest.mark.django_db
PAGE = "/targets/allocation/mt5/1/"


def text_of(page) -> str:
    return " ".join(page.content.decode().split())


def total(allocation: Allocation, unit: str) -> int:
    lines = AllocationLine.objects.filter(portion__allocation=allocation, portion__unit=unit)
    return sum(int(one.amount or 0) for one in lines)


def test_the_page_says_what_is_needed_given_and_open(given, signed_in, officer):
    page = signed_in(officer).get(PAGE)
    text = text_of(page)
    need = page.context["sheet"].ground.need
    assert need == 93_000
    assert "Cần tăng thêm <b>93.000 doanh nghiệp</b> để đạt 100.000 vào năm 2030" in text
    assert "Còn 91.499 chưa giao" in text
    sheet = page.context["sheet"]
    assert (sheet.given, sum(row.given or 0 for row in sheet.beside)) == (1501, 50), (
        "what ministries manage is never added"
    )
    assert [bar.need for bar in sheet.bars] == [18_600] * 5
    row = next(one for one in sheet.rows if one.unit.id == BAC_NINH)
    assert (row.base, row.level, row.recent, row.pace, row.times) == (400, 1400, 100, 200, 2)
    assert "Gấp 2,0 lần mức tăng gần đây" in text
    assert sheet.rest == 7000 - 500, "whose place is none of these units'"


def test_without_a_script_the_table_is_one_form(given, signed_in, officer):
    client = signed_in(officer)
    fill = f"/targets/allocation/acts/{given.pk}/fill/"
    answer = client.post(fill, {f"v-{BAC_NINH}": "1.200", f"s-{BAC_NINH}": "1000", f"v-{LAM_DONG}": "501",
                                f"s-{LAM_DONG}": "501"})  # fmt: skip
    assert answer.status_code == 302
    assert (total(given, BAC_NINH), total(given, LAM_DONG)) == (1200, 501)
    page = client.post(fill, {f"v-{BAC_NINH}": "nhiều", f"s-{BAC_NINH}": "1200"})
    assert page.status_code == 422
    assert 'value="nhiều"' in page.content.decode()
    assert "Phải là số nguyên" in text_of(page)
    assert client.post(fill, {f"v-{BAC_NINH}": "7", f"s-{BAC_NINH}": "1000"}).status_code == 409


def test_a_number_is_saved_by_itself_and_answers_what_hangs_on_it(given, signed_in, officer):
    client = signed_in(officer)
    url = f"/targets/allocation/acts/{given.pk}/cells/{BAC_NINH}/"
    answer = client.post(url, {f"v-{BAC_NINH}": "900", f"s-{BAC_NINH}": "1000"}, headers={"hx-request": "true"})
    body = answer.content.decode()
    assert answer.status_code == 200
    assert all(f'id="{one}"' in body for one in (f"c-{BAC_NINH}", f"l-{BAC_NINH}", "bars", "sums", "points", "saved"))
    assert client.post(f"{url}2027/", {f"v-{BAC_NINH}.2027": "1", f"s-{BAC_NINH}.2027": "180"}).status_code == 200
    assert total(given, BAC_NINH) == 721
    assert client.post(url, {f"v-{BAC_NINH}": "5", f"s-{BAC_NINH}": "1"}).status_code == 409
    assert client.post(url.replace(BAC_NINH, "VN-99-2099"), {}).status_code == 404


def test_the_suggestion_is_shown_before_it_is_written(given, signed_in, officer):
    client = signed_in(officer)
    page = client.get(f"/targets/allocation/acts/{given.pk}/suggest/")
    assert "đơn vị sẽ có số khác" in text_of(page)
    assert total(given, BAC_NINH) == 1000
    client.post(f"/targets/allocation/acts/{given.pk}/suggest/")
    assert total(given, BAC_NINH) == 0, "nobody's active enterprises are known here"
    assert total(given, "BCT") == 50


def test_the_file_has_every_unit_and_year(given, signed_in, officer):
    answer = signed_in(officer).get(PAGE, {"export": "csv"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert "Giao tăng thêm 2030" in lines[0]
    assert any(line.startswith('"VN-24-2025";"Bắc Ninh";"có";"400"') for line in lines)
    assert any(line.startswith('"BCT"') and '"không"' in line for line in lines)


def test_the_file_comes_back_filled_in(given, signed_in, officer):
    """Nothing is written before it was looked at; every wrong cell is told at once; what changed meanwhile stops it."""
    client = signed_in(officer)
    book = load_workbook(BytesIO(b"".join(client.get(PAGE, {"export": "xlsx"}))))
    sheet = book.active
    heads = [cell.value for cell in sheet[1]]
    year = heads.index("Giao tăng thêm 2030") + 1
    row = next(cells[0].row for cells in sheet.iter_rows() if cells[0].value == BAC_NINH)
    sheet.cell(row, year).value = 250
    page = client.post(f"/targets/allocation/acts/{given.pk}/upload/", {"file": as_upload(book)})
    assert "1 số khác với bảng" in text_of(page)
    assert total(given, BAC_NINH) == 1000
    sent = {f"v-{BAC_NINH}.2030": "250", f"s-{BAC_NINH}.2030": "200"}
    assert all(f'name="{name}" value="{value}"' in page.content.decode() for name, value in sent.items())
    fill = f"/targets/allocation/acts/{given.pk}/fill/?by=year"
    assert client.post(fill, sent).status_code == 302
    assert total(given, BAC_NINH) == 1050
    assert client.post(fill, sent | {f"v-{BAC_NINH}.2030": "9"}).status_code == 409
    sheet.cell(row, year).value = "nhiều"
    sheet.cell(row + 1, 1).value = "VN-00"
    told = text_of(client.post(f"/targets/allocation/acts/{given.pk}/upload/", {"file": as_upload(book)}))
    assert "2 ô chưa nhận được" in told
    assert "Ghi vào bảng</button>" not in told
    other = client.post(f"/targets/allocation/acts/{given.pk}/upload/", {"file": SimpleUploadedFile("a.xlsx", b"x")})
    assert 'role="alert"' in other.content.decode() or "errsum" in other.content.decode()


def test_a_file_that_says_a_number_twice_is_not_understood(given, signed_in, officer):
    """Two rows of a unit, two columns of a year, one number over the rows of two units: nobody chooses among them."""
    client = signed_in(officer)
    raw = b"".join(client.get(PAGE, {"export": "xlsx"}))

    def told(change) -> str:
        book = load_workbook(BytesIO(raw))
        change(book.active, [cell.value for cell in book.active[1]].index("Giao tăng thêm 2030") + 1)
        return text_of(client.post(f"/targets/allocation/acts/{given.pk}/upload/", {"file": as_upload(book)}))

    assert "Mã đơn vị đã có ở dòng 2" in told(lambda sheet, _at: sheet.append([sheet["A2"].value]))
    assert "hai cột “Giao tăng thêm 2030”" in told(
        lambda sheet, at: sheet.cell(1, sheet.max_column + 1, sheet.cell(1, at).value)
    )
    merged = told(lambda sheet, at: sheet.merge_cells(start_row=2, end_row=3, start_column=at, end_column=at))
    assert "trải qua nhiều dòng: bỏ gộp" in merged
    assert "Ghi vào bảng</button>" not in merged


def as_upload(book) -> SimpleUploadedFile:
    kept = BytesIO()
    book.save(kept)
    return SimpleUploadedFile("giao.xlsx", kept.getvalue())


def test_units_are_asked_in_their_inbox_and_answer(given, signed_in, officer, leader, member):
    services.circulate(given, timezone.localdate() + timedelta(days=3), by=officer)
    client = signed_in(member("Editor Lam Dong", "unit_editor", LAM_DONG))
    assert "Góp ý dự thảo: Giao chỉ tiêu MT5 giai đoạn 2026–2030, phiên bản 1" in text_of(client.get("/inbox/"))
    portion = Portion.objects.get(allocation=given, unit=LAM_DONG)
    url = f"/targets/allocation/portions/{portion.pk}/comment/"
    assert "Nhập lý do đề nghị số khác" in text_of(client.post(url, {"answer": "wish", "wish": "450"}))
    assert client.post(url, {"answer": "wish", "wish": "450", "text": "Ít doanh nghiệp"}).status_code == 302
    assert "Góp ý dự thảo" not in text_of(client.get("/inbox/"))
    page = signed_in(officer).get(PAGE)
    assert "Đề nghị 450" in text_of(page)
    assert [row.unit.id for row in page.context["sheet"].wishes] == [LAM_DONG]
    services.propose(given, by=officer)
    assert "Chờ phê duyệt" in text_of(signed_in(leader).get("/inbox/"))


def test_proposing_names_who_is_silent(given, signed_in, officer):
    services.circulate(given, timezone.localdate(), by=officer)
    text = text_of(signed_in(officer).get(f"/targets/allocation/acts/{given.pk}/propose/"))
    assert "3 đơn vị chưa góp ý:" in text
    assert "Bắc Ninh" in text


def test_a_leader_approves_by_a_decision(given, signed_in, officer, leader, five):
    services.propose(given, by=officer)
    client = signed_in(leader)
    answer = client.post(f"/targets/allocation/acts/{given.pk}/approve/", {"document": document("7/QĐ-THU").number})
    assert answer.status_code == 302
    assert Target.objects.filter(indicator=five, unit=BAC_NINH, year=2030, value=1400).exists()
    page = client.get(PAGE)
    assert page.context["may"] == frozenset()
    assert "Phiên bản 1, đã phê duyệt" in text_of(page)


def test_versions_are_compared(given, signed_in, officer, five):
    second = services.draft_allocation(five, 2026, 2030, by=officer, like=given)
    services.write_amounts(second, [Entry(BAC_NINH, None, Decimal(700))], by=officer)
    page = signed_in(officer).get("/targets/allocation/mt5/2/", {"against": "1"})
    [one] = page.context["differences"]
    assert (one.unit.id, one.before, one.after) == (BAC_NINH, 1000, 700)


def test_a_unit_is_judged_by_what_it_was_given(given, approved, signed_in, officer, member):
    client = signed_in(officer)
    page = client.get("/dashboard/", {"scope": "bac-ninh"})
    assert "Dự thảo: giao tăng thêm 1.000 giai đoạn 2026–2030" in text_of(page)
    assert "Chưa giao chỉ tiêu" in text_of(page)
    approved(given)
    page = client.get("/dashboard/", {"scope": "bac-ninh"})
    [(item, _bullet)] = page.context["rows"]
    assert (item.goal, item.outlook.needed, item.outlook.recent, item.outlook.verdict) == (1400, 200, 100, "off_track")
    assert "Chỉ tiêu 2030: 1.400" in text_of(client.get("/units/bac-ninh/figures/"))
    assert "Hết 2025: khó đạt, chỉ tiêu 2030: 1.400" in text_of(client.get("/targets/mt5/", {"measure": "count"}))
    before = text_of(client.get("/targets/mt5/", {"measure": "count", "year": 2024}))
    assert re.search(r"Hết 2024: [^.,]+, chỉ tiêu 2030: 1.400", before), "by the year that is shown"
    assert "Hết 2025:" not in before
    told = client.get("/api/v1/targets/of-unit/", {"unit": BAC_NINH}).json()
    assert {one["year"]: (one["value"], one["origin"]) for one in told}[2030] == ("1400", "own")
    home = signed_in(member("Editor Bac Ninh", "unit_editor", BAC_NINH)).get("/dashboard/")
    assert "Chỉ tiêu 2030: 1.400" in text_of(home)


def test_a_ministry_is_judged_by_what_it_manages(given, approved, five, signed_in, officer):
    """Its part lies in the provinces' figures: what is counted for it is the nation's by managing ministry."""
    for year, value in ((2022, 1), (2023, 2), (2024, 3), (2025, 10)):
        of_nation = IndicatorValue.objects.filter(indicator=five, period__year=year, unit=None).get()
        IndicatorValue.objects.bulk_create([
            IndicatorValue(indicator=five, period=of_nation.period, breakdown="ministry=BCT", value=value,
                           basis=of_nation.basis, known_from=timezone.now())
        ])  # fmt: skip
    from tests.factories.closings import close

    close(2022, 2023, 2024, 2025)
    services.draft_allocation(five, 2026, 2030, by=officer)
    again = Allocation.objects.get(version=2)
    services.write_amounts(again, [Entry("BCT", None, Decimal(50))], by=officer)
    approved(again)
    page = signed_in(officer).get("/dashboard/", {"scope": OrganisationUnit.objects.get(pk="BCT").slug})
    [(item, _bullet)] = page.context["rows"]
    assert (item.outlook.last, item.goal, item.outlook.needed) == (10, 60, 10)


@pytest.mark.parametrize("address", [PAGE, f"{PAGE}?by=year"])
def test_the_page_costs_the_same_for_any_number_of_units_and_years(
    given, signed_in, officer, django_assert_num_queries, address
):
    client = signed_in(officer)
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    other = Allocation.objects.create(
        indicator=Indicator.objects.get(code="MT4"), version=1, first_year=2019, last_year=2030,
        units_on=timezone.localdate(), drafted_by=officer, drafted_at=timezone.now(),
    )  # fmt: skip
    units = OrganisationUnit.objects.order_by("pk")[:97]
    portions = Portion.objects.bulk_create([Portion(allocation=other, unit=unit) for unit in units])
    AllocationLine.objects.bulk_create(
        [AllocationLine(portion=one, year=year, amount=1) for one in portions for year in other.years]
    )
    # Without the parts beside and the denominators, which MT4 has not: three statements fewer.
    with django_assert_num_queries(len(few) - 3):
        client.get(address.replace("mt5", "mt4"))


def test_the_api_tells_every_version_and_its_lines(given, signed_in, officer):
    client = signed_in(officer)
    [one] = client.get("/api/v1/allocations/?indicator=mt5").json()["results"]
    assert (one["state"], one["version"], one["goal"]) == ("draft", 1, None)
    lines = client.get(f"/api/v1/allocations/{one['id']}/").json()["lines"]
    own = [line for line in lines if line["unit"] == BAC_NINH]
    assert next((line["year"], line["amount"], line["adds"]) for line in own) == (2026, "200", True)
    assert {line["adds"] for line in lines if line["unit"] == "BCT"} == {False}
