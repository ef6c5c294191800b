"""Units are reminded of their reports in steps: before the due date, after it, then the unit's head; each on record."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.services import record
from apps.people.rights import Ask, asked_once
from apps.reports import moving, recipients
from apps.reports.models import AnnualReport, ReminderSent
from apps.reports.models.rounds import KEEP
from apps.reports.services.telling import tell

Step = ReminderSent.Step
AHEAD = ((1, Step.DAY), (7, Step.WEEK), (30, Step.MONTH))  # the nearest first
HEAD_AFTER = 7  # days after which the unit's head is told each week


@transaction.atomic
def remind(day: date) -> int:
    """The reminders of a working day: each step of a report once for the day on which it is due; how many units."""
    rows = AnnualReport.objects.taking_entries(day).filter(state__in=sorted(moving.AT_UNIT))
    rows = rows.filter(due_on__lte=day + timedelta(days=AHEAD[-1][0])).select_related("round", "unit", "form")
    told, ask = 0, asked_once()
    for report in rows.order_by("pk"):
        for step, on in _steps(report, day):
            told += _remind(report, step, on, None, ask) > 0
    return told


def _steps(report: AnnualReport, day: date) -> Iterable[tuple[str, date]]:
    """Those that have come, and the day by which each is known: a due date that moved is told of anew."""
    if report.due_on >= day:
        yield next(step for days, step in AHEAD if report.due_on <= day + timedelta(days=days)), report.due_on
        return
    yield Step.OVERDUE, report.due_on
    if report.due_on <= day - timedelta(days=HEAD_AFTER):
        yield Step.HEAD, day - timedelta(days=day.weekday())


def _remind(report: AnnualReport, step: str, on: date, by: User | None, ask: Ask) -> int:
    if ReminderSent.objects.filter(report=report, step=step, on=on).exists():
        return 0
    people = recipients.filling(report, ask)
    if step in (Step.HEAD, Step.BY_HAND):
        people |= recipients.signing(report, ask)
    made, _new = ReminderSent.objects.get_or_create(
        report=report, step=step, on=on, defaults={"by": by, "people": len(people)}
    )
    tell(report, f"reports.due_{step}", f"due:{report.pk}:{step}:{on}", people, by, report.due_on)
    return made.people


@transaction.atomic
def remind_by_hand(reports: Iterable[AnnualReport], *, by: User) -> list[AnnualReport]:
    """Those that have not been sent; each once a day. Returned: whom it went to."""
    if not by.has_perm(KEEP):
        raise PermissionDenied
    today = timezone.localdate()
    told, ask = [], asked_once()
    for report in reports:
        if report.state in moving.AT_UNIT and _remind(report, Step.BY_HAND, today, by, ask):
            record("report.reminded", target=report, by=by, unit=report.unit_id, round=report.round.code)
            told.append(report)
    return told
