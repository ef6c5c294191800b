"""Refusals that say «what you looked at is no longer so»: no fault of the data."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from rest_framework import exceptions, status
from rest_framework.fields import get_error_detail

from apps.core.moves import WRONG_STATE

CONFLICTS = frozenset({"stale", "withdrawn", "unique"})
Now = dict[str, Any]  # how the row stands, for the body of a refusal


class Conflict(exceptions.APIException):
    """What the caller looked at is no longer so: the body says how it is now."""

    status_code = status.HTTP_409_CONFLICT

    def __init__(self, detail: str, code: str, now: Now | None = None) -> None:
        super().__init__(detail, code)
        self.now = now or {}


class PreconditionFailed(exceptions.APIException):
    """`If-Match` names another state than the one there is."""

    status_code = status.HTTP_412_PRECONDITION_FAILED


class WrongState(exceptions.ValidationError):
    """Not the moment, though the caller knew how the row stands: 400, and the body says it again."""

    def __init__(self, refusal: ValidationError, now: Now) -> None:
        super().__init__(get_error_detail(refusal))
        self.now = now


@contextmanager
def conflicts_are_409(now: Callable[[], Now] | None = None) -> Iterator[None]:
    """`now` reads how the row stands, after the transaction that refused."""
    try:
        yield
    except ValidationError as error:
        found = getattr(error, "error_dict", None)
        every = [one for errors in found.values() for one in errors] if found else error.error_list
        codes = {str(one.code) for one in every}
        if conflicts := codes & CONFLICTS:
            raise Conflict(" ".join(error.messages), min(conflicts), now() if now else None) from error
        if now and WRONG_STATE in codes:
            raise WrongState(error, now()) from error
        raise
