"""The dashboard's card of reports: how many of those asked in the year's round are in, and where the others stand."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count

from apps.accounts.models import User
from apps.reports import moving
from apps.reports.models import AnnualReport, ReportingRound

State = moving.State


@dataclass(frozen=True)
class ReportCard:
    """`states`: each state with how many reports are in it, in the order of the way."""

    round: ReportingRound
    total: int
    sent: int
    accepted: int
    states: list[tuple[str, int]]

    @property
    def left(self) -> int:
        """Days until the due date; less than none once it has passed."""
        return self.round.days_left()


def report_card(user: User, year: int) -> ReportCard | None:
    """Of the annual round of the year, over the reports in sight; None where there is none. Two queries."""
    if not user.has_perm("reports.view_annualreport"):
        return None
    rounds = ReportingRound.objects.visible_to(user).exclude(state="draft")
    made = rounds.filter(kind=ReportingRound.Kind.ANNUAL, year=year).first()
    if made is None:
        return None
    rows = AnnualReport.objects.visible_to(user).filter(round=made).order_by()
    counts = Counter(dict(rows.values_list("state").annotate(n=Count("pk"))))
    total = counts.total()
    if not total:
        return None
    return ReportCard(
        made, total, sum(counts[state] for state in moving.SENT), sum(counts[state] for state in moving.TAKEN),
        [(str(state.label), counts[state]) for state in State if counts[state]],
    )  # fmt: skip
