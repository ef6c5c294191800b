"""English is whole: every string that people read is in the catalogue, and none of them stands outside it."""

import re

import pytest
from django.conf import settings as project

from apps.core.marking import VIETNAMESE
from tests.english import CATALOGUE, asked_of_catalogue, entries, python_files, translations

TEMPLATES = sorted((project.BASE_DIR / "templates").rglob("*.html"))
# Vietnamese of a page where nothing else can be said: papers, and the API's documentation in two languages.
IN_VIETNAMESE = ("papers", "apidocs")
_TOLD = re.compile(
    r"{% comment %}.*?{% endcomment %}|{#.*?#}|{% blocktrans(?:late)?\b.*?{% endblocktrans(?:late)? %}"
    r'|{% trans(?:late)? ".*?" *(?:context ".*?")?.*?%}|_\("[^"]*"\)|lang="vi"[^>]*>[^<]*(?:<[^/][^<]*)?',
    re.DOTALL,
)


@pytest.mark.parametrize("folder", ["apps", "program996", "templates"])
def test_the_catalogue_has_every_string(folder):
    """One that is missing: `manage.py makemessages -l en`, its words into the .po, `manage.py compilemessages`."""
    files = TEMPLATES if folder == "templates" else [one for one in python_files() if f"/{folder}/" in str(one)]
    told = {" ".join(words.split()): said for words, said in translations().items()}
    missing = {
        words
        for path in files
        for words in asked_of_catalogue(path)
        if VIETNAMESE.search(words) and " ".join(words.split()).replace("%%", "%") not in told
        and " ".join(words.split()) not in told
    }  # fmt: skip
    assert missing == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(project.BASE_DIR / "templates")))
def test_a_template_says_nothing_that_nobody_translates(path):
    if path.relative_to(project.BASE_DIR / "templates").parts[0] in IN_VIETNAMESE:
        return
    left = _TOLD.sub("", path.read_text(encoding="utf-8"))
    assert [line.strip() for line in left.splitlines() if VIETNAMESE.search(line)] == []


def test_what_is_compiled_is_what_is_written():
    """The catalogue in use has the same words as the one that people edit."""
    source = CATALOGUE.with_suffix(".po").read_text(encoding="utf-8")
    pairs = re.findall(r'^(?:msgctxt .*\n)?msgid "(.+)"\nmsgstr "(.+)"$', source, re.MULTILINE)
    assert len(pairs) > 5000
    plain = [(words, told) for words, told in pairs if "\\" not in words + told]
    compiled = {told for _words, told in entries()}
    assert [told for _words, told in plain if told not in compiled] == []


def test_what_is_filled_in_stands_in_both_languages():
    place = re.compile(r"%\(\w+\)[sd]")
    wrong = [
        words for words, told in translations().items()
        if VIETNAMESE.search(words) and set(place.findall(words)) != set(place.findall(told))
    ]  # fmt: skip
    assert wrong == []
