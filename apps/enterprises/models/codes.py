"""Rows that name an enterprise by its tax code, whether the register has it or not: whoever supports or manages one
need not see its record, and sees nothing of it by naming it.
"""

from typing import TYPE_CHECKING, Any, Self

from django.contrib.postgres.indexes import OpClass
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from apps.core.masking import SHOWN_WHOLE, hide_code
from apps.core.models import words_with
from apps.enterprises.tax_codes import (
    DEPENDENT_LENGTH,
    HOUSEHOLD,
    HOUSEHOLD_LENGTH,
    UNCONFIRMED_MESSAGE,
    clean_tax_code,
    entity_code,
    has_valid_check_digit,
    tax_code_of_number,
)
from apps.registers import columns
from apps.registers.models import RegisterQuerySet

if TYPE_CHECKING:
    from apps.registers.columns import Words


def is_code(text: str) -> Q | None:
    """The condition that a row's `tax_code` begins so; none where the text is no code.

    A household's 12 digits are found whole only: digit by digit the masked number could be guessed.
    """
    digits = "".join(char for char in text if char.isdecimal())
    if not digits or any(char.isalpha() for char in text):
        return None
    code = digits if len(digits) in (10, 12) else "-".join(filter(None, (digits[:10], digits[10:])))
    household = Q(tax_code__regex=r"^\d{12}$")
    return Q(tax_code=code) | (Q(tax_code__startswith=code) & ~household)


def of_entity(code: str) -> Q:
    """The enterprise of that code, and its branches and other dependent units."""
    return Q(tax_code=code) | Q(tax_code__startswith=f"{code}-")


def tidy(text: str) -> str:
    """Of any kind of enterprise: twelve digits are a household's."""
    is_household = sum(char.isdecimal() for char in text) == HOUSEHOLD_LENGTH
    return clean_tax_code(text, HOUSEHOLD if is_household else "")


def tidy_entity(text: str) -> str:
    """Of a branch or other dependent unit the code of its enterprise."""
    return entity_code(tidy(text))


def tax_code(label: "Words", *, of_enterprise: bool = False, **options: Any) -> "models.CharField[str, str]":
    """The column of such a register: 10, 13 or 12 digits; `of_enterprise`: a branch stands for its enterprise."""
    options |= {"tidy": tidy_entity if of_enterprise else tidy, "of_number": tax_code_of_number}
    options |= {"hide": hide_code, "shown_whole": SHOWN_WHOLE}
    return columns.code(label, DEPENDENT_LENGTH, example="0123456789", **options)


def index(name: str) -> models.Index:
    return models.Index(OpClass("tax_code", name="varchar_pattern_ops"), name=name)


def check_digit(code: str, known: models.QuerySet) -> None:
    """A wrong check digit is let through where the register has the code: there somebody said why."""
    if code and not has_valid_check_digit(code) and not known.filter(of_entity(entity_code(code))).exists():
        raise ValidationError({"tax_code": ValidationError(_(UNCONFIRMED_MESSAGE), code="tax_code_check_digit")})


class CodedQuerySet(RegisterQuerySet):
    def search(self, text: str) -> Self:
        found, code = words_with(text), is_code(text)
        return self.filter(found | code if code is not None else found)

    def of_entity(self, code: str) -> Self:
        return self.filter(of_entity(code))
