"""What the texts name there is: routes, other texts, pictures, tables, roles."""

import re

import pytest
from django.apps import apps
from django.urls import NoReverseMatch, get_resolver

from apps.help import marking
from apps.help.pictures import MOST_BYTES, PICTURES, WIDTH, manifest, taken
from apps.help.tables import SUBJECTS
from apps.help.texts import FOLDER, KINDS, ORIGINAL, explaining, read, topics
from apps.people.roles import ROLE_LABELS

LANGUAGES = sorted(path.name for path in FOLDER.iterdir() if path.is_dir())
EVERY = [(language, slug) for language in LANGUAGES for slug in topics(language)]
DESK = {"name": "", "phone": "", "email": "", "hours": ""}


def routes() -> set[str]:
    """Names of all pages, as `explains` gives them."""
    found, left = set(), [("", get_resolver())]
    while left:
        space, resolver = left.pop()
        for one in resolver.url_patterns:
            if hasattr(one, "url_patterns"):
                inner = f"{space}{one.namespace}:" if one.namespace else space
                left.append((inner, one))
            elif one.name:
                found.add(f"{space}{one.name}")
    return found


def test_there_are_texts():
    assert ORIGINAL in LANGUAGES
    assert {"viec-dau-tien", "dung-tro-giup"} <= set(topics(None))


@pytest.mark.parametrize("slug", topics(None))
def test_what_a_text_says_of_itself_there_is(slug):
    topic = topics(None)[slug]
    assert set(topic.roles) - set(ROLE_LABELS) == set()
    assert set(topic.explains) - routes() == set()
    assert topic.title
    assert re.fullmatch(r"[a-z0-9-]+", slug)
    assert slug != "for"


@pytest.mark.parametrize(("language", "slug"), EVERY)
def test_what_is_named_in_a_text_there_is(reference, language, slug):
    text = marking.marked(topics(language)[slug])
    html = marking.html_of(text, DESK)
    assert "{{" not in html
    assert "picture:" not in html
    for link in re.findall(r'href="/help/([a-z0-9-]+)/#([^"]+)"', html):
        assert link[1] in {one.anchor for one in marking.marked(topics(None)[link[0]]).headings}


@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_of_a_text_begin_below_its_title(language):
    assert [slug for slug, topic in topics(language).items() if re.search(r"^# ", topic.body, re.MULTILINE)] == []


def test_a_page_is_explained_by_one_text():
    told = [route for topic in topics(None).values() for route in topic.explains]
    assert sorted(told) == sorted(set(told))
    assert all(explaining(route, None) for route in told)


def test_translations_are_of_texts_that_there_are():
    for language in LANGUAGES:
        assert {path.stem for path in (FOLDER / language).glob("*.md")} <= set(topics(None))


def test_every_table_of_moves_can_be_drawn():
    told = set(SUBJECTS.values())
    models = {one._meta.label for one in apps.get_models() if isinstance(getattr(one, "MOVES", None), tuple)}
    assert models - told == set()


@pytest.mark.parametrize(
    "body",
    [
        "[x](page:khong:co)",
        "[x](help:khong-co)",
        "[x](khong-co/)",
        "![x](picture:khong-co)",
        "{{ table:moves:khong-co }}",
        "{{ table:khong-co }}",
        "{{ khong_co }}",
        "Chữ {{ contact }} giữa dòng",
        "Chữ ![x](picture:sign-in) giữa dòng",
    ],
)
def test_what_there_is_not_is_refused(put, body):
    put("bai", body)
    with pytest.raises((LookupError, NoReverseMatch)):
        marking.html_of(marking.marked(topics(None)["bai"]), DESK)


@pytest.mark.parametrize(
    "text",
    ["không có phần đầu", "---\ntitle: x\n---\n", "---\ntitle: x\nkind: la\norder: 1\nroles: []\nexplains: []\n---\n"],
)
def test_a_text_that_does_not_say_what_it_is_is_refused(text):
    with pytest.raises(ValueError, match="bai"):
        read("bai", "vi", text)


def test_a_title_may_have_a_colon_and_a_line_a_note():
    head = "title: Việc đầu tiên: x\nkind: task   # role | task\norder: 2\nroles: [reader, auditor]\nexplains: []"
    topic = read("bai", "vi", f"---\n{head}\n---\nChữ\n")
    assert (topic.title, topic.kind, topic.roles) == ("Việc đầu tiên: x", "task", ("reader", "auditor"))
    assert topic.kind in KINDS


def test_pictures_that_were_taken_lie_there_and_are_light():
    assert set(manifest()) <= set(PICTURES)
    for name in manifest():
        picture = taken(name)
        assert picture.path.stat().st_size <= MOST_BYTES, name
        assert picture.width <= WIDTH


def test_in_the_list_of_its_kind_a_title_does_not_say_the_kind_again():
    head = "title: Việc đầu tiên của bạn: người mới\nkind: role\norder: 2\nroles: []\nexplains: []"
    assert read("bai", "vi", f"---\n{head}\n---\nChữ\n").listed == "Người mới"


def test_every_text_is_there_in_english():
    names = {language: {path.name for path in (FOLDER / language).glob("*.md")} for language in ("vi", "en")}
    assert names["vi"] == names["en"]
