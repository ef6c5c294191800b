"""Which events there are. The app whose services publish one names it in its `published.py`."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User

TEST = "test"


@dataclass(frozen=True)
class EventKind:
    """`sees`: whether the person may see today what it tells of; `address`: where to read more, as a path."""

    code: str
    label: str | Promise
    sees: Callable[[User, Mapping[str, Any]], bool]
    address: Callable[[Mapping[str, Any]], str]


_kinds: dict[str, EventKind] = {}


def name_events(kinds: Iterable[EventKind]) -> None:
    _kinds.update({kind.code: kind for kind in kinds})


def event_kind(code: str) -> EventKind | None:
    """None: one that no code knows any more."""
    return _kinds.get(code)


def event_label(code: str) -> str:
    if code == TEST:
        return str(_("Sự kiện thử"))
    return str(_kinds[code].label) if code in _kinds else code


def event_choices() -> list[tuple[str, str]]:
    return sorted(((code, str(kind.label)) for code, kind in _kinds.items()), key=lambda pair: pair[1])
