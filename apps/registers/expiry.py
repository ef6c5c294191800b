"""Rows that hold until a day: which still do, which soon will not, which no longer do."""

from datetime import date, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.registers.declaration import Register
from apps.registers.models import RegisterRow

DAYS = 90  # before its last one a row is named


class Validity(models.TextChoices):
    HOLDS = "holds", _("Còn hiệu lực")
    SOON = "soon", _("Sắp hết hiệu lực")
    OVER = "over", _("Đã hết hiệu lực")


FAMILIES = {Validity.HOLDS: "good", Validity.SOON: "warn", Validity.OVER: "neutral"}


def validity_of(register: Register, row: RegisterRow) -> Validity:
    """A row without a last day holds until somebody ends it."""
    today = timezone.localdate()
    until: date | None = getattr(row, register.expires)
    ended: date | None = getattr(row, register.ends) if register.ends else None
    if (until and until < today) or (ended and ended <= today):
        return Validity.OVER
    return Validity.SOON if until and until <= today + timedelta(days=DAYS) else Validity.HOLDS


def chip_of(register: Register, row: RegisterRow) -> tuple[str, str] | None:
    """Family and words of its state; none of a row that holds for ever, or no more stands in the register."""
    if not register.expires or not row.is_live:
        return None
    found = validity_of(register, row)
    return FAMILIES[found], str(found.label)


def that_are(register: Register, asked: list[str]) -> Q:
    """The condition on a row of being one of these, today."""
    today = timezone.localdate()
    over = Q(**{f"{register.expires}__lt": today})
    if register.ends:
        over |= Q(**{f"{register.ends}__lte": today})
    soon = ~over & Q(**{f"{register.expires}__lte": today + timedelta(days=DAYS)})
    conditions = {Validity.OVER: over, Validity.SOON: soon, Validity.HOLDS: ~over & ~soon}
    found = Q(pk__in=[])
    for one in asked:
        found |= conditions[Validity(one)]
    return found
