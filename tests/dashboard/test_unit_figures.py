"""The figures of a unit: in both views, each a link, as a block, a page and a file."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.organisations.asked import UnitView
from apps.organisations.models import OrganisationUnit
from apps.progress.figures import figures, figures_of_unit
from apps.progress.services import recompute
from apps.targets.models import Indicator
from tests.conftest import BAC_GIANG, BAC_NINH
from tests.factories.closings import close_until
from tests.factories.targets import FractionFactory, IndicatorFactory, IndicatorValueFactory, RatioFactory
from tests.progress.conftest import by, enterprise, event  # noqa: F401
from tests.reorganisations import acts

OLD_BAC_NINH = "VN-27-2008"
PAGE, OLD_PAGE = "/units/bac-ninh/figures/", "/units/bac-giang/figures/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def counted(event, by):  # noqa: F811
    """MT5: two of Bắc Giang in 2024, one of the new Bắc Ninh in 2026. A ratio: both parts of it in 2024."""
    event(date(2024, 3, 1), BAC_GIANG)
    event(date(2024, 4, 1), BAC_GIANG)
    event(date(2026, 4, 1), BAC_NINH)
    ratio = RatioFactory(code="TL")
    FractionFactory(indicator=ratio, unit_id=BAC_GIANG, numerator=1, denominator=4)
    FractionFactory(indicator=ratio, unit_id=OLD_BAC_NINH, numerator=9, denominator=10)
    recompute()
    close_until(2025)


def shown(page) -> dict[str, dict[int, object]]:
    return {
        indicator.code: {cell.year: cell.figure.value for cell in cells if cell.figure}
        for indicator, cells in page.context["table"].rows
    }


def text_of(page) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


def test_a_unit_of_today_carries_its_predecessors_figures(counted, signed_in, officer):
    page = signed_in(officer).get(PAGE)
    found = shown(page)
    assert found["MT5"] == {2024: 2, 2025: 2, 2026: 3}
    text = text_of(page)
    assert "71,4 10 / 14" in text
    assert "2026 tạm tính" in text
    assert page.context["table"].years == list(range(2019, 2027))
    assert "Chưa có số liệu: MT1 Chuẩn quốc gia ·" in text


def test_every_figure_opens_to_what_it_is_made_of_in_the_same_view(counted, signed_in, officer):
    client = signed_in(officer)
    text = client.get(PAGE).content.decode()
    assert 'href="/targets/mt5/provenance/2024/bac-ninh/?units=current"' in text
    assert 'href="/targets/tl/?units=current&amp;year=2024"' in text
    text = client.get(OLD_PAGE, {"units": "as-reported"}).content.decode()
    assert 'href="/targets/mt5/provenance/2024/bac-giang/?units=as-reported"' in text
    page = client.get("/targets/mt5/provenance/2024/bac-giang/?units=as-reported")
    assert page.context["step"].total == 2


def test_as_reported_each_unit_has_its_own(counted, signed_in, officer):
    client = signed_in(officer)
    one = {2026: 1}
    assert shown(client.get(PAGE, {"units": "as-reported"})) == {"MT5": one, "MT5a": one, "MT5c": one}
    page = client.get(OLD_PAGE, {"units": "as-reported"})
    assert shown(page)["MT5"] == {2024: 2, 2025: 2, 2026: 2}
    assert shown(page)["TL"] == {2024: 25}
    assert "25,0 1 / 4" in text_of(page)


def test_on_another_day_the_predecessor_stands_for_itself(counted, signed_in, officer):
    page = signed_in(officer).get(OLD_PAGE, {"on": "30/06/2025"})
    assert shown(page)["MT5"] == {2024: 2, 2025: 2, 2026: 2}
    assert "/targets/mt5/provenance/2024/bac-giang/?units=current&amp;on=30/06/2025" in page.content.decode()


def test_where_nothing_is_known_it_says_so_and_leads_on(counted, signed_in, officer):
    client = signed_in(officer)
    page = client.get(OLD_PAGE)
    assert page.context["table"].rows == []
    text = page.content.decode()
    assert "Chưa có số liệu" in text
    assert 'href="/units/bac-ninh/figures/?units=current"' in text
    assert "export=csv" not in text
    assert "Chưa có số liệu" in client.get("/units/bo-cong-an/figures/").content.decode()


def test_notes_are_told_once_below(reference, signed_in, officer):
    one = IndicatorFactory(code="KHONGCONG", aggregation="latest")
    for year in (2023, 2024):
        IndicatorValueFactory(indicator=one, year=year, unit_id=BAC_GIANG, value=5)
        IndicatorValueFactory(indicator=one, year=year, unit_id=OLD_BAC_NINH, value=7)
    page = signed_in(officer).get(PAGE)
    text = text_of(page)
    assert text.count("a Không cộng được số của các đơn vị trước sắp xếp.") == 1
    assert text.count("Chưa đủ dữ liệu a") == 2, "no figure, and why"


@pytest.mark.parametrize("view", list(UnitView))
@pytest.mark.parametrize("unit", [BAC_NINH, BAC_GIANG, "BTC"])
def test_one_statement_says_what_each_indicator_says(counted, view, unit):
    stock = IndicatorFactory(aggregation="latest", stock_adds_up=True)
    for year in (2024, 2025):
        IndicatorValueFactory(indicator=stock, year=year, unit_id="BKHDT", value=5)
        IndicatorValueFactory(indicator=stock, year=year, unit_id="BTC", value=7)
    whole = IndicatorFactory()
    IndicatorValueFactory(indicator=whole, year=2025, unit_id=BAC_GIANG, value=5)
    IndicatorValueFactory(indicator=whole, year=2025, unit_id=BAC_NINH, value=20, covers_predecessors=True)
    every = list(Indicator.objects.all())
    found = figures_of_unit(every, unit, view=view)
    assert found == {one.pk: figures(one, view=view, unit=unit) for one in every}
    assert any(found.values()) == (unit != BAC_GIANG or view == UnitView.AS_REPORTED)


def test_the_block_links_to_itself_not_to_the_page_around_it(counted, signed_in, officer):
    block = signed_in(officer).get(PAGE, {"units": "current"}, headers=HTMX)
    text = block.content.decode()
    assert text.strip().startswith('<section class="card" id="unit-figures"')
    assert "<html" not in text
    assert f'hx-get="{PAGE}?units=as-reported"' in text
    assert f'href="{PAGE}?units=current&amp;export=csv"' in text
    assert block["Vary"].startswith("HX-Request, Cookie")
    whole = signed_in(officer).get(PAGE).content.decode()
    assert "<html" in whole
    assert f'hx-get="{PAGE}' not in whole


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/units/bac-ninh/", "/units/bac-ninh/figures/?units=current"),
        ("/units/bac-giang/", "/units/bac-giang/figures/?units=as-reported"),
        ("/units/bac-giang/?on=01/01/2025", "/units/bac-giang/figures/?units=current&amp;on=01/01/2025"),
        ("/units/bo-tai-chinh/", "/units/bo-tai-chinh/figures/?units=current"),
        ("/units/bo-khdt/", "/units/bo-khdt/figures/?units=as-reported"),
    ],
)
def test_the_units_page_has_a_place_for_it_and_a_link_without_script(reference, signed_in, officer, path, query):
    text = signed_in(officer).get(path).content.decode()
    assert f'hx-get="{query}"' in text
    assert f'href="{query}"' in text
    assert "Số liệu MT5 năm" not in text


def test_who_may_not_read_figures_sees_no_place_for_them(counted, signed_in, stranger, client, officer):
    assert signed_in(stranger).get(PAGE).status_code == 403
    assert signed_in(stranger).get(PAGE, {"export": "csv"}).status_code == 403
    assert client.get(PAGE).status_code == 302
    assert signed_in(officer).get("/units/khong-co/figures/").status_code == 404
    assert signed_in(officer).post(PAGE).status_code == 405


def test_a_unit_that_is_only_planned_has_no_figures_yet(reference, signed_in, officer):
    OrganisationUnit.objects.filter(pk=BAC_NINH).update(valid_from=date(2027, 1, 1))
    assert "unit-figures" not in signed_in(officer).get("/units/bac-ninh/").content.decode()


def test_the_file_has_every_figure_with_its_view(counted, signed_in, officer):
    answer = signed_in(officer).get(PAGE, {"export": "csv"})
    assert answer["Content-Disposition"] == 'attachment; filename="bac-ninh-theo-don-vi-hien-nay.csv"'
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].startswith('"Mục tiêu";"Kỳ";"Mã đơn vị"')
    assert any(line.startswith('"MT5";"2024";"VN-24-2025";"Bắc Ninh";"2";"doanh nghiệp"') for line in lines)
    ratio = next(line for line in lines if line.startswith('"TL";"2024"'))
    assert '"Đơn vị hiện nay";"10";"14"' in ratio
    assert len({line.count('";"') for line in lines}) == 1, "every row has all the columns"


def test_query_count_does_not_grow(counted, event, signed_in, officer):  # noqa: F811
    client = signed_in(officer)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as few:
        client.get(PAGE)
    for number in range(4):
        event(date(2023, 5, 5), OLD_BAC_NINH, form="written" if number else "served")
        IndicatorValueFactory(unit_id=BAC_GIANG)
    recompute()
    with CaptureQueriesContext(connection) as many:
        client.get(PAGE)
    assert len(many) == len(few)
    assert sum("targets_indicatorvalue" in one["sql"] and "RECURSIVE" in one["sql"] for one in many) == 1


def test_after_a_merger_the_new_unit_carries_all(counted, signed_in, officer):
    act = acts.done(acts.merger(timezone.localdate()), officer)
    merged = act.begun.get()
    client = signed_in(officer)
    assert shown(client.get(f"/units/{merged.slug}/figures/"))["MT5"] == {2024: 2, 2025: 2, 2026: 3}
    page = client.get(PAGE)
    assert [carrier.id for carrier in page.context["carriers"]] == [merged.pk]
