"""The dashboard's card of reports: how many of those asked in the year's round are in, and where the others stand."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.utils import timezone

from apps.accounts.models import User
from apps.reports import moving
from apps.reports.models import AnnualReport, ReportingRound

State = moving.State


@dataclass(frozen=True)
class ReportCard:
    """`states`: each state with how many reports are in it, in the order of the way."""

    year: int
    due_on: date
    total: int
    sent: int
    accepted: int
    states: list[tuple[str, int]]

    @property
    def left(self) -> int:
        """Days until the due date; less than none once it has passed."""
        return (self.due_on - timezone.localdate()).days


def report_card(user: User, year: int) -> ReportCard | None:
    """Of the annual round of the year, over the reports in sight; None where there is none. One query.

    Sent is sent, whatever came back of it: as on the board and in the national report.
    """
    if not user.has_perm("reports.view_annualreport"):
        return None
    rows = AnnualReport.objects.visible_to(user).exclude(round__state="draft").order_by()
    of_year = rows.filter(round__kind=ReportingRound.Kind.ANNUAL, round__year=year)
    counted = {"n": Count("pk"), "n_sent": Count("first_submitted_on")}
    found = list(of_year.values_list("state", "round__due_on").annotate(**counted))
    if not found:
        return None
    counts = Counter({state: count for state, _due, count, _sent in found})
    sent, accepted = sum(sent for *_told, sent in found), sum(counts[state] for state in moving.TAKEN)
    due = max(due for _state, due, _count, _sent in found)
    states = [(str(state.label), counts[state]) for state in State if counts[state]]
    return ReportCard(year, due, counts.total(), sent, accepted, states)
