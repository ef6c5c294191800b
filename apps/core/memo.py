"""What one request asks twice is read once. Outside a request nothing is kept, but where somebody asks for it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
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


@contextmanager
def kept() -> Iterator[None]:
    """For what asks the same for each of many rows and may run in a request or in a job."""
    if _kept.get() is not None:
        yield
        return
    begin()
    try:
        yield
    finally:
        end()
