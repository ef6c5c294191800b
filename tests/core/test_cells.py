"""What a column says in a .csv is the same for Python and for PostgreSQL."""

import unicodedata
from datetime import date
from decimal import Decimal

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db.models import BigIntegerField, DateField, DecimalField, TextField, Value
from django.db.models.functions import Cast
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core import cells
from apps.core.cells import Told
from apps.core.copied import lines_of
from apps.core.export import SIGNS, csv_lines
from apps.core.file_values import ORDINARY, RISKY, UNWRITABLE
from apps.core.masking import SHOWN_WHOLE, hide_code
from apps.enterprises.models.programmes import CODE_SHOWN_WHOLE, shown_tax_code

HOSTILE = [
    "=1+1", "+84", "-5", "@SUM(A1)", "\tx", "\r\nx", "\n", "＝1", "'=1", '"', '""', '"=1"', '";"', ";", ",", "a\nb",
    "a\r\nb", "\x01", "\x03", "\x030\x03", '";"\x01"\n', '"\x030\x03"', ';"\x030\x03"', "\x01=1", "\ufffe@x", "\ue000",
    "\x7f-1", "\\N", "\\.", "\u00ad=1", "e\u0302\u0301", "Ａ", "é", "Ω", "𝛺", "•", "", " ", "%s", "{rows}", "x" * 3000,
    "0123456789", "001099012345", "0010-9901 2345", "27099001234", "0123456789-001", "0123456789-001\n", "01234 56789",
    "0123 45678",
    "0123456O89", "12345678٣", "0123456789000", "null", "a",
    "b",
]  # fmt: skip
TEXTS = st.sampled_from(HOSTILE) | st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8)
WORDS = {"a": "An", "b": '=B "b"\n', "": "Không", "0123456789": "C\x01\ue000-"}
TEXT_CELLS = {
    "text": cells.text,
    "words": lambda path: cells.worded(path, WORDS),
    "words or nothing": lambda path: cells.worded(path, WORDS, or_key=False),
    "hidden": lambda path: cells.hidden(path, hide_code, SHOWN_WHOLE),
    "hidden of enterprises": lambda path: cells.hidden(path, shown_tax_code, CODE_SHOWN_WHOLE),
    "hidden, all looked at": lambda path: cells.hidden(path, hide_code, "false"),
}


def both_ways(columns, *, for_programmes=False):
    """Of two rows in which the same stands, by pairs of a cell and what a query reads for it."""
    rows = ContentType.objects.order_by("pk").annotate(**{f"v{at}": read for at, (_cell, read) in enumerate(columns)})
    told = Told(rows[:2], [(f"Cột {at}", cell(f"v{at}")) for at, (cell, _read) in enumerate(columns)])
    delimiter, comma = SIGNS[for_programmes]
    copied = list(lines_of(told, delimiter=delimiter, comma=comma))
    assert sum(count for count, _lines in copied) == 2
    head = "".join(csv_lines([told.heads], for_programmes=for_programmes))
    said = "".join(csv_lines(told.values(), for_programmes=for_programmes))
    return said, head + b"".join(lines for _count, lines in copied).decode()


@pytest.mark.django_db
@settings(deadline=None)
@given(st.lists(TEXTS | st.none(), min_size=1, max_size=4))
def test_any_text_is_the_same_by_both_ways(texts):
    columns = [(cell, Value(text, TextField())) for text in texts for cell in TEXT_CELLS.values()]
    said, copied = both_ways(columns)
    assert copied == said


@pytest.mark.django_db
@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("for_programmes", [False, True])
def test_hostile_texts_stand_beside_one_another(text, for_programmes):
    both = [(cells.text, Value(one, TextField())) for one in (text, "a", text)]
    said, copied = both_ways(both, for_programmes=for_programmes)
    assert copied == said


@pytest.mark.django_db
@pytest.mark.parametrize("for_programmes", [False, True])
def test_days_and_numbers_too(for_programmes):
    def stored(value, field):
        return Cast(Value(value), field)

    decimals = [Decimal(one) for one in ("0", "0.00", "-0.05", "12.50", "1200", "99999999999.99", "-3")]
    columns = [
        *((cells.decimal, stored(one, DecimalField(max_digits=20, decimal_places=6))) for one in [*decimals, None]),
        *((cells.whole, stored(one, BigIntegerField())) for one in (0, -7, 12_345, None)),
        *((cells.day, stored(one, DateField())) for one in (date(1900, 1, 2), date(2100, 12, 31), None)),
        (lambda path: cells.or_else(cells.day(path), "–"), stored(date(2026, 3, 9), DateField())),
        (lambda path: cells.or_else(cells.day(path), "–"), stored(None, DateField())),
    ]
    said, copied = both_ways(columns, for_programmes=for_programmes)
    assert copied == said
    comma = SIGNS[for_programmes][1]
    for cell in (f'"-0{comma}05"', '"1200"', '"02/01/1900"', '"09/03/2026"', '"-7"'):
        assert cell in copied


def test_no_text_that_begins_ordinarily_is_a_formula_or_loses_its_first_sign():
    begins = {chr(number) for first, last in ORDINARY for number in range(first, last + 1)} - {"\x00"}
    assert not begins & set(RISKY)
    assert not {unicodedata.category(sign) for sign in begins} & UNWRITABLE
