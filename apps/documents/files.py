"""On what kinds of records files may hang. The app that owns a kind says so; the file is seen with its record."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Model, QuerySet

from apps.accounts.models import User

_owners: dict[str, tuple[Any, str, str]] = {}  # the model, whose own manager has the two methods


def has_files(model: type[Model], *, view: str, change: str) -> None:
    """`view`, `change`: the permissions; which rows, `visible_to` and `editable_by` of the model say."""
    _owners[model._meta.label_lower] = (model, view, change)


def owners_visible_to(user: User) -> Iterator[tuple[str, QuerySet]]:
    for kind, (model, view, _change) in _owners.items():
        if user.has_perm(view):
            yield kind, model._default_manager.visible_to(user)


def owners_editable_by(user: User) -> Iterator[tuple[str, QuerySet]]:
    for kind, (model, _view, change) in _owners.items():
        if user.has_perm(change):
            yield kind, model._default_manager.editable_by(user)
