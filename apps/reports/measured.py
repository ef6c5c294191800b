"""How the calls for reports stand. Numbers of all units together: whose report lacks is for the portal's own pages."""

from collections.abc import Iterable
from datetime import datetime, time

from django.db.models import Count, Min, Q
from django.utils import timezone

from apps.core.measuring import Family, Sample, measure
from apps.reports.models import AnnualReport, ReportingRound
from apps.reports.moving import State

ROUNDS = Family("program996_rounds", "Rounds of reports, by state.", ("state",))
LATE = Family("program996_rounds_not_turned", "Rounds whose day to open or to lock is over and that have not.")
DUE = Family("program996_round_due_timestamp_seconds", "When the reports of the next due open round are due.")
REPORTS = Family("program996_reports", "Reports of open rounds, by state.", ("state",))


@measure(ROUNDS, LATE, DUE, REPORTS)
def rounds() -> Iterable[Sample]:
    today, states = timezone.localdate(), ReportingRound.State
    found = dict(ReportingRound.objects.order_by().values_list("state").annotate(Count("pk")))
    for state in states.values:
        yield ROUNDS(found.get(state, 0), state)
    late = Q(state=states.DRAFT, opens_on__lt=today) | Q(state=states.OPEN, locks_on__lt=today)
    yield LATE(ReportingRound.objects.filter(late).count())
    if due := ReportingRound.objects.open().filter(due_on__gte=today).aggregate(day=Min("due_on"))["day"]:
        yield DUE(timezone.make_aware(datetime.combine(due, time.max)).timestamp())
    reports = AnnualReport.objects.expected().filter(round__state=states.OPEN).order_by()
    stand = dict(reports.values_list("state").annotate(Count("pk")))
    for state in State.values:
        yield REPORTS(stand.get(state, 0), state)
