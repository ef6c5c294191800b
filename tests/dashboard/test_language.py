"""English of one's own pages: chosen in the masthead, remembered with the person; what is kept stays Vietnamese."""

import io
import re

import pytest
from django.test import Client
from lxml import html
from openpyxl import load_workbook

from apps.accounts.models import User
from apps.core.marking import mark_vietnamese

LANGUAGE = "/account/language/"


def english(client: Client) -> Client:
    client.cookies["language"] = "en"
    return client


def language_of(page: bytes) -> str:
    return html.fromstring(page).get("lang")


def test_the_switch_is_remembered_with_the_person(central, central_client):
    answer = central_client.post(LANGUAGE, {"language": "en"}, headers={"Referer": "http://testserver/users/?q=ha"})
    assert (answer.status_code, answer["Location"]) == (302, "/users/?q=ha")
    assert User.objects.get(pk=central.pk).language == "en"
    page = central_client.get("/users/")
    assert (language_of(page.content), page["Content-Language"]) == ("en", "en")


def test_whoever_is_not_signed_in_chooses_for_this_browser(reference, client):
    assert language_of(client.get("/accounts/login/").content) == "vi"
    client.post(LANGUAGE, {"language": "en"}, headers={"Referer": "http://testserver/accounts/login/"})
    page = client.get("/accounts/login/")
    assert language_of(page.content) == "en"
    assert "Sign in" in page.content.decode()


def test_a_language_that_the_portal_lacks_is_refused(central_client):
    assert central_client.post(LANGUAGE, {"language": "fr"}).status_code == 400
    assert "language" not in central_client.cookies


def test_back_leads_only_to_pages_of_the_portal(central_client):
    there = central_client.post(LANGUAGE, {"language": "en"}, headers={"Referer": "https://evil.example/"})["Location"]
    assert there == "/"


def test_every_browser_in_which_the_person_signs_in_follows(central, reference, client):
    central.language = "en"
    central.set_password("Một mật khẩu rất dài 2026")
    central.save()
    sent = {"login": central.email, "password": "Một mật khẩu rất dài 2026"}
    client.post("/accounts/login/", sent)
    if "language" not in client.cookies:  # a second factor stands between: it is told once the person is in
        assert client.get("/accounts/verify/").status_code == 200
    else:
        assert client.cookies["language"].value == "en"


def test_the_browser_says_nothing_of_the_language(central_client):
    page = central_client.get("/users/", headers={"Accept-Language": "en-GB,en"})
    assert language_of(page.content) == "vi"


def test_one_language_leaves_nothing_in_the_other(central, central_client, signed_in):
    """What a process keeps of pages is kept for each language."""
    paths = ("/users/", "/units/", "/documents/", "/reorganisations/", "/inbox/")
    before = [re.sub(r"csrf[^>]*>", "", central_client.get(path).content.decode()) for path in paths]
    reader = english(signed_in(central))
    for path in paths:
        assert language_of(reader.get(path).content) == "en"
    central_client.cookies["language"] = "vi"
    after = [re.sub(r"csrf[^>]*>", "", central_client.get(path).content.decode()) for path in paths]
    assert [language_of(page.encode()) for page in after] == ["vi"] * len(paths)
    assert [re.findall(r"<h\d[^>]*>.*?</h\d>|<th[^>]*>.*?</th>", one, re.S) for one in before] == [
        re.findall(r"<h\d[^>]*>.*?</h\d>|<th[^>]*>.*?</th>", one, re.S) for one in after
    ]


def test_files_are_vietnamese_and_the_page_around_them_english(central_client):
    book = english(central_client).get("/users/?export=xlsx")
    heads = [cell.value for cell in next(load_workbook(io.BytesIO(book.content)).active.iter_rows())]
    assert "Họ và tên" in heads
    assert "Họ và tên" not in central_client.get("/users/").content.decode()


def test_numbers_are_told_in_english_and_typed_as_everywhere(central_client):
    page = english(central_client).get("/documents/new/").content.decode()
    assert "1.234,5" in page


@pytest.mark.parametrize(
    ("page", "marked"),
    [
        ("<td>Hà Nội</td>", '<td lang="vi">Hà Nội</td>'),
        ("<td>Hanoi</td>", "<td>Hanoi</td>"),
        ("<div>Sở KH&CN <b>Officer</b></div>", '<div><bdi lang="vi">Sở KH&CN </bdi><b>Officer</b></div>'),
        ('<td lang="vi">Hà Nội</td>', '<td lang="vi">Hà Nội</td>'),
        ("<script>const a = 'Hà Nội';</script>", "<script>const a = 'Hà Nội';</script>"),
        ("<option>Tỉnh</option>", '<option lang="vi">Tỉnh</option>'),
        ("<svg><text>Huế</text></svg>", '<svg><text lang="vi">Huế</text></svg>'),
        ("<svg><g>Huế<a>x</a></g></svg>", "<svg><g>Huế<a>x</a></g></svg>"),
        ("<b>On</b> Đà Nẵng <br>", '<b>On</b><bdi lang="vi"> Đà Nẵng </bdi><br>'),
    ],
)
def test_vietnamese_on_an_english_page_says_so(page, marked):
    assert mark_vietnamese(page) == marked
