"""What every service of a register asks of a change, whichever register it is."""

import datetime
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from apps.core.reasons import needed_reason

REASON_LIMIT = 300
M = TypeVar("M", bound=Model)


def refusal(field: str | None, message: str, code: str) -> ValidationError:
    """At its field and with its code: a dict of plain messages would lose the code."""
    found = ValidationError(message, code=code)
    return ValidationError({field: found}) if field else found


def refuse_stale(row: Any, seen: datetime.datetime | None) -> None:
    """`seen` is the `updated_at` that the person looked at: what somebody changed since is not overwritten."""
    if seen is not None and row.updated_at != seen:
        moment = timezone.localtime(row.updated_at)
        raise ValidationError(
            _("Hồ sơ vừa được người khác sửa lúc %(moment)s. Mở lại để xem bản mới, rồi sửa tiếp."),
            code="stale",
            params={"moment": f"{moment:%H:%M %d/%m/%Y}"},
        )


def apply(row: Model, changes: dict[str, Any]) -> dict[str, Any]:
    """Set what differs and say what did."""
    changed = {name: value for name, value in changes.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    return changed


@contextmanager
def no_twin(field: str | None, message: str | Promise) -> Iterator[None]:
    """full_clean() has looked; somebody else's row may have come between that look and our write."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        raise refusal(field, str(message), "unique") from None


def needed(reason: str) -> str:
    return needed_reason(reason, most=REASON_LIMIT)


@dataclass
class Outcome:
    """What came of a change of many rows."""

    done: list[Any] = field(default_factory=list)
    refused: list[tuple[Any, str]] = field(default_factory=list)


def each(rows: Sequence[M], act: Callable[[M], M]) -> Outcome:
    """One after the other, each in its own savepoint within the caller's transaction. In the order of their keys, so
    that two who change the same rows do not wait for each other for ever.
    """
    outcome = Outcome()
    for row in sorted(rows, key=lambda one: one.pk):
        try:
            with transaction.atomic():
                done = act(row)
        except ValidationError as refused:
            outcome.refused.append((row, " ".join(refused.messages)))
        else:
            outcome.done.append(done)
    return outcome
