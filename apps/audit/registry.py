"""What the audit's codes mean on screen. Each app says its own words in its `audited.py`, found at start.

The audit stands below all other apps, so it knows neither their actions nor their pages nor the units: they tell it.
What nobody has named is shown by its code.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.urls import NoReverseMatch
from django.utils.functional import Promise

Words = str | Promise


@dataclass(frozen=True)
class TargetKind:
    label: Words
    permission: str = ""  # to open the page; empty: there is none
    url_of: Callable[[str], str] | None = None


class Unit(Protocol):
    @property
    def short_name(self) -> str: ...

    @property
    def url(self) -> str: ...


_actions: dict[str, Words] = {}
_targets: dict[str, TargetKind] = {}
_units: list[Callable[[], Mapping[str, Unit]]] = []


def name_actions(labels: Mapping[str, Words]) -> None:
    """name_actions({"report.submitted": _("Nộp báo cáo")})"""
    _actions.update(labels)


def name_target(
    model_label: str, label: Words = "", *, permission: str = "", url_of: Callable[[str], str] | None = None
) -> None:
    """What a kind of object is called, and its page: `url_of(key as text)`, for whoever holds the permission.

    Without `label` the model's own name is taken.
    """
    _targets[model_label] = TargetKind(label or apps.get_model(model_label)._meta.verbose_name, permission, url_of)


def name_units(function: Callable[[], Mapping[str, Unit]]) -> None:
    """All units' names by id; one app says it."""
    _units[:] = [function]


def action_label(action: str) -> str:
    return str(_actions.get(action, action))


def action_choices() -> list[tuple[str, str]]:
    return sorted(((code, str(label)) for code, label in _actions.items()), key=lambda pair: pair[1])


def target_label(model_label: str) -> str:
    if model_label in _targets:
        return str(_targets[model_label].label)
    try:
        return str(apps.get_model(model_label)._meta.verbose_name)
    except (LookupError, ValueError):
        return model_label


def target_choices() -> list[tuple[str, str]]:
    return sorted(((kind, str(known.label)) for kind, known in _targets.items()), key=lambda pair: pair[1])


def target_url(model_label: str, target_id: str, user: Any) -> str:
    """The object's page, if it has one and the person holds the right to such pages (its row may still be hidden)."""
    known = _targets.get(model_label)
    if known is None or known.url_of is None or not target_id:
        return ""
    if known.permission and not user.has_perm(known.permission):
        return ""
    try:
        return known.url_of(target_id)
    except (NoReverseMatch, LookupError, ValueError):
        return ""


def field_label(model_label: str, name: str) -> str:
    """A field in the words of its model; any other key as it stands."""
    try:
        return str(apps.get_model(model_label)._meta.get_field(name).verbose_name)
    except (LookupError, ValueError, FieldDoesNotExist, AttributeError):
        return name


def unit_names() -> Mapping[str, Unit]:
    return _units[0]() if _units else {}
