"""What readers stumbled over: rules said in words, signs explained, acts found by number, one word for a thing."""

import re
from decimal import Decimal

import pytest
from lxml import html

from apps.dashboard.verdicts import summary_of
from apps.documents.models import LegalDocument
from apps.progress.outlook import Verdict
from apps.progress.ramp import as_shown, bounds_of, class_of
from apps.public.results import Results
from apps.public.views_documents import by_number
from tests.conftest import BAC_NINH, LAM_DONG
from tests.factories.closings import close, document, publish
from tests.public.conftest import HA_NOI
from tests.public.test_canaries import figure
from tests.public.test_open_data import rows_of
from tests.public.test_pages import page_of


def words_of(client, url: str) -> str:
    tree = html.fromstring(client.get(url).content)
    return " ".join(tree.xpath("//main")[0].text_content().split())


# --- how it is concluded ----------------------------------------------------------------------------------------------


def test_the_rule_of_verdicts_is_told_by_the_numbers_it_goes_by(published, client, settings):
    settings.OUTLOOK_ON_TRACK, settings.OUTLOOK_AT_RISK = "1.1", "0.6"
    told = words_of(client, "/about/")
    assert "Tỷ số từ 1,1 trở lên" in told
    assert "Tỷ số từ 0,6 đến dưới 1,1" in told
    assert "Tỷ số dưới 0,6" in told
    assert "của 3 năm gần nhất đã công bố" in told
    assert "Ratio of 0.6 or more and less than 1.1" in words_of(client, "/en/about/")


def test_the_answer_leads_to_its_rule(published, client):
    tree = html.fromstring(client.get("/").content)
    [link] = tree.xpath("//p[contains(@class, 'ledetxt')]/a/@href")
    page, _mark, place = link.partition("#")
    assert html.fromstring(client.get(page).content).xpath(f"//*[@id='{place}']")


class Judged:
    """A target as far as it is counted."""

    def __init__(self, verdict: Verdict | None) -> None:
        self.has_figures, self.milestone_met, self.goal = verdict is not None, None, Decimal(1)
        self.outlook = type("Outlook", (), {"verdict": verdict})
        self.indicator = type("Indicator", (), {"position": 1})


@pytest.mark.parametrize(
    ("verdicts", "answer"),
    [
        ([Verdict.OFF_TRACK, Verdict.AT_RISK], "Không"),
        ([Verdict.OFF_TRACK, Verdict.ON_TRACK], "Chưa đạt đủ"),
        ([Verdict.OFF_TRACK, None], "Chưa đạt đủ"),
        ([Verdict.ACHIEVED, Verdict.ON_TRACK], "Có"),
        ([Verdict.ACHIEVED, Verdict.INSUFFICIENT_DATA], "Chưa biết hết"),
        ([Verdict.INSUFFICIENT_DATA, None], ""),
    ],
)
def test_the_question_is_answered_in_a_word(verdicts, answer):
    results = Results({})
    results.__dict__["summary"] = summary_of([Judged(one) for one in verdicts])
    assert results.answer == answer


# --- the map ----------------------------------------------------------------------------------------------------------


def test_a_value_on_an_edge_is_of_the_class_above_it_as_it_is_shown():
    values = [as_shown(Decimal(one), 1) for one in ("1", "2.04", "2.0499", "3", "4", "5", "6", "7", "8", "9")]
    bounds = bounds_of(values)
    assert bounds == [Decimal("2.0"), 4, 6, 8]
    assert [class_of(bound, bounds) for bound in bounds] == [2, 3, 4, 5]
    assert class_of(as_shown(Decimal("2.0499"), 1), bounds) == class_of(as_shown(Decimal("1.96"), 1), bounds) == 2
    assert class_of(as_shown(Decimal("1.94"), 1), bounds) == 1


# --- signs ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", ["/", "/provinces/", "/provinces/lam-dong/", "/documents/"])
@pytest.mark.parametrize("language", ["", "/en"])
def test_a_dash_is_explained_once_where_one_stands(published, client, url, language):
    tree = html.fromstring(client.get(f"{language}{url}").content)
    stands = [
        one
        for one in tree.xpath("//main//td | //main//ul[@class='tiles']//b")
        if one.text_content().strip("* \n") == "–"
    ]
    explained = [one for one in tree.xpath("//main//span") if re.match("– ?: ", one.text_content())]
    assert len(explained) == 1
    assert stands


def test_what_no_province_is_told_of_is_said_of_the_nation_alone(closed, client):
    """Two laboratories in each of three provinces: fewer than five in every one."""
    for unit in (HA_NOI, LAM_DONG, BAC_NINH):
        figure(2025, 2, unit, "MT6")
    figure(2025, 6, None, "MT6")
    close(2025)
    publish(2025)
    table, own = page_of(client, "/provinces/"), page_of(client, "/provinces/ha-noi/")
    head, _mark, below = table.partition("<tbody>")
    assert "Doanh nghiệp triển khai" in head
    assert "Phòng thí nghiệm" not in head + own
    assert "Phòng thí nghiệm" in below.split("Chỉ nêu số của cả nước")[1]


# --- documents --------------------------------------------------------------------------------------------------------


def test_numbers_are_sorted_as_people_count():
    told = ["MH-10/QĐ", "MH-2/QĐ", "9/QĐ", "10/QĐ", "MH-1/QĐ"]
    assert sorted(told, key=by_number) == ["9/QĐ", "10/QĐ", "MH-1/QĐ", "MH-2/QĐ", "MH-10/QĐ"]


@pytest.mark.parametrize("url", ["/", "/provinces/", "/provinces/ha-noi/", "/open-data/", "edition"])
@pytest.mark.parametrize("language", ["", "/en"])
def test_the_number_of_an_act_leads_to_it(published, client, url, language):
    address = f"/open-data/{published.pk}/" if url == "edition" else url
    tree = html.fromstring(client.get(f"{language}{address}").content)
    [link] = {
        one.get("href") for one in tree.xpath("//main//a") if one.text_content().strip() == published.document.number
    }
    page, _mark, place = link.partition("#")
    assert page == f"{language}/documents/"
    [row] = html.fromstring(client.get(page).content).xpath(f"//tr[@id='{place}']")
    assert published.document.number in row.text_content()


def test_an_act_that_is_not_told_is_not_named_as_another_ones_successor(published, client, central):
    hidden = LegalDocument.objects.create(number="78/QĐ-NOI-BO", kind="Quyết định", issuer="Sở", added_by=central)
    LegalDocument.objects.filter(pk=document().pk).update(replaced_by=hidden)
    assert "78/QĐ-NOI-BO" not in page_of(client, "/documents/")


# --- open data --------------------------------------------------------------------------------------------------------


def test_component_indicators_are_in_the_list_of_indicators(published, client):
    listed = {one["indicator"]: one for one in rows_of(client, published, "indicators")}
    assert {one["indicator"] for one in rows_of(client, published, "figures")} <= listed.keys()
    assert {code: listed[code]["part_of"] for code in ("MT4a", "MT5a", "MT5b", "MT5c", "MT6a", "MT5")} == {
        "MT4a": "MT4", "MT5a": "MT5", "MT5b": "MT5", "MT5c": "MT5", "MT6a": "MT6", "MT5": "",
    }  # fmt: skip
    assert (listed["MT5a"]["verdict"], listed["MT5a"]["target_2030"]) == ("", "")


# --- English ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url", ["/", "/about/", "/provinces/", "/provinces/ha-noi/", "/documents/", "/open-data/", "edition"]
)
def test_english_pages_say_days_in_words_and_bodies_by_their_name(published, client, url):
    address = f"/open-data/{published.pk}/" if url == "edition" else url
    tree = html.fromstring(client.get(f"/en{address}").content)
    for one in tree.xpath("//*[@lang='vi']"):
        one.drop_tree()
    told = " ".join(tree.text_content().split())
    assert not re.search(r"\d{1,2}/\d{1,2}/\d{4}", told)
    assert re.search(r"\d{1,2} August 2018", told)
    assert not re.search(r"\bunits?\b(?! of measurement)", told, re.IGNORECASE)
    assert not re.search(
        "accredited lab|state management|recognised under the CIPM|lower accuracy", told, re.IGNORECASE
    )


def test_the_picture_is_told_in_words_to_who_does_not_see_it(published, client):
    for url, wanted in (("/", "2030"), ("/provinces/ha-noi/", "Hà Nội"), ("/en/about/", "2030")):
        [alt] = html.fromstring(client.get(url).content).xpath("//meta[@property='og:image:alt']/@content")
        assert wanted in alt
