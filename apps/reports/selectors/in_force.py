"""Signed papers whose numbers count: of each report the one that was accepted last, as it was frozen.

`reopen` takes it out at once, `correct` leaves it until the new one is accepted. Where a successor reported for the
whole of the window, what its predecessors reported of a part of it counts nowhere.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q

from apps.organisations.models import Succession
from apps.reports.models import ReportStep, Submission


@dataclass(frozen=True)
class PaperInForce:
    report: int
    unit: str
    round: str
    year: int
    covers_predecessors: bool
    cells: Mapping[str, dict[str, Any]]


def papers_in_force(reports: Q) -> list[PaperInForce]:
    """Of those reports, in the order of their making; one query, and one more where predecessors may be covered."""
    reopened = ReportStep.objects.filter(
        report=OuterRef("report"), verb="reopen", at__gte=OuterRef("review__decided_at")
    )
    rows = (
        Submission.objects.filter(reports, ~Exists(reopened), review__verdict="accepted", report__excused_at=None)
        .order_by("report_id", "-revision")
        .distinct("report_id")
        .annotate(unit=F("report__unit"), code=F("report__round__code"), year=F("report__round__year"))
        .values_list("report_id", "unit", "code", "year", "report__covers_predecessors", "content__cells")
    )
    return _without_the_covered([PaperInForce(*row[:5], row[5] or {}) for row in rows])


def _without_the_covered(papers: list[PaperInForce]) -> list[PaperInForce]:
    covering = {(one.round, one.unit) for one in papers if one.covers_predecessors}
    if not any(one.round == code for one in papers for code, unit in covering if one.unit != unit):
        return papers
    heirs: dict[str, list[str]] = defaultdict(list)
    for before, after in Succession.objects.filter(share__gt=0).values_list("predecessor", "successor"):
        heirs[before].append(after)
    return [one for one in papers if not any((one.round, heir) in covering for heir in _after(one.unit, heirs))]


def _after(unit: str, heirs: Mapping[str, list[str]]) -> Iterable[str]:
    """Whoever carries its past, one after the other."""
    for heir in heirs.get(unit, []):
        yield heir
        yield from _after(heir, heirs)
