"""The public pages in English: whole, with numbers as the English write them, and the same figures."""

import gettext
import re

import pytest
from django.conf import settings as project
from django.utils.translation import get_language
from lxml import html

from apps.organisations.models import UnitName

PAGES = (
    *("/", "/about/", "/accessibility/", "/provinces/", "/provinces/ha-noi/", "/provinces/lam-dong/"),
    *("/documents/", "/open-data/", "/help/", "/feedback/"),
)
VIETNAMESE = re.compile("[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]", re.IGNORECASE)
SHOWN = ("title", "alt", "aria-label", "placeholder")


def interface(text: str) -> list[str]:
    """What an English path says, but for what it says is Vietnamese."""
    tree = html.fromstring(text)
    for one in tree.xpath("//*[@lang='vi'] | //script | //style"):
        one.drop_tree()
    told = [text.strip() for text in tree.itertext()]
    told += [one.get(name) for name in SHOWN for one in tree.xpath(f"//*[@{name}]")]
    return [one for one in told if one]


@pytest.mark.parametrize("path", [*PAGES, "edition"])
def test_an_english_page_is_english(published, client, path):
    address = f"/open-data/{published.pk}/" if path == "edition" else path
    answer = client.get(f"/en{address}")
    assert answer.status_code == 200
    names = set(UnitName.objects.values_list("short_name", flat=True)) | {published.document.number, "996/QĐ-TTg"}
    text = answer.content.decode()
    assert '<html lang="en">' in text
    found = []
    for told in interface(text):
        bare = told
        for name in sorted(names, key=len, reverse=True):
            bare = bare.replace(name, "")
        if VIETNAMESE.search(bare):
            found.append(told)
    assert found == []


@pytest.mark.parametrize("path", PAGES)
def test_each_page_leads_to_itself_in_the_other_language(published, client, path):
    there = html.fromstring(client.get(path).content).xpath("//a[@hreflang='en']/@href")
    back = html.fromstring(client.get(f"/en{path}").content).xpath("//a[@hreflang='vi']/@href")
    assert (there, back) == ([f"/en{path}"], [path])


def test_the_figures_are_the_same_in_english_letters(published, client):
    [card] = [one for one in client.get("/en/").content.decode().split("<li") if 'data-indicator="MT5"' in one]
    assert "100,000" in card
    assert ">16<" in card
    assert "enterprises" in card


def test_english_pages_are_open_whoever_asks(published, client, reader_client):
    assert reader_client.get("/en/").content == client.get("/en/").content
    assert not reader_client.get("/en/documents/").has_header("Set-Cookie")


@pytest.mark.parametrize("path", ["/dashboard/?year=2025", "/tasks/", "/accounts/login/"])
def test_a_page_that_is_not_public_is_asked_for_in_english_by_its_english_address(reference, client, path):
    answer = client.get(f"/en{path}")
    assert (answer.status_code, answer["Location"]) == (302, path)
    assert client.cookies["language"].value == "en"


@pytest.mark.parametrize("path", ["/en/nothing/", "/en/en/tasks/", "/en//evil.example/"])
def test_what_is_nowhere_is_not_there_in_english_either(reference, client, path):
    answer = client.get(path)
    assert answer.status_code == 404
    assert "language" not in client.cookies


def test_the_catalogue_has_every_string_of_the_public_pages():
    """And whatever it says keeps the names that are filled in."""
    catalogue = gettext.GNUTranslations((project.BASE_DIR / "program996/locale/en/LC_MESSAGES/django.mo").open("rb"))
    asked = set()
    for path in (project.BASE_DIR / "templates/public").glob("*.html"):
        asked |= set(re.findall(r'{% translate "([^"]+)"', path.read_text(encoding="utf-8")))
    assert len(asked) > 30
    untold = {one for one in asked if one not in catalogue._catalog and ("menu\x04" + one) not in catalogue._catalog}
    assert untold == set()
    names = re.compile(r"%\((\w+)\)")
    wrong = [
        one
        for one, told in catalogue._catalog.items()
        if isinstance(one, str) and one and set(names.findall(one)) != set(names.findall(told))
    ]
    assert wrong == []


def test_an_english_page_leaves_no_english_behind(published, client):
    client.get("/en/")
    assert get_language() == "vi"
