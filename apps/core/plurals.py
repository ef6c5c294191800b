"""Nouns after a number. Vietnamese has one form; in English the catalogue has the other under the context MANY."""

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise

MANY = "nhiều"


def noun_of(noun: str | Promise, count: int) -> str:
    """«3 laboratories»: as the page's language says it of so many. A noun without a form for many stays as it is."""
    if count == 1 or translation.get_language() != "en":
        return str(noun)
    with translation.override(settings.LANGUAGE_CODE):
        asked = str(noun)
    told = translation.pgettext(MANY, asked)
    return str(noun) if told == asked else told
