"""The way of a report as people read it, and what changed from one sending to the next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise

from apps.audit.selectors import by_nobody
from apps.organisations.selectors import unit_labels
from apps.reports.audited import ACTIONS
from apps.reports.models import AnnualReport, FormCell, ReportStep, Submission
from apps.reports.numbers import NOT_APPLICABLE, show
from apps.reports.rows import not_applicable
from apps.reports.selectors.blank import Blank

TONES = {
    "start": "i", "to_leader": "r", "recall": "w", "send_back": "w", "sign": "r", "submit": "i",
    "return_for_revision": "w", "accept": "g", "lock": "g", "reopen": "w", "correct": "w",
}  # fmt: skip
_AUDITS = {move.verb: move.audit for move in AnnualReport.MOVES}


@dataclass(frozen=True)
class Moment:
    at: datetime
    label: str | Promise
    icon: str
    tone: str
    who: str
    unit: str
    acting_for: Any
    reason: str


def way_of(steps: Iterable[ReportStep]) -> list[Moment]:
    """Latest first."""
    labels = unit_labels()
    found = []
    for step in steps:
        label, icon = ACTIONS[_AUDITS[step.verb]]
        unit = labels[step.unit_id].short_name if step.unit_id in labels else ""
        who = str(step.by) if step.by else by_nobody(step.at)
        tone = TONES.get(step.verb, "")
        found.append(Moment(step.at, label, icon, tone, who, unit, step.acting_for, step.reason))
    return found[::-1]


@dataclass(frozen=True)
class Difference:
    cell: FormCell
    before: str
    after: str


@dataclass(frozen=True)
class Sending:
    """One signed paper, with what differs from the one before it; of the first nothing is told."""

    submission: Submission
    differences: list[Difference] | None


def sendings_of(submissions: Iterable[Submission], blank: Blank) -> list[Sending]:
    """Latest first; what was signed and never sent is left out."""
    found: list[Sending] = []
    last: Submission | None = None
    for one in submissions:
        if one.dropped_at is None:
            found.append(Sending(one, differences(last.content, one.content, blank) if last else None))
            last = one
    return found[::-1]


def differences(before: dict[str, Any], after: dict[str, Any], blank: Blank) -> list[Difference]:
    """By cell, of two frozen contents."""
    found = []
    for cell in blank.cells:
        old, new = (content["cells"].get(cell.key, {}) for content in (before, after))
        if old.get("value") != new.get("value"):
            found.append(Difference(cell, frozen_text(cell, old), frozen_text(cell, new)))
    return found


def frozen_text(cell: FormCell, frozen: dict[str, Any]) -> str:
    """Of one frozen cell, as pages tell it."""
    value = frozen.get("value")
    if value is None:
        return "–"
    if value == NOT_APPLICABLE:
        return not_applicable()
    number = frozen.get("number")
    return show(cell, Decimal(number)) if number is not None else str(value)
