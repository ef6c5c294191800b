import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.masking import hide_code, hide_identity_numbers


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("CCCD 027099001234.", "CCCD ••••••••1234."),
        ("027 099 001 234", "••••••••••• 234"),
        ("027099 001234", "•••••••••1234"),
        ("027 099001234", "•••••••••1234"),
        ("027 0 99 001234", "•••••••••••1234"),
        ("027–099–001–234", "•••••••••••–234"),
        ("0123456789-001", "0123456789-001"),
        ("0123456789", "0123456789"),
        ("Điện thoại 0204 3821 234", "Điện thoại 0204 3821 234"),
    ],
)
def test_only_numbers_of_12_digits_are_hidden(text, shown):
    assert hide_identity_numbers(text) == shown


@pytest.mark.parametrize("text", ["27099001234", "O27099001234", "27099001234 ", "0270990012345678", "27.099.001.234"])
def test_codes_that_may_be_a_persons_are_hidden_but_for_their_end(text):
    assert "0990" not in hide_code(text)
    assert hide_code(text).endswith(text.strip()[-4:])


@pytest.mark.parametrize("text", ["0123456789", "0123456789-001", "0123456789001", "MST cũ", "12345", ""])
def test_codes_of_enterprises_are_shown(text):
    assert hide_code(text) == text


@given(st.text(max_size=30), st.from_regex(r"[0-9]{12}", fullmatch=True), st.text(max_size=30))
def test_number_is_hidden_wherever_it_stands(before, number, after):
    text = f"{before} {number} {after}"
    assert number not in hide_identity_numbers(text) or text.count(number) > 1
