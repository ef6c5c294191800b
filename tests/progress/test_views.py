"""Pages of targets and the dashboard, by the six questions of the house."""

import json
from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from apps.accounts.models import User
from apps.audit.services import record
from apps.dashboard.searching import Group
from apps.progress.services import recompute
from apps.targets.models import UnitStatistic
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG
from tests.factories.closings import close_until

PAGES = [
    ("dashboard:dashboard", []),
    ("progress:indicator_list", []),
    ("progress:method", []),
    ("progress:indicator_detail", ["mt5"]),
    ("progress:indicator_detail", ["mt1"]),
    ("progress:provenance", ["mt5", 2024]),
    ("progress:provenance", ["mt5", 2024, "bac-giang"]),
]


@pytest.fixture
def counted(event, by):
    """Two enterprises of Bắc Giang in 2024, one of Lâm Đồng in 2026; 2024 is closed."""
    event(date(2024, 3, 1), BAC_GIANG)
    event(date(2024, 4, 1), BAC_GIANG)
    event(date(2026, 4, 1), LAM_DONG)
    recompute()
    close_until(2025)


def test_pages_open_for_the_officer_and_stay_closed_for_others(counted, signed_in, officer, stranger, client):
    inside, outside = signed_in(officer), signed_in(stranger)
    for name, args in PAGES:
        url = reverse(name, args=args)
        assert inside.get(url).status_code == 200, url
        assert outside.get(url).status_code == 403, url
        answer = client.get(url)
        assert answer.status_code == 302, url
        assert answer.url.startswith("/accounts/login/"), url


def test_the_dashboard_says_what_is_known_and_what_is_not(counted, signed_in, officer):
    page = signed_in(officer).get(reverse("dashboard:dashboard"))
    rows = {item.indicator.code: item for item, _bullet in page.context["rows"]}
    assert len(rows) == 7
    assert rows["MT5"].at_milestone == 2
    assert rows["MT5"].preliminary.value == 3
    assert rows["MT1"].outlook.verdict == "insufficient_data"
    text = page.content.decode()
    assert "Chưa đủ dữ liệu" in text
    assert "Số liệu minh họa" not in text, "real data must not be marked as an illustration"


def test_tile_map_has_34_provinces_and_both_archipelagos(counted, signed_in, officer):
    page = signed_in(officer).get(
        reverse("progress:indicator_detail", args=["mt5"]), {"year": 2024, "measure": "count"}
    )
    drawn = page.context["map"]
    assert len(drawn.tiles) == 34
    assert [island["name"] for island in drawn.islands] == ["Q.đảo Hoàng Sa", "Q.đảo Trường Sa"]
    shown = {tile.place.unit.id: tile.shown for tile in drawn.tiles if tile.place}
    assert shown == {BAC_NINH: 2}
    assert 'data-tile="VN-24-2025"' in page.content.decode()


def test_rates_stand_on_their_denominator(counted, signed_in, officer):
    UnitStatistic.objects.create(code="active_enterprises", unit_id=BAC_NINH, year=2024, value=400, source="thử")
    page = signed_in(officer).get(reverse("progress:indicator_detail", args=["mt5"]), {"year": 2024})
    first = page.context["places"][0]
    assert (first.unit.id, first.value, first.rate) == (BAC_NINH, 2, 5)
    text = " ".join(page.content.decode().split())
    assert '5,0 <small class="sub" data-denominator>/ 400 DN (2024)' in text
    assert "2 doanh nghiệp, 5,0 trên 1.000 doanh nghiệp đang hoạt động / 400 DN (2024)" in text


def test_a_rate_without_its_whole_denominator_is_a_dash_with_the_reason(counted, signed_in, officer):
    UnitStatistic.objects.create(code="active_enterprises", unit_id=BAC_GIANG, year=2024, value=400, source="thử")
    UnitStatistic.objects.create(code="active_enterprises", unit_id=LAM_DONG, year=2026, value=100, source="thử")
    page = signed_in(officer).get(reverse("progress:indicator_detail", args=["mt5"]), {"year": 2026})
    assert [(place.unit.id, place.rate) for place in page.context["places"]] == [(LAM_DONG, 10), (BAC_NINH, None)]
    assert "thiếu số doanh nghiệp năm 2024 của Bắc Ninh" in page.content.decode()


@pytest.mark.parametrize(("view", "unit"), [("current", BAC_NINH), ("as-reported", BAC_GIANG)])
def test_the_two_views_show_the_same_rows_under_their_units(counted, signed_in, officer, view, unit):
    page = signed_in(officer).get(reverse("progress:provenance", args=["mt5", 2024]), {"units": view})
    assert [(gain.unit.id, gain.total) for gain in page.context["gains"]] == [(unit, 2)]
    assert page.context["step"].total == 2


def test_a_unit_that_is_no_more_says_where_its_figures_stand_today(counted, signed_in, officer):
    client, url = signed_in(officer), reverse("progress:provenance", args=["mt5", 2024, "bac-giang"])
    page = client.get(url)
    assert [carrier.id for carrier in page.context["carriers"]] == [BAC_NINH]
    assert 'href="/targets/mt5/provenance/2024/bac-ninh/"' in page.content.decode()
    assert client.get(url, {"units": "as-reported"}).context["carriers"] == []


def test_provenance_opens_to_the_rows(counted, signed_in, officer):
    page = signed_in(officer).get(reverse("progress:provenance", args=["mt5", 2026]))
    step = page.context["step"]
    assert (step.previous, step.reached, step.repeated, step.total) == (2, 1, 0, 3)
    assert [row.unit_id for row, _unit in page.context["events"]] == [LAM_DONG]


def test_repeated_enterprises_are_subtracted_in_the_open(counted, event, signed_in, officer):
    again = event(date(2026, 5, 1), BAC_NINH)
    event(date(2026, 6, 1), LAM_DONG, of=again.programme.enterprise)
    recompute()
    step = signed_in(officer).get(reverse("progress:provenance", args=["mt5", 2026])).context["step"]
    assert (step.previous, step.reached, step.repeated, step.total) == (2, 3, 1, 4)


def test_a_neighbour_sees_the_figure_but_not_the_rows(counted, signed_in, outsider):
    page = signed_in(outsider).get(reverse("progress:provenance", args=["mt5", 2024]))
    assert page.context["step"].total == 2
    assert page.context["events"] == []
    assert "Công ty số" not in page.content.decode()


@pytest.mark.parametrize(
    "url",
    [
        "/targets/mt9/",
        "/targets/mt9/provenance/2024/",
        "/targets/mt5/provenance/2031/",
        "/targets/mt5/provenance/2024/xa/",
    ],
)
def test_what_is_not_there_is_404(counted, signed_in, officer, url):
    assert signed_in(officer).get(url).status_code == 404


@pytest.mark.parametrize("query", ["year=abc", "units=x'--", "measure=%00", "page=-1", "page=9999", "year=99999999999"])
def test_odd_parameters_fall_back(counted, signed_in, officer, query):
    client = signed_in(officer)
    assert client.get(f"/targets/mt5/?{query}").status_code == 200
    assert client.get(f"/targets/mt5/provenance/2024/?{query}").status_code == 200


def test_fresh_is_silent_until_a_figure_changes(counted, event, signed_in, officer):
    client = signed_in(officer)
    newest = client.get(reverse("dashboard:dashboard")).context["newest"]
    quiet = client.get(reverse("progress:fresh"), {"since": newest})
    assert (quiet.status_code, quiet.headers.get("HX-Trigger")) == (204, None)
    event(date(2024, 9, 1), BAC_GIANG)
    recompute()
    assert client.get(reverse("progress:fresh"), {"since": newest}).headers["HX-Trigger"] == "figures-changed"


def test_the_download_is_the_page_as_a_table(counted, signed_in, officer):
    answer = signed_in(officer).get("/targets/mt5/?export=csv&units=as-reported")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].startswith('"Mục tiêu";"Kỳ"')
    row = next(line for line in lines if line.startswith('"MT5";"2024";"VN-24-2008";"Bắc Giang";"2";"doanh nghiệp";'))
    assert '"đã chấp nhận";"Đơn vị tại thời điểm báo cáo"' in row
    assert answer["Content-Disposition"] == 'attachment; filename="mt5-theo-don-vi-bao-cao.csv"'
    record("demo.loaded", by=None)
    marked = signed_in(officer).get("/targets/mt5/?export=csv")
    assert marked["Content-Disposition"] == 'attachment; filename="mt5-theo-don-vi-hien-nay-so-lieu-minh-hoa.csv"'


def test_the_workbook_says_the_view_too_and_an_unknown_one_is_the_default(counted, signed_in, officer):
    answer = signed_in(officer).get("/targets/mt5/?export=xlsx&units=other")
    assert answer["Content-Disposition"] == 'attachment; filename="mt5-theo-don-vi-hien-nay.xlsx"'
    header, *rows = load_workbook(BytesIO(answer.content))["Số liệu"].iter_rows(values_only=True)
    found = [dict(zip(header, row, strict=True)) for row in rows]
    assert {row["Cách xem đơn vị"] for row in found} == {"Đơn vị hiện nay"}
    assert [row["Giá trị"] for row in found if (row["Mã đơn vị"], row["Kỳ"]) == (BAC_NINH, 2024)] == [2]
    assert BAC_GIANG not in {row["Mã đơn vị"] for row in found}


def test_the_page_says_how_a_program_asks_for_its_figures(counted, signed_in, officer):
    """And no button of an official's page answers with raw JSON."""
    client = signed_in(officer)
    page = client.get("/targets/mt5/", {"on": "30/06/2025"})
    calling = page.context["calling"]
    assert calling.path.endswith("/api/v1/indicators/MT5/values/?units=current&on=2025-06-30&page_size=200")
    answer, begun = client.get(calling.path).json(), json.loads(calling.answer)
    assert begun["count"] == calling.count == answer["count"] == len(answer["results"])  # not fifty of them
    assert begun["results"][0] in answer["results"]
    assert calling.address in calling.examples["curl"]
    assert f"{reverse('people:owntoken_add')}?scope=indicators%3Aread" in page.content.decode()
    assert 'action="/targets/mt5/#h-tinh"' in page.content.decode()  # a choice keeps the place


def test_the_workbook_says_what_it_holds_and_has_the_years_side_by_side(counted, signed_in, officer):
    client = signed_in(officer)
    book = load_workbook(BytesIO(client.get("/targets/mt5/?export=xlsx&units=as-reported").content))
    assert book.sheetnames == ["Giải thích", "Theo năm", "Số liệu"]
    told = dict(book["Giải thích"].iter_rows(values_only=True))
    assert told["Nội dung"].startswith("MT5 – ")
    assert told["Định nghĩa"]
    assert told["Số của mỗi năm"].startswith("Lũy kế từ đầu Đề án")
    assert told["Cách xem đơn vị"] == "Đơn vị tại thời điểm báo cáo"
    header, *rows = book["Theo năm"].iter_rows(values_only=True)
    units = {row[0] for row in rows if row[0]}
    assert f"{len(units)} đơn vị có số liệu: " in told["Đơn vị trong tệp"]
    years = dict(zip(header, next(row for row in rows if row[0] == BAC_GIANG), strict=True))
    assert (years["Đơn vị"], years[2024]) == ("Bắc Giang (đến 30/06/2025)", 2)
    book = load_workbook(BytesIO(client.get("/units/bac-ninh/figures/?export=xlsx").content))
    assert book.sheetnames == ["Giải thích", "Theo năm", "Số liệu"]


def test_search_finds_old_names_without_accents_and_only_visible_enterprises(counted, signed_in, keeper, outsider):
    def found(person: User, text: str) -> dict[str, Group]:
        return {group.key: group for group in signed_in(person).get("/search/", {"q": text}).context["groups"]}

    units = {hit.code for hit in found(keeper, "bac giang")["units"].hits}
    assert units == {BAC_GIANG, BAC_NINH}, "and who carries its past today"
    assert found(keeper, "cong ty so")["enterprises"].count == 2
    assert found(outsider, "cong ty so")["enterprises"].count == 1


def test_the_dashboard_narrows_to_a_unit_and_to_a_closed_year(counted, signed_in, officer, keeper):
    client = signed_in(officer)
    page = client.get("/dashboard/", {"scope": "bac-ninh"})
    row = next(item for item, _bullet in page.context["rows"] if item.indicator.code == "MT5")
    assert (row.at_milestone, row.goal) == (2, None)
    assert "Chưa giao chỉ tiêu đến năm 2030 cho đơn vị này" in page.content.decode()
    assert 'href="/targets/mt5/provenance/2026/bac-ninh/?units=current"' in page.content.decode()
    assert "units=as-reported" in page.content.decode()
    page = client.get("/dashboard/", {"scope": "bac-ninh", "units": "as-reported"})
    row = next(item for item, _bullet in page.context["rows"] if item.indicator.code == "MT5")
    assert row.outlook.last is None, "both enterprises of 2024 were Bắc Giang's"
    page = client.get("/dashboard/", {"year": "2024"})
    row = next(item for item, _bullet in page.context["rows"] if item.indicator.code == "MT5")
    assert (row.outlook.last_year, row.preliminary) == (2024, None)
    assert [unit.id for unit in signed_in(keeper).get("/dashboard/").context["view"].scopes["provinces"]] == [BAC_NINH]


def test_the_asked_year_is_shown_while_several_are_not_closed(event, signed_in, officer):
    event(date(2024, 3, 1), BAC_GIANG)
    event(date(2026, 4, 1), LAM_DONG)
    recompute()
    page = signed_in(officer).get("/targets/mt5/", {"year": "2026"})
    assert page.context["period"].year == 2026
    assert len(page.context["places"]) == 2
