"""Page 06: who reported when, and how much of it; units by years of annual rounds."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Max, OuterRef, Q, Subquery
from django.utils import timezone

from apps.accounts.models import User
from apps.organisations.asked import UnitView
from apps.organisations.selectors import UnitLabel, successor_shares, unit_labels
from apps.reports.models import AnnualReport, DeadlineExtension, FormCell, FormVersion, ReminderSent, ReportedValue
from apps.reports.timeliness import Told


def reports_of(user: User) -> list[Told]:
    """Every annual report that the person sees, with how many of its cells are filled in: one grouped statement, and
    one for what each form asks.
    """
    asked = dict(FormCell.objects.filter(parts=[]).values_list("form").annotate(n=Count("pk")).order_by())
    put_off = DeadlineExtension.objects.filter(report=OuterRef("pk")).order_by()
    rows = (
        AnnualReport.objects.visible_to(user)
        .filter(round__kind="annual")
        .annotate(
            given=Count("values", filter=ReportedValue.given("values__") & Q(values__cell__parts=[])),
            put_off=Subquery(put_off.values("report").annotate(day=Max("due_on")).values("day")),
        )
        .values_list(
            "pk", "unit", "unit__slug", "round__year", "round__code", "form__audience", "state", "round__state",
            "round__due_on", "put_off", "first_submitted_on", "reviewer", "revision", "form", "given",
        )
        .order_by("unit", "round__year", "pk")
    )  # fmt: skip
    return [_told(row, asked) for row in rows]


def _told(row: tuple[Any, ...], asked: dict[int, int]) -> Told:
    pk, unit, slug, year, code, audience, state, of_round, due, put_off, sent, reviewer, revision, form, given = row
    return Told(
        pk=pk, unit=unit, slug=slug, year=year, round=code, audience=audience, state=state,
        is_round_locked=of_round == "locked", due_on=max(due, put_off or due), sent_on=sent,
        has_reviewer=reviewer is not None, was_returned=sent is not None and revision > 1, given=given,
        asked=asked.get(form, 0),
    )  # fmt: skip


@dataclass
class Row:
    """One unit: its reports by year; of one whose past comes from several, each by itself too."""

    label: UnitLabel
    audience: str
    reports: dict[int, list[Told]] = field(default_factory=lambda: defaultdict(list))

    @property
    def units(self) -> list[str]:
        """Whose reports they are, today's unit first."""
        found = dict.fromkeys(
            report.unit for year in sorted(self.reports, reverse=True) for report in self.reports[year]
        )
        return list(found)

    def before(self, year: int) -> list[Told]:
        return [report for of, reports in self.reports.items() if of < year for report in reports]

    @property
    def former(self) -> list[str]:
        """Of one whose only predecessor bore its name nobody asks whom it comprises."""
        labels = unit_labels()
        found = [unit for unit in self.units if unit != self.label.id]
        is_same = len(found) == 1 and labels[found[0]].short_name == self.label.short_name
        return [] if is_same else found

    def of_unit(self, unit: str) -> dict[int, list[Told]]:
        return {year: [one for one in rows if one.unit == unit] for year, rows in self.reports.items()}


@dataclass(frozen=True)
class Year:
    """All who were to report: numerators with their denominator."""

    year: int
    expected: int
    sent: int
    in_time: int
    accepted: int
    whole: int


def years_of(reports: Iterable[Told], today: date) -> dict[int, Year]:
    """By year, whatever the view: each report once."""
    by_year: dict[int, list[Told]] = defaultdict(list)
    for report in reports:
        by_year[report.year].append(report)
    return {
        year: Year(
            year, len(rows), sum(one.is_sent for one in rows), sum(one.is_in_time(today) for one in rows),
            sum(one.is_accepted for one in rows), sum(one.is_whole for one in rows),
        )
        for year, rows in sorted(by_year.items())
    }  # fmt: skip


def rows_of(reports: Iterable[Told], view: UnitView, on: date) -> list[Row]:
    """In the order of kinds and names. In the view of today's units, what a unit reported stands with whoever carries
    its past on that day.
    """
    labels = unit_labels()
    shares = successor_shares(on) if view == UnitView.CURRENT else {}
    found: dict[str, Row] = {}
    for report in reports:
        for unit in [unit for unit, _share in shares.get(report.unit, [])] or [report.unit]:
            row = found.setdefault(unit, Row(labels[unit], report.audience))
            row.reports[report.year].append(report)
    for row in found.values():
        for reports_of_year in row.reports.values():
            reports_of_year.sort(key=lambda one: (one.unit != row.label.id, labels[one.unit].sort))
    order = FormVersion.Audience.values
    return sorted(found.values(), key=lambda row: (order.index(row.audience), row.label.sort, row.label.id))


@dataclass(frozen=True)
class Reminded:
    times: int
    last: date
    by_hand_on: date | None = None


def reminders_of(reports: Collection[int]) -> dict[int, Reminded]:
    """By report: how often its unit was reminded, and when last."""
    by_hand = Max("on", filter=Q(step=ReminderSent.Step.BY_HAND))
    rows = ReminderSent.objects.filter(report__in=reports).values_list("report")
    told = rows.annotate(n=Count("pk"), last=Max("at"), by_hand=by_hand).order_by()
    return {report: Reminded(times, timezone.localdate(last), on) for report, times, last, on in told}
