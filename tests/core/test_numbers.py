"""Numbers as people type them, and what is none."""

import pytest
from django.core.exceptions import ValidationError

from apps.core.numbers import parse_decimal, parse_whole


@pytest.mark.parametrize("read", [parse_whole, parse_decimal])
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("9" * 5_000, "out_of_range"),
        ("khoảng 1.200 doanh nghiệp theo thống kê của Sở Khoa học và Công nghệ", ("whole_number", "number")),
        ("không có " * 500, ("whole_number", "number")),
    ],
)
def test_a_long_number_is_too_large_and_a_long_sentence_is_none(read, text, code):
    with pytest.raises(ValidationError) as refused:
        read(text)
    assert refused.value.code in code
