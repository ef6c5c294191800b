"""Rows to which something is yet to come: an answer, a remedy. Which still wait, since when, and which are late."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Case, CharField, DateField, F, Func, IntegerField, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.core.templatetags.ui import number
from apps.registers.declaration import Awaited, Register
from apps.registers.models import RegisterRow


class State(models.TextChoices):
    OPEN = "open", _("Đang chờ")
    LATE = "late", _("Quá hạn")
    DONE = "done", _("Đã xong")
    NONE = "none", _("Không yêu cầu")


FAMILIES = {State.OPEN: "warn", State.LATE: "bad", State.DONE: "good", State.NONE: "neutral"}


@dataclass(frozen=True)
class Waiting:
    """`days`: how long it took, or has taken until today; of what is late since it was due, as everywhere beside the
    word. None where nothing is to come.
    """

    state: State
    days: int | None

    @property
    def words(self) -> str:
        if self.days is None:
            return str(self.state.label)
        return _now("%(state)s · %(days)s ngày") % {"state": self.state.label, "days": number(self.days)}


def waiting_of(awaited: Awaited, row: RegisterRow) -> Waiting:
    today = timezone.localdate()
    since, done = getattr(row, awaited.since), getattr(row, awaited.done)
    due: date | None = getattr(row, awaited.due) if awaited.due else None
    if done is not None:
        return Waiting(State.DONE, (done - since).days)
    if due is None and awaited.is_asked:
        return Waiting(State.NONE, None)
    if due is not None and due < today:
        return Waiting(State.LATE, (today - due).days)
    return Waiting(State.OPEN, (today - since).days)


def chip_of(register: Register, row: RegisterRow) -> tuple[str, str] | None:
    """Family and words; none of a row that no more stands in the register."""
    if register.awaited is None or not row.is_live:
        return None
    found = waiting_of(register.awaited, row)
    return FAMILIES[found.state], found.words


def _conditions(awaited: Awaited) -> dict[str, Q]:
    done = Q(**{f"{awaited.done}__isnull": False})
    late, nothing = Q(pk__in=[]), Q(pk__in=[])
    if awaited.due:
        late = ~done & Q(**{f"{awaited.due}__lt": timezone.localdate()})
        nothing = ~done & Q(**{f"{awaited.due}__isnull": True}) if awaited.is_asked else nothing
    return {State.DONE: done, State.LATE: late, State.NONE: nothing, State.OPEN: ~done & ~late & ~nothing}


def that_are(awaited: Awaited, asked: list[str]) -> Q:
    """The condition on a row of being one of these, today."""
    conditions, found = _conditions(awaited), Q(pk__in=[])
    for one in asked:
        found |= conditions[State(one)]
    return found


def states_of(awaited: Awaited) -> list[State]:
    """Those that its rows can have."""
    never = ({State.LATE} if not awaited.due else set()) | (set() if awaited.is_asked else {State.NONE})
    return [one for one in State if one not in never]


def told_in_sql(awaited: Awaited) -> dict[str, Any]:
    """State and days of each row, for the files of a list."""
    conditions = _conditions(awaited)
    states = [When(conditions[one], then=Value(one.value)) for one in states_of(awaited) if one != State.OPEN]
    until = Coalesce(F(awaited.done), Value(timezone.localdate()), output_field=DateField())
    days = Func(until, F(awaited.since), template="(%(expressions)s)", arg_joiner=" - ", output_field=IntegerField())
    nothing = When(conditions[State.NONE], then=Value(None)) if awaited.is_asked else None
    return {
        "awaited": Case(*states, default=Value(State.OPEN.value), output_field=CharField()),
        "days_awaited": Case(nothing, default=days, output_field=IntegerField()) if nothing else days,
    }
