"""Who refers to a unit: found from the models themselves, so that an app above this one needs no registering.

A model whose queryset answers `open()` has work that waits, one that answers `dated_from(day)` has dated facts; the
preview of an act counts them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pghistory.models
from django.apps import apps
from django.db import models
from django.db.models import Model, Q, QuerySet

from apps.accounts.models import User
from apps.organisations.models import OrganisationUnit
from apps.people.models import Membership

# Of units and people the preview speaks by itself.
NAMED = 10  # of work of one kind that waits
TOLD_APART = {OrganisationUnit._meta.app_label, Membership._meta.app_label}


@dataclass(frozen=True)
class Count:
    """So many rows of one kind; `each`: how many name which of several units. A row may name more than one of them."""

    what: str
    rows: int
    each: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Waiting(Count):
    """Unfinished work, the first of it by name and address: somebody has to finish it."""

    named: tuple[tuple[str, str], ...] = ()

    @property
    def others(self) -> int:
        return self.rows - len(self.named)


@dataclass(frozen=True)
class References:
    """All rows of one model that name one of the units, in whichever column."""

    model: type[Model]
    rows: QuerySet
    columns: tuple[str, ...]

    @property
    def label(self) -> str:
        return str(self.model._meta.verbose_name)

    def count(self, units: Mapping[str, str]) -> Count:
        """`units`: those that are counted apart too, by what they are called."""
        each = {f"of_{at}": models.Count("pk", filter=_naming(self.columns, [pk])) for at, pk in enumerate(units)}
        found = self.rows.aggregate(rows=models.Count("pk"), **each)
        return Count(self.label, found["rows"], tuple(zip(units.values(), (found[one] for one in each), strict=True)))

    def open_work(self, by: User | None) -> Waiting | None:
        """Named are those that the person may see."""
        waiting: Any = getattr(self.rows, "open", None)
        if waiting is None:
            return None
        rows = waiting()
        seen = rows.visible_to(by).order_by("pk")[:NAMED] if by else ()
        named = tuple((str(row), row.get_absolute_url()) for row in seen)
        return Waiting(self.label, rows.count(), named=named)

    def count_from(self, day: date) -> Count | None:
        dated = getattr(self.rows, "dated_from", None)
        return Count(self.label, dated(day).count()) if dated else None


def references_to(units: Iterable[str], *, outside: bool = False) -> Iterator[References]:
    """References of every model; `outside`: only of apps that stand above units, people and acts."""
    ids = list(units)
    for model in apps.get_models():
        if issubclass(model, pghistory.models.Event) or model._meta.proxy:
            continue
        if outside and model._meta.app_label in TOLD_APART:
            continue
        columns = tuple(field.name for field in model._meta.concrete_fields if field.related_model is OrganisationUnit)
        if columns:
            yield References(model, model._default_manager.filter(_naming(columns, ids)), columns)


def _naming(columns: Iterable[str], units: Sequence[str]) -> Q:
    named = Q()
    for column in columns:
        named |= Q(**{f"{column}__in": units})
    return named
