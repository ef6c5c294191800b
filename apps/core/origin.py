"""From where the running request came, for whoever writes it down. Not in the log context: no line needs it."""

from contextvars import ContextVar

from apps.core.clients import NOWHERE, client_address
from apps.core.request import PortalRequest

_request: ContextVar[PortalRequest | None] = ContextVar("origin", default=None)


def begin(asked: PortalRequest) -> None:
    _request.set(asked)


def end() -> None:
    _request.set(None)


def request() -> PortalRequest | None:
    """None in jobs and commands."""
    return _request.get()


def key() -> str:
    """What opened the API to this request, as people call it: a token's name; empty for a person who is signed in."""
    return getattr(_request.get(), "key_label", "")


def address() -> str | None:
    """The true address of the client; None in jobs and commands, and where the socket has no addresses."""
    asked = _request.get()
    found = client_address(asked) if asked else NOWHERE
    return None if found == NOWHERE else found
