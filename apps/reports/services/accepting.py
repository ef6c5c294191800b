"""Accepted numbers enter and leave the figures: facts and the request to recount, in the caller's transaction."""

from decimal import Decimal

from django.utils import timezone

from apps.accounts.models import User
from apps.audit.services import record
from apps.reports.models import AnnualReport, FormCell, Submission
from apps.reports.selectors.series import number_in
from apps.targets.models import AcceptedValue
from apps.targets.services import request_recompute

SOURCE = "targets.acceptedvalue"
REASON_LIMIT = 300


def put_in_force(report: AnnualReport, submission: Submission, *, by: User) -> int:
    """The numbers of the signed paper, in the place of what was accepted before. How many there are."""
    period = report.round.period
    if period is None:
        return 0
    gone = _withdraw(report, by, f"{submission.number}: {submission.revision}")
    numbers = _numbers(report, submission)
    AcceptedValue.objects.bulk_create(
        AcceptedValue(
            indicator_id=indicator, period=period, unit=report.unit, value=number,
            covers_predecessors=report.covers_predecessors, round_code=report.round.code, report_id=report.pk,
            revision=submission.revision, accepted_by=by,
        )
        for indicator, number in numbers.items()
    )  # fmt: skip
    if numbers or gone:
        request_recompute(SOURCE, by=by)
    return len(numbers)


def _numbers(report: AnnualReport, submission: Submission) -> dict[int, Decimal]:
    """Of what was frozen when it was signed, by indicator."""
    frozen = submission.content["cells"]
    cells = FormCell.objects.filter(form=report.form_id, indicator__isnull=False).values_list("key", "indicator")
    found = {indicator: number_in(frozen.get(key, {})) for key, indicator in cells}
    return {indicator: number for indicator, number in found.items() if indicator and number is not None}


def take_out(report: AnnualReport, *, by: User, reason: str) -> None:
    if gone := _withdraw(report, by, reason):
        record("report.taken_out", target=report, by=by, unit=report.unit_id, reason=reason, count=gone)
        request_recompute(SOURCE, by=by)


def _withdraw(report: AnnualReport, by: User, reason: str) -> int:
    rows = AcceptedValue.objects.filter(report_id=report.pk, withdrawn_at__isnull=True)
    now = timezone.now()
    return rows.update(withdrawn_at=now, withdrawn_by=by, withdrawn_reason=reason[:REASON_LIMIT], updated_at=now)
