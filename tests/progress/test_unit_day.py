"""`on=`: the current view as on another day, on pages, in files and in the API."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from apps.progress.services import recompute
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG
from tests.factories.closings import close_until

BEFORE, AFTER = "30/06/2025", "01/07/2025"
VALUES = "/api/v1/indicators/MT5/values/"
OLD_LAM_DONG = "VN-68-2008"


@pytest.fixture
def counted(event, by):
    event(date(2024, 3, 1), BAC_GIANG)
    event(date(2024, 4, 1), BAC_GIANG)
    event(date(2024, 5, 1), OLD_LAM_DONG)
    recompute()
    close_until(2025)


@pytest.mark.parametrize(
    ("day", "units"), [(BEFORE, {BAC_GIANG: 2, OLD_LAM_DONG: 1}), (AFTER, {BAC_NINH: 2, LAM_DONG: 1})]
)
def test_pages_follow_successions_to_the_units_of_the_day(counted, signed_in, officer, day, units):
    client = signed_in(officer)
    page = client.get("/targets/mt5/", {"year": 2024, "on": day})
    assert {place.unit.id: place.value for place in page.context["places"]} == units
    assert (page.context["map"] is None) == (day == BEFORE), "there was no map of 34 then"
    assert f"<span>Theo đơn vị tại ngày</span> <b>{day}</b>" in page.content.decode()
    page = client.get("/targets/mt5/provenance/2024/", {"on": day})
    assert {gain.unit.id: gain.total for gain in page.context["gains"]} == units
    assert page.context["step"].total == 3
    assert f"Đơn vị tại ngày {day}" in page.content.decode()


def test_provenance_of_a_unit_as_on_the_day(counted, signed_in, officer):
    client, url = signed_in(officer), "/targets/mt5/provenance/2024/bac-giang/"
    page = client.get(url, {"on": BEFORE})
    assert (page.context["step"].total, page.context["carriers"]) == (2, [])
    assert [row.unit_id for row, _unit in page.context["events"]] == [BAC_GIANG] * 2
    assert client.get(url).context["step"].total == 0
    assert client.get("/targets/mt5/provenance/2024/bac-ninh/", {"on": BEFORE}).context["step"].total == 0


def test_the_default_is_today_and_says_nothing_of_a_day(counted, signed_in, officer):
    page = signed_in(officer).get("/targets/mt5/", {"year": 2024})
    assert {place.unit.id for place in page.context["places"]} == {BAC_NINH, LAM_DONG}
    assert "Theo đơn vị tại ngày" not in page.content.decode()


def test_the_other_view_keeps_the_day_but_does_not_use_it(counted, signed_in, officer):
    page = signed_in(officer).get("/targets/mt5/", {"year": 2024, "units": "as-reported", "on": AFTER})
    assert {place.unit.id for place in page.context["places"]} == {BAC_GIANG, OLD_LAM_DONG}
    assert "Theo đơn vị tại ngày" not in page.content.decode()
    assert "units=current&amp;on=01/07/2025" in page.content.decode().replace("%2F", "/")


@pytest.mark.parametrize("wrong", ["31/02/2025", "2025-06-30", "hôm qua", "30/06/0025", "30/06/2025'--"])
def test_a_day_that_is_none_is_told_and_no_file_is_made_of_it(counted, signed_in, officer, wrong):
    client = signed_in(officer)
    for query in ({}, {"export": "csv"}):
        page = client.get("/targets/mt5/", {"year": 2024, "on": wrong, **query})
        assert page["Content-Type"].startswith("text/html")
        assert {place.unit.id for place in page.context["places"]} == {BAC_NINH, LAM_DONG}
        text = page.content.decode()
        assert "Trang này đang theo đơn vị hôm nay." in text
        assert 'aria-invalid="true"' in text
        assert ("Kiểm tra lại năm." in text) == (wrong == "30/06/0025")


def test_files_are_of_the_day_and_say_so(counted, signed_in, officer):
    client = signed_in(officer)
    answer = client.get("/targets/mt5/", {"on": BEFORE, "export": "xlsx"})
    assert answer["Content-Disposition"] == 'attachment; filename="mt5-theo-don-vi-hien-nay-2025-06-30.xlsx"'
    header, *rows = load_workbook(BytesIO(answer.content))["Số liệu"].iter_rows(values_only=True)
    found = [dict(zip(header, row, strict=True)) for row in rows]
    assert {row["Cách xem đơn vị"] for row in found} == {"Đơn vị tại ngày 30/06/2025"}
    assert {row["Mã đơn vị"]: row["Giá trị"] for row in found if row["Kỳ"] == 2024} == {
        None: 3,
        BAC_GIANG: 2,
        OLD_LAM_DONG: 1,
    }
    assert client.get("/targets/mt5/", {"on": BEFORE, "units": "as-reported", "export": "csv"})[
        "Content-Disposition"
    ].endswith('"mt5-theo-don-vi-bao-cao.csv"')


def test_the_api_takes_the_day_in_iso(counted, signed_in, officer):
    client = signed_in(officer)

    def units(**query) -> set:
        return {row["unit"] for row in client.get(VALUES, {"period": 2024, **query}).json()["results"]}

    assert units(on="2025-06-30") == {None, BAC_GIANG, OLD_LAM_DONG}
    assert units(on="2025-07-01") == units() == {None, BAC_NINH, LAM_DONG}


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"on": "30/06/2025"}, "Ngày không hợp lệ. Nhập theo dạng yyyy-mm-dd, ví dụ 2025-06-30."),
        ({"on": "2025-02-31"}, "Ngày không hợp lệ. Nhập theo dạng yyyy-mm-dd, ví dụ 2025-06-30."),
        ({"on": "0025-06-30"}, "Kiểm tra lại năm."),
        ({"on": "2025-06-30", "units": "as-reported"}, "Chỉ dùng với units=current."),
    ],
)
def test_the_api_refuses_another_day_in_words(counted, signed_in, officer, query, message):
    answer = signed_in(officer).get(VALUES, query)
    assert answer.status_code == 400
    assert message in answer.content.decode()
    assert "on" in str(answer.json())


def test_the_description_names_the_parameter(signed_in, officer):
    paths = signed_in(officer).get("/api/schema/?format=json").json()["paths"]
    parameters = {one["name"]: one for one in paths["/api/v1/indicators/{code}/values/"]["get"]["parameters"]}
    assert parameters["on"]["schema"]["format"] == "date"
    assert "units=current" in parameters["on"]["description"]


def test_links_between_figures_keep_the_view_and_the_day(counted, signed_in, officer):
    client = signed_in(officer)
    text = client.get("/targets/mt5/", {"year": 2024, "units": "as-reported"}).content.decode()
    assert 'href="/targets/mt5/provenance/2024/?units=as-reported"' in text, "from the series"
    assert 'href="/targets/mt5/provenance/2024/bac-giang/?units=as-reported"' in text, "from the bars"
    text = client.get("/targets/mt5/", {"year": 2024, "on": AFTER}).content.decode()
    kept = "?units=current&amp;on=01/07/2025"
    tile = next(part for part in text.split("<li>") if f'data-tile="{BAC_NINH}"' in part)
    assert f'href="/targets/mt5/provenance/2024/bac-ninh/{kept}"' in tile
    text = client.get("/dashboard/", {"scope": "bac-ninh", "on": AFTER}).content.decode()
    assert f'href="/targets/mt5/{kept}"' in text
    assert f'href="/targets/mt5/provenance/2026/bac-ninh/{kept}"' in text
