"""Rounds as their pages show them: the next one from the last, who must report, what is lacking."""

from calendar import isleap
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q

from apps.accounts.models import User
from apps.organisations.selectors import UnitLabel, unit_labels
from apps.reports import moving
from apps.reports.chips import Chip, chip_of
from apps.reports.models import AnnualReport, FormVersion, ReportingRound
from apps.targets.models import Period


def with_counts(rounds: Any) -> Any:
    """`expected`, `sent` and `accepted` of each: in the statement that reads them. What was returned has been sent."""
    there = Q(reports__excused_at__isnull=True)
    return rounds.annotate(
        expected=Count("reports", filter=there),
        sent=Count("reports", filter=there & Q(reports__first_submitted_on__isnull=False)),
        accepted=Count("reports", filter=there & Q(reports__state__in=sorted(moving.TAKEN))),
    )


def next_round() -> dict[str, Any]:
    """What the form of a new annual round starts from: the last one a year later, or nothing."""
    last = ReportingRound.objects.filter(kind="annual").order_by("-year").first()
    if last is None:
        return {"kind": ReportingRound.Kind.ANNUAL}
    year = last.year + 1
    period = Period.objects.filter(year=year).first()
    return {
        "kind": last.kind, "year": year, "code": str(year), "title": last.title.replace(str(last.year), str(year)),
        "starts_on": period.starts_on if period else a_year_later(last.starts_on),
        "ends_on": period.ends_on if period else a_year_later(last.ends_on),
        "opens_on": a_year_later(last.opens_on), "due_on": a_year_later(last.due_on),
        "locks_on": a_year_later(last.locks_on) if last.locks_on else None,
    }  # fmt: skip


def a_year_later(day: date) -> date:
    is_leap_day = (day.month, day.day) == (2, 29) and not isleap(day.year + 1)
    return date(day.year + 1, 3, 1) if is_leap_day else day.replace(year=day.year + 1)


@dataclass(frozen=True)
class Expected:
    """A unit that must report, or was taken off the list."""

    report: AnnualReport
    label: UnitLabel
    chip: Chip
    put_off: Any  # the last extension

    @property
    def may_be_excused(self) -> bool:
        return self.report.excused_at is None and self.report.state not in moving.TAKEN


def expected_in(made: ReportingRound, user: User) -> list[Expected]:
    """By kind and name; of what the person sees. Those taken off the list stand at the end, for whoever keeps it."""
    seen = AnnualReport.objects.visible_to(user).filter(round=made)
    if user.has_perm("reports.change_reportinground"):
        seen = AnnualReport.objects.filter(round=made)
    rows = seen.select_related("form", "unit", "round", "excused_by").prefetch_related("extensions__granted_by")
    labels = unit_labels()
    found = [Expected(row, labels[row.unit_id], chip_of(row), _last(row.extensions.all())) for row in rows]
    order = FormVersion.Audience.values
    found.sort(key=lambda one: (order.index(one.report.form.audience), one.label.sort, one.report.unit_id))
    return sorted(found, key=lambda one: one.report.excused_at is not None)


def _last(extensions: Iterable[Any]) -> Any:
    return max(extensions, key=lambda one: one.pk, default=None)
