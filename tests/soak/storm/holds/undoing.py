"""The register of enterprises as it is read: what an import that is undone at once must leave alike."""

from collections.abc import Iterator
from typing import Any

from apps.enterprises.models import Enterprise, ProgrammeEvent
from apps.progress.figures import figures
from apps.targets.models import Indicator

MODELS = (Enterprise, ProgrammeEvent)  # what holds an enterprise's events together says nothing without any
Picture = dict[Any, Any]


def picture() -> Picture:
    """Every row that counts, and the nation's figures."""
    seen: Picture = {}
    for model in MODELS:
        live = {"withdrawn_at": None} if _has(model, "withdrawn_at") else {}
        if _has(model, "merged_into"):
            live["merged_into"] = None
        for row in model._base_manager.filter(**live).values():
            kept = {name: value for name, value in row.items() if name != "updated_at"}
            seen[model.__name__, row["id"]] = kept
    for one in Indicator.objects.all():
        for figure in figures(one, national=True, accepted=False):
            seen[one.code, figure.year] = figure.value
    return seen


def _has(model: Any, name: str) -> bool:
    return any(field.name == name for field in model._meta.concrete_fields)


def differences(before: Picture, after: Picture) -> Iterator[str]:
    for key in sorted(before.keys() | after.keys(), key=str):
        if before.get(key) != after.get(key):
            yield f"{key}: {_changed(before.get(key), after.get(key))}"


def _changed(one: Any, two: Any) -> str:
    if isinstance(one, dict) and isinstance(two, dict):
        names = [name for name in one if one[name] != two[name]]
        return ", ".join(f"{name} {one[name]!r} → {two[name]!r}" for name in names)
    return f"{one!r} → {two!r}"[:300]
