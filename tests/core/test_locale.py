"""The words our libraries lack: every error they can give speaks Vietnamese, and the .mo is what the .po says."""

import gettext
import re
from pathlib import Path

import pytest
import rest_framework
from django.conf import settings
from django.utils.translation import gettext as translated
from django.utils.translation import override

FOLDER = Path(settings.LOCALE_PATHS[0]) / "vi/LC_MESSAGES"
HOLES = re.compile(r"\{[^}]+\}|%\(\w+\)[a-z]")


def catalogue(path: Path) -> dict[str, str]:
    with path.open("rb") as file:
        return {said: words for said, words in gettext.GNUTranslations(file)._catalog.items() if said}


def written() -> dict[str, str]:
    """What the .po says: one line each, as we write it."""
    text = (FOLDER / "django.po").read_text(encoding="utf-8")
    pairs = re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', text, re.M)
    return {one.replace('\\"', '"'): other.replace('\\"', '"') for one, other in pairs}


def errors_of_the_framework() -> list[str]:
    """Its sentences, in the catalogue of a language that is complete."""
    known = catalogue(Path(rest_framework.__file__).parent / "locale/fr/LC_MESSAGES/django.mo")
    return sorted(said for said in known if isinstance(said, str) and re.search(r"\w\.$", said))


def test_the_compiled_catalogue_is_what_is_written():
    assert len(written()) > 80
    assert catalogue(FOLDER / "django.mo") == written(), "manage.py compilemessages"


@pytest.mark.parametrize("said", errors_of_the_framework())
def test_every_error_of_the_framework_has_vietnamese_words(said):
    with override("vi"):
        assert translated(said) != said


@pytest.mark.parametrize(("said", "words"), written().items())
def test_nothing_is_filled_in_that_was_not_there(said, words):
    assert set(HOLES.findall(words)) <= set(HOLES.findall(said))
