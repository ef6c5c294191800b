"""What one request asks twice is read once. Outside a request nothing is kept."""

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar

T = TypeVar("T")
_kept: ContextVar[dict[str, Any] | None] = ContextVar("kept", default=None)


def begin() -> None:
    _kept.set({})


def once_per_request(function: Callable[[], T]) -> Callable[[], T]:
    """For functions without arguments, whose answer does not change while a page is drawn."""
    name = f"{function.__module__}.{function.__qualname__}"

    @wraps(function)
    def wrapper() -> T:
        kept = _kept.get()
        if kept is None:
            return function()
        if name not in kept:
            kept[name] = function()
        return kept[name]

    return wrapper


def end() -> None:
    _kept.set(None)
