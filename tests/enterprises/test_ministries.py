"""Who manages an enterprise, from which day on: on its page, in its list and files, and in MT5 by ministry."""

import csv
import re
from datetime import date

import pytest

from apps.enterprises.models import ManagingMinistry
from apps.progress.figures import figures
from apps.progress.services import find_differences, recompute
from apps.registers.services import withdraw_row
from apps.targets.models import Indicator
from tests.conftest import BAC_NINH
from tests.enterprises.conftest import LIST, text_of
from tests.factories.enterprises import EnterpriseFactory, tax_code
from tests.factories.registers import MinistryFactory
from tests.registers.conftest import problems, states, undo, upload, write  # noqa: F401 - the way of a file is the same here

NEW = "/registers/managing-ministries/new/"
TRADE, OTHER = "BCT", "BTC"
CODE = "0101243150"
ROW = {"tax_code": CODE, "name": "Tổng công ty Đo", "unit": "Bộ Công Thương", "since": "01/03/2024"}
pytestmark = pytest.mark.django_db


@pytest.fixture
def ministry(member):
    return member("Keeper Trade", "register_keeper", TRADE)


def told(year: int) -> dict[str, int]:
    found = figures(Indicator.objects.get(code="MT5"), year=year, national=True, breakdown="ministry")
    return {one.breakdown.partition("=")[2]: int(one.value) for one in found if one.value}


def test_a_ministry_names_its_enterprises_and_nobody_elses(ministry, signed_in, keeper):
    client = signed_in(ministry)
    assert client.post(NEW, ROW | {"tax_code": f"{CODE}-003", "key": "a"}).status_code == 302
    row = ManagingMinistry.objects.get()
    assert (row.tax_code, row.unit_id, row.since) == (CODE, TRADE, date(2024, 3, 1))
    for given, place, words in (
        ({"unit": "Bộ Tài chính"}, "unit", "Không có đơn vị"),
        ({"since": "01/03/2099"}, "since", "Ngày không được sau hôm nay"),
        ({"ended_on": "01/03/2024"}, "ended_on", "phải sau ngày bắt đầu"),
        ({}, "tax_code", "Đã ghi bộ, ngành quản lý doanh nghiệp này từ ngày đó."),
    ):
        page = client.post(NEW, ROW | {"key": "b"} | given)
        assert words in " ".join(page.context["form"].errors[place])
    refused = signed_in(keeper).post(NEW, ROW | {"unit": "Bắc Ninh", "since": "01/03/2025", "key": "c"})
    assert "Không có đơn vị" in " ".join(refused.context["form"].errors["unit"])


def test_only_ministries_of_the_day_manage(signed_in, central_keeper):
    page = signed_in(central_keeper).post(NEW, ROW | {"unit": "BKHDT", "since": "01/04/2025", "key": "k"})
    assert "Đơn vị không tồn tại vào ngày 01/04/2025" in " ".join(page.context["form"].errors["unit"])


def test_rows_of_a_file_are_written_and_taken_back(upload, write, undo, ministry):  # noqa: F811
    batch = upload("managing-ministries", [ROW, ROW | {"tax_code": "0101243160"}], by=ministry, unit=TRADE)
    assert [(number, code) for number, _column, code, _severity in problems(batch)] == [(3, "tax_code_check_digit")]
    write(batch, ministry)
    assert {*states(upload("managing-ministries", [ROW], by=ministry, unit=TRADE))} == {"unchanged"}
    undo(batch, ministry)
    assert not ManagingMinistry.objects.live().exists()


def test_a_list_as_a_file_comes_back_as_it_was(upload, signed_in, ministry):  # noqa: F811
    MinistryFactory(unit_id=TRADE, ended_on=date(2024, 1, 1), note="=1")
    listed = signed_in(ministry).get("/registers/managing-ministries/?export=xlsx").getvalue()
    assert {*states(upload("managing-ministries", listed, by=ministry, unit=TRADE))} == {"unchanged"}


def test_the_page_tells_who_manages_now_and_who_did(client, ministry, signed_in, central_keeper):
    kept = EnterpriseFactory(tax_code=f"{tax_code(11)}-001")
    MinistryFactory(tax_code=tax_code(11), unit_id=OTHER, since=date(2020, 1, 1))
    assert "từ 01/01/2020" in text_of(client.get(kept.get_absolute_url()))
    MinistryFactory(tax_code=tax_code(11), unit_id=TRADE, since=date(2024, 1, 1))
    page = client.get(kept.get_absolute_url()).content.decode()
    assert page.index("Bộ Công Thương") < page.index("Bộ Tài chính")
    assert "từ 01/01/2020 đến trước 01/01/2024" in text_of(client.get(kept.get_absolute_url()))
    assert "managing-ministries/new/" not in page, "a province names no ministry"
    assert f"tax_code={tax_code(11)}-001" in signed_in(central_keeper).get(kept.get_absolute_url()).content.decode()


def test_the_list_is_narrowed_by_who_manages_today_and_says_it_in_files(client):
    MinistryFactory(tax_code=tax_code(11), unit_id=OTHER, since=date(2020, 1, 1))
    MinistryFactory(tax_code=tax_code(11), unit_id=TRADE, since=date(2024, 1, 1))
    MinistryFactory(tax_code=tax_code(12), unit_id=TRADE, since=date(2020, 1, 1), ended_on=date(2025, 1, 1))
    MinistryFactory(tax_code=tax_code(13), unit_id="BKHDT", since=date(2020, 1, 1))
    for name, code in (("A", tax_code(11)), ("B", tax_code(12)), ("C", tax_code(13)), ("D", tax_code(14))):
        EnterpriseFactory(name=name, tax_code=code)
    EnterpriseFactory(name="Chi nhánh A", tax_code=f"{tax_code(11)}-001")

    def names(*units: str) -> list[str]:
        rows = client.get(LIST, {"ministry": units}).context["table"].rows
        return [row.record.name for row in rows]

    assert names(TRADE) == ["A", "Chi nhánh A"]
    assert names(OTHER) == ["C"], "it carries the past of the ministry that managed C"
    choices = client.get(LIST).context["filter"].form.fields["ministry"].choices
    assert [unit for unit, _name in choices] == [TRADE, "BKHDT", OTHER]
    lines = b"".join(client.get(f"{LIST}?export=csv").streaming_content).decode("utf-8-sig").splitlines()
    rows = list(csv.DictReader(lines, delimiter=";"))
    assert {row["Doanh nghiệp"]: row["Bộ, ngành quản lý"] for row in rows if row["Doanh nghiệp"] < "C"} == {
        "A": "Bộ Công Thương", "B": "",
    }  # fmt: skip
    assert [row["Bộ, ngành quản lý"] for row in rows if row["Doanh nghiệp"] == "Chi nhánh A"] == ["Bộ Công Thương"]


def test_the_list_shows_the_ministry_to_whoever_chooses_its_column(client):
    MinistryFactory(tax_code=tax_code(11), unit_id=TRADE, since=date(2024, 1, 1))
    EnterpriseFactory(name="A", tax_code=tax_code(11))
    EnterpriseFactory(name="B", tax_code=tax_code(12))
    cells = re.findall(
        r'data-l="Bộ, ngành quản lý"[^>]*>([^<]*)<', client.get(LIST, {"col": "ministry"}).content.decode()
    )
    assert [cell.strip() for cell in cells] == ["Bộ Công Thương", "–"]
    assert 'data-l="Bộ, ngành quản lý"' not in client.get(LIST).content.decode()


def test_mt5_is_told_by_who_managed_on_the_day_counted(event_of, central_keeper, signed_in, officer):
    """Beside the provinces: the parts add up to the nation's figure, each enterprise with one ministry or with none."""
    first = MinistryFactory(tax_code=tax_code(11), unit_id=OTHER, since=date(2020, 1, 1))
    MinistryFactory(tax_code=tax_code(11), unit_id=TRADE, since=date(2024, 1, 1))
    MinistryFactory(tax_code=tax_code(12), unit_id=TRADE, since=date(2020, 1, 1), ended_on=date(2022, 1, 1))
    for code, day in (
        (tax_code(11), date(2023, 5, 1)), (f"{tax_code(12)}-001", date(2021, 5, 1)), (tax_code(13), date(2021, 5, 1)),
    ):  # fmt: skip
        event_of(EnterpriseFactory(tax_code=code), "applied", day, unit="VN-24-2008")
    event_of(EnterpriseFactory(tax_code=tax_code(12)), "applied", date(2026, 1, 5), unit=BAC_NINH)
    recompute()
    assert told(2021) == {TRADE: 1, "none": 1}
    assert told(2026) == {TRADE: 1, OTHER: 1, "none": 1}
    page = text_of(signed_in(officer).get("/targets/mt5/provenance/2026/"))
    listed = page.partition("Chia theo bộ, ngành quản lý vào ngày được tính")[2]
    assert "Bộ Công Thương 1 Bộ Tài chính 1 Chưa ghi bộ, ngành quản lý 1" in listed
    assert "Chia theo ngành, lĩnh vực trọng tâm" not in page, "there is no list"
    assert find_differences() == []
    withdraw_row(first, "Nhầm", by=central_keeper)
    recompute()
    assert told(2026) == {TRADE: 1, "none": 2}
    assert find_differences() == []


def test_whose_rows_the_register_cannot_take_is_offered_no_way_in(signed_in, keeper, member):
    of_ministry = signed_in(member("Keeper BCT", "register_keeper", "BCT"))
    address = 'href="/registers/managing-ministries/new/"'
    assert address in of_ministry.get("/registers/managing-ministries/").content.decode()
    assert address not in signed_in(keeper).get("/registers/managing-ministries/").content.decode()
