"""A tax code with letters where digits belong is refused, with the code that was meant."""

import pytest
from django.core.exceptions import ValidationError

from apps.enterprises.tax_codes import clean_tax_code

MEANT = "0101243150"


@pytest.mark.parametrize(
    "typed",
    ["O101243150", "0l01243150", "0I01243150", "01o1243150", "０１０１２４３１５０", "٠١٠١٢٤٣١٥٠"],
)
def test_look_alikes_are_read_as_the_digit_they_look_like(typed):
    with pytest.raises(ValidationError) as refusal:
        clean_tax_code(typed)
    assert refusal.value.params["suggestion"] == MEANT


@pytest.mark.parametrize("typed", ["O101243151", "S101243150", "010124315O0"])
def test_nothing_is_suggested_that_is_no_code(typed):
    with pytest.raises(ValidationError) as refusal:
        clean_tax_code(typed)
    assert refusal.value.params["suggestion"] == ""
