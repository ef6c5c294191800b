"""Who did a thing and when: two columns that the database keeps together."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q


def person(verbose: Any) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+",
        verbose_name=verbose,
    )  # fmt: skip


def moment(verbose: Any) -> models.DateTimeField:
    return models.DateTimeField(verbose, null=True, blank=True, editable=False)


def together(of: str, who: str, when: str) -> models.CheckConstraint:
    """`of`: whose they are, in the name of the constraint."""
    return models.CheckConstraint(
        condition=Q(**{f"{who}__isnull": True, f"{when}__isnull": True})
        | Q(**{f"{who}__isnull": False, f"{when}__isnull": False}),
        name=f"{of}_{who}_and_when",
    )


def withdrawn_pairs(name: str, told: Any = None) -> models.CheckConstraint:
    """Who took a row back, when and why stand together; `told` to who breaks it."""
    return models.CheckConstraint(
        condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_reason="")
        | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_reason="")),
        name=name,
        violation_error_message=told,
    )
