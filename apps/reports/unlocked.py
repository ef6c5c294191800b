"""Which cells of a report may be written: all of a draft; of what was returned only those of the return slip."""

from collections.abc import Iterable

from apps.reports.models import AnnualReport, FormCell, FormRule, Review, ReviewNote
from apps.reports.moving import State


def unlocked_keys(report: AnnualReport, cells: Iterable[str]) -> set[str]:
    """Of these keys. A slip that names no cell unlocks all: what is wrong then stands in its words."""
    if report.state not in (State.DRAFT, State.RETURNED):
        return set()
    flagged = flagged_keys(report) if report.state == State.RETURNED else set()
    return (flagged or set(cells)) & set(cells)


def flagged_keys(report: AnnualReport) -> set[str]:
    """Of the last return slip, with what must agree with them: a total and its parts are corrected together."""
    review = Review.objects.filter(submission__report=report, verdict="returned").order_by("-pk").first()
    if review is None:
        return set()
    flagged = set(
        ReviewNote.objects.filter(review=review, kind=ReviewNote.Kind.FLAG).values_list("cell__key", flat=True)
    )
    cells = FormCell.objects.filter(form=report.form_id).exclude(parts=[]).values_list("key", "parts")
    rules = FormRule.objects.filter(form=report.form_id, kind=FormRule.Kind.SUM).values_list("cell__key", "others")
    families = [{key, *others} for key, others in [*cells, *rules]]
    return flagged.union(*(family for family in families if family & flagged))
