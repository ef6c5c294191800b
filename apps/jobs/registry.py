"""Which function does a job of which kind. Filled by `@job` in every app's jobs.py."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from apps.audit.registry import name_codes

Function = Callable[..., dict[str, Any] | None]
PAUSES = (2, 10)  # seconds before the second and the third attempt


@dataclass(frozen=True)
class Handler:
    kind: str
    queue: str
    label: str | Promise
    function: Function
    pauses: tuple[int, ...] = PAUSES


_handlers: dict[str, Handler] = {}


def job(
    kind: str, queue: str = "quick", label: str | Promise = "", pauses: tuple[int, ...] = PAUSES
) -> Callable[[Function], Function]:
    """Make the function the handler of this kind. It gets the payload by name, takes ids, may run twice.

    It runs inside the transaction that also marks the job as done: whatever it writes is there with "done" or not
    at all. What it returns (a small dictionary, or nothing) is kept as the job's result. A `ValidationError` is a
    final refusal and its words are shown; any other exception is tried again after each of the `pauses` (seconds).
    """

    def register(function: Function) -> Function:
        known = _handlers.get(kind)
        if known and known.function.__module__ != function.__module__:
            raise ValueError(f"two handlers of {kind}: {known.function.__module__}, {function.__module__}")
        _handlers[kind] = Handler(kind, queue, label or kind, function, pauses)
        name_codes({kind: label or kind})
        return function

    return register


def get_handler(kind: str) -> Handler:
    try:
        return _handlers[kind]
    except KeyError:
        raise LookupError(f"no handler of jobs of kind {kind!r}") from None


def pauses_of(kind: str) -> tuple[int, ...]:
    """Of a kind that no code knows any more the usual ones."""
    return _handlers[kind].pauses if kind in _handlers else PAUSES


def label_of(kind: str) -> str:
    return str(_handlers[kind].label) if kind in _handlers else kind


def kind_choices() -> list[tuple[str, str]]:
    return sorted(((kind, str(handler.label)) for kind, handler in _handlers.items()), key=lambda pair: pair[1])
