"""What is kept or goes out is Vietnamese, whoever reads what language: others read it, and later."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.utils import translation


@contextmanager
def in_vietnamese() -> Iterator[None]:
    """Around what writes down or sends words of ours, files and papers included. Also a decorator.

    (Django's own `override` is none for several threads: it remembers the language before in itself.)
    """
    with translation.override(settings.LANGUAGE_CODE):
        yield


def in_reader_language(vietnamese: str, english: str) -> str:
    """What reference data say in both: in that of the page, and where nobody has said it in English, as it is."""
    return english if english and translation.get_language() == "en" else vietnamese
