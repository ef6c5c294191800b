"""On what kinds of records files may hang. The app that owns a kind says so; the files are seen with its records.

`register_owner("enterprises.enterprise", …)` in the app's `evidence.py`, found at start. Whoever sees a record does not
always see its files: `visible` gives the rows whose files the person sees, `editable` those to which they may attach.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Model, QuerySet

from apps.accounts.models import User

Rows = Callable[[User], QuerySet[Any]]


@dataclass(frozen=True)
class Owner:
    """A kind of record that has files."""

    kind: str  # the model, as app.model
    view: str  # the permissions: to see such records at all, and to change them
    change: str
    visible: Rows
    editable: Rows
    unit: Callable[[Any], str]  # whose quota the files fill, as its id; empty: the programme's own

    def visible_to(self, user: User) -> QuerySet[Any]:
        rows = self.visible(user)
        return rows if user.has_perm(self.view) else rows.none()

    def editable_by(self, user: User) -> QuerySet[Any]:
        rows = self.editable(user)
        return rows if user.has_perm(self.change) else rows.none()

    def record(self, key: str) -> Any:
        """The record itself, whoever asks; None where it is gone."""
        return apps.get_model(self.kind)._base_manager.filter(pk=key).first()


_owners: dict[str, Owner] = {}


def register_owner(
    kind: str,
    *,
    view: str,
    change: str,
    visible: Rows,
    editable: Rows,
    unit: Callable[[Any], str] = lambda row: "",
) -> None:
    _owners[kind] = Owner(kind, view, change, visible, editable, unit)


def all_owners() -> Iterator[Owner]:
    yield from _owners.values()


def kind_of(row: Model) -> str:
    return row._meta.label_lower


def owner_of(kind: str) -> Owner:
    """LookupError where nobody has said that such records have files."""
    return _owners[kind]
