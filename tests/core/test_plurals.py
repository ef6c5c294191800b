"""After a number an English page has the noun in its right form."""

from datetime import date

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from apps.core.due import Due
from apps.core.plurals import noun_of
from apps.registers.declaration import registers

LABORATORY = _("phòng thí nghiệm")


@pytest.mark.parametrize("language, count, words", [
    ("en", 1, "laboratory"), ("en", 0, "laboratories"), ("en", 620, "laboratories"), ("vi", 620, "phòng thí nghiệm"),
])  # fmt: skip
def test_a_noun_follows_its_number(language, count, words):
    with translation.override(language):
        assert noun_of(LABORATORY, count) == words


@pytest.mark.parametrize("day, words", [(2, "1 day left"), (18, "17 days left")])
def test_days_that_are_left(day, words):
    with translation.override("en"):
        assert Due(date(2026, 12, day), date(2026, 12, 1)).words == words


def test_every_register_has_its_noun_for_many():
    with translation.override("en"):
        same = {str(one.noun) for one in registers() if noun_of(one.noun, 2) == str(one.noun)}
    assert same <= {"ministries, agencies and localities"}
