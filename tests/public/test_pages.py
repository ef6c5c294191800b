"""The public's pages: what was published and nothing else, for whoever asks, without cookie or script."""

import io

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image

from apps.core import open_pages
from apps.progress.services import recompute
from apps.targets.publishing import withdraw_publication
from tests.conftest import LAM_DONG
from tests.factories.closings import close, document, publish
from tests.public.conftest import DAY, HA_NOI

PAGES = ("/", "/about/", "/accessibility/", "/provinces/", "/provinces/ha-noi/", "/documents/", "/open-data/")


def page_of(client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def test_before_anything_is_published_no_page_has_a_figure(closed, client):
    assert "Chưa công bố số liệu nào" in page_of(client, "/")
    assert "Chưa công bố số liệu nào" in page_of(client, "/provinces/")
    assert "Chưa công bố số liệu nào" in page_of(client, "/open-data/")
    assert client.get("/provinces/ha-noi/").status_code == 404
    assert client.get("/open-data/1/").status_code == 404


def test_the_first_page_tells_the_published_figure_of_the_nation(published, event, client):
    event(DAY, HA_NOI)  # known to nobody outside
    recompute()
    [card] = [one for one in page_of(client, "/").split("<li") if 'data-indicator="MT5"' in one]
    assert "Hết 2025" in card
    assert ">16<" in card
    assert "100.000" in card


def test_a_later_closing_is_told_once_it_is_published(published, event, client):
    event(DAY, HA_NOI)
    recompute()
    close(2025)
    assert ">16<" in page_of(client, "/")
    publish(2025)
    assert ">17<" in page_of(client, "/")


def test_what_is_taken_back_is_gone_from_every_page_at_once(published, client, leader):
    for page in PAGES:
        client.get(page)  # kept by then
    withdraw_publication(published, "Sai số liệu", by=leader)
    assert "Chưa công bố số liệu nào" in page_of(client, "/")
    assert client.get("/provinces/ha-noi/").status_code == 404
    assert "Sai số liệu" in page_of(client, f"/open-data/{published.pk}/")


def test_few_are_not_told_on_any_page(published, client):
    """Lâm Đồng has 2; with Bắc Ninh, which would give it away, it is hidden."""
    row = page_of(client, "/provinces/").split(f'data-unit="{LAM_DONG}"')[1].split("</tr>")[0]
    assert "<sup>*</sup>" in row
    assert ">2<" not in row
    own = page_of(client, "/provinces/lam-dong/")
    assert "<sup>*</sup>" in own
    assert "đứng thứ" not in own
    assert "20,0" in page_of(client, "/provinces/ha-noi/")


def test_on_a_phone_a_province_is_found_by_its_name_at_the_top(published, client):
    page = page_of(client, "/provinces/")
    names = page.split('<nav class="card places"')[1].split("</nav>")[0]
    assert names.count("<a ") == page.count("<tr data-unit=")
    assert '<a href="/provinces/ha-noi/">' in names
    assert "Chưa có chỉ tiêu riêng của địa phương được công bố" in page_of(client, "/provinces/ha-noi/")


def test_a_province_shows_each_published_year(published, client):
    publish(2024)
    head = page_of(client, "/provinces/ha-noi/").split("<thead>")[1].split("</thead>")[0]
    assert "2024" in head
    assert "2025" in head
    assert "hết 2024" in page_of(client, "/provinces/?year=2024")


@pytest.mark.parametrize(
    "url", ["/provinces/?year=2023", "/provinces/?year=x", "/provinces/bac-giang/", "/provinces/bct/"]
)
def test_what_there_is_not_is_no_page(published, client, url):
    assert client.get(f"/provinces/{url}").status_code == 404


@pytest.mark.parametrize("url", PAGES)
def test_pages_are_the_same_for_all_and_kept(published, client, reader_client, url):
    answer = client.get(url)
    assert answer["Cache-Control"] == open_pages.KEPT
    assert not answer.cookies
    assert b"<script" not in answer.content
    assert client.get(url, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    if url in ("/", "/documents/"):
        assert reader_client.get(url).content != answer.content
    else:
        assert reader_client.get(url).content == answer.content


def test_who_is_signed_in_is_led_on_as_ever(published, reader_client, stranger, signed_in):
    assert reader_client.get("/")["Location"] == "/registers/enterprises/"
    assert "Cookie" in signed_in(stranger).get("/")["Vary"]


def test_a_kept_page_costs_one_statement_and_no_session(published, client):
    client.cookies["sid"] = "x" * 32
    client.get("/provinces/")
    with CaptureQueriesContext(
        connection,
    ) as sent:
        client.get("/provinces/")
    assert len(sent) == 1
    assert "session" not in sent[0]["sql"]


def test_years_have_the_same_number_of_statements(published, client):
    """A year more is one statement more, however many units it has."""
    with CaptureQueriesContext(connection) as one:
        client.get("/")
    publish(2024)
    with CaptureQueriesContext(connection) as two:
        client.get("/")
    assert len(two) == len(one) + 1


def test_acts_that_people_entered_are_not_told(published, client, central):
    hidden = document("77/QĐ-NOI-BO")
    type(hidden).objects.filter(pk=hidden.pk).update(added_by=central)
    page = page_of(client, "/documents/")
    assert "77/QĐ-NOI-BO" not in page
    assert published.document.number in page
    assert "996/QĐ-TTg" in page


@pytest.mark.parametrize("address", ["/share/results.png", "/en/share/results.png", "/share/ha-noi.png"])
def test_a_link_that_is_passed_on_has_its_picture(published, client, address):
    answer = client.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert Image.open(io.BytesIO(answer.content)).size == (1200, 630)
    page = "/provinces/ha-noi/" if "ha-noi" in address else address.replace("share/results.png", "")
    assert f'content="{settings.SITE_URL}{address}"' in page_of(client, page)


def test_before_anything_is_published_the_picture_says_nothing(closed, client):
    assert client.get("/share/results.png").status_code == 200
    assert client.get("/share/ha-noi.png").status_code == 404


@pytest.mark.parametrize("url", ["/provinces/khong-co/", "/open-data/99/", "/en/provinces/khong-co/"])
def test_what_there_is_not_sets_no_cookie_either(published, client, url):
    answer = client.get(url)
    assert (answer.status_code, dict(answer.cookies)) == (404, {})


def test_one_address_has_its_share_of_pages_too(published, client, settings, own_counts):
    settings.LIMITS = settings.LIMITS | {"public": (2, 1000)}
    assert [client.get("/provinces/").status_code for _ in range(3)] == [200, 200, 429]


def test_a_process_keeps_no_more_than_it_has_room_for(published, client, monkeypatch):
    monkeypatch.setattr(open_pages, "ROOM", 1)
    first, again = client.get("/provinces/"), client.get("/provinces/")
    assert first.content == again.content
    assert not open_pages._answers
