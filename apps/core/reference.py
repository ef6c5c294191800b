"""Facts handed over as files: read them, and make a table agree with them, touching only what differs."""

import csv
import json
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

Fact = dict[str, Any]


@dataclass
class Changes:
    created: int = 0
    changed: int = 0
    removed: int = 0

    def __add__(self, other: "Changes") -> "Changes":
        return Changes(self.created + other.created, self.changed + other.changed, self.removed + other.removed)

    def __bool__(self) -> bool:
        return bool(self.created or self.changed or self.removed)


@dataclass(frozen=True)
class Facts:
    """A folder of facts: .csv as their researchers wrote them, .json in the shape of Django's fixtures."""

    folder: Path

    def place(self, name: str) -> Path:
        """Of a file: what the folder has not is taken from the portal's own."""
        own = self.folder / name
        return own if own.exists() else settings.OWN_FACTS / name

    def table(self, name: str) -> list[dict[str, str]]:
        with open(self.place(f"{name}.csv"), encoding="utf-8-sig", newline="") as lines:
            return [{column: _nfc(value) for column, value in row.items()} for row in csv.DictReader(lines)]

    def fixture(self, name: str, model: str) -> list[Fact]:
        rows = json.loads(_nfc(self.place(f"{name}.json").read_text(encoding="utf-8")))
        return [row["fields"] for row in rows if row["model"] == model]


def facts() -> Facts:
    """Of the programme that this portal runs."""
    return Facts(settings.FACTS)


def _nfc(value: str) -> str:
    return unicodedata.normalize("NFC", value)


def align(model: type[models.Model], key: Sequence[str], facts: Iterable[Fact], *, keep: Sequence[str] = ()) -> Changes:
    """Create the rows the table lacks and change the fields that differ; `keep` names fields set at creation only."""
    wanted = {tuple(fact[name] for name in key): fact for fact in (_typed(model, fact) for fact in facts)}
    there = {tuple(getattr(row, name) for name in key): row for row in model._default_manager.all()}
    new = [model(**fact) for found, fact in wanted.items() if found not in there]
    changed, fields = [], set()
    for found, row in there.items():
        fact = {name: value for name, value in wanted.get(found, {}).items() if name not in keep}
        differing = [name for name, value in fact.items() if getattr(row, name) != value]
        if differing:
            _assign(row, {name: fact[name] for name in differing})
            changed.append(row)
            fields |= {model._meta.get_field(name).name for name in differing}
    for row in new + changed:
        row.clean_fields(exclude=_relations(model))
    model._default_manager.bulk_create(new)
    if changed:
        fields |= {field.name for field in model._meta.fields if getattr(field, "auto_now", False)}
        model._default_manager.bulk_update(changed, sorted(fields))
    return Changes(created=len(new), changed=len(changed))


def align_sets(model: type[models.Model], owner: str, facts: Iterable[Fact]) -> Changes:
    """Make the rows of every owner named in the facts exactly theirs; a row that differs goes and comes anew."""
    wanted = [_typed(model, fact) for fact in facts]
    there = model._default_manager.filter(**{f"{owner}__in": {fact[owner] for fact in wanted}})
    stated = {row.pk: {name: getattr(row, name) for name in wanted[0]} for row in there}
    stale = [pk for pk, fact in stated.items() if fact not in wanted]
    new = [model(**fact) for fact in wanted if fact not in stated.values()]
    for row in new:
        row.clean_fields(exclude=_relations(model))
    model._default_manager.filter(pk__in=stale).delete()
    model._default_manager.bulk_create(new)
    return Changes(created=len(new), removed=len(stale))


def _relations(model: type[models.Model]) -> list[str]:
    """The database itself checks foreign keys, at commit: a parent may come in the same batch."""
    return [field.name for field in model._meta.fields if field.is_relation]


def _typed(model: type[models.Model], fact: Fact) -> Fact:
    """Text of a file as the field's own type; an empty cell of a field that may be null is null."""
    typed = {}
    for name, value in fact.items():
        field: Any = model._meta.get_field(name)
        typed[name] = None if value in ("", None) and field.null else field.to_python(value)
    return typed


def _assign(row: models.Model, values: Fact) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    if hasattr(row, "updated_at"):
        row.updated_at = timezone.now()  # a bulk update does not stamp by itself
