"""Reports of units, of domain.md sections 3 and 6: accepted numbers by indicator, who reported, how fully, in time."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from apps.reports.models import (
    AnnualReport,
    DeadlineExtension,
    FormCell,
    ReportedValue,
    ReportingRound,
    ReportStep,
    Review,
    Submission,
)
from apps.targets.models import AcceptedValue, Exclusion, Indicator, Period
from tests.opinion.counting import Window
from tests.opinion.units import Link

TAKEN = ("accepted", "locked")


@dataclass(frozen=True)
class Said:
    unit: str
    year: int
    value: Fraction
    covers: bool


def read_accepted(code: str) -> tuple[list[Said], set[tuple[str, int]]]:
    """Accepted numbers; and of whom they are "left out of a national figure by a decision with a reason"."""
    indicator = Indicator.objects.values("id").get(code=code)["id"]
    years = {row["id"]: row["year"] for row in Period.objects.values("id", "year")}
    left_out = {
        (row["unit_id"], years[row["period_id"]])
        for row in Exclusion.objects.filter(indicator=indicator).values("unit_id", "period_id", "withdrawn_at")
        if row["withdrawn_at"] is None
    }
    rows = AcceptedValue.objects.filter(indicator=indicator).values(
        "unit_id", "period_id", "value", "covers_predecessors", "withdrawn_at"
    )
    said = [
        Said(row["unit_id"], years[row["period_id"]], Fraction(row["value"]), row["covers_predecessors"])
        for row in rows
        if row["withdrawn_at"] is None
    ]
    return said, left_out


def is_covered(unit: str, covering: set[str], links: list[Link]) -> bool:
    """domain.md: "The same fact may not count twice": of 2025 "a successor may report for the whole year, or its
    predecessors".

    Also where the successor's own is left out: theirs "do not come back in its place" (0060).
    """
    after = [link.after for link in links if link.before == unit]
    return any(heir in covering or is_covered(heir, covering, links) for heir in after)


def reported(code: str, within: list[Window], links: list[Link]) -> dict[tuple[int, str | None], Fraction]:
    """Written: "a report cell says what came within the year; years are added up by the count. Of a stock it says
    what stands
    on the last day" (0058).
    """
    said, left_out = read_accepted(code)
    covering = {year: {one.unit for one in said if one.covers and one.year == year} for year in range(2019, 2031)}
    counted = [
        one
        for one in said
        if (one.unit, one.year) not in left_out and not is_covered(one.unit, covering[one.year], links)
    ]
    is_stock = Indicator.objects.values("aggregation").get(code=code)["aggregation"] == "latest"
    found: dict[tuple[int, str | None], Fraction] = defaultdict(Fraction)
    for window in within:
        for one in counted:
            if one.year == window.year if is_stock else one.year <= window.year:
                found[window.year, None] += one.value
                found[window.year, one.unit] += one.value
    return dict(found)


@dataclass(frozen=True)
class Standing:
    """domain.md: "Completeness and timeliness with numerator and denominator"."""

    expected: int
    sent: int
    in_time: int
    accepted: int


def standing(code: str) -> Standing:
    """Of those on the round's list: who has sent (a return does not undo that), who by the day that the round or an
    extension set, whose was accepted.
    """
    found = ReportingRound.objects.values("id", "due_on").get(code=code)
    put_off: dict[int, date] = {}
    for row in DeadlineExtension.objects.values("report_id", "due_on"):
        put_off[row["report_id"]] = max(row["due_on"], put_off.get(row["report_id"], row["due_on"]))
    reports = AnnualReport.objects.filter(round=found["id"]).values("id", "state", "first_submitted_on", "excused_at")
    rows = [row for row in reports if row["excused_at"] is None]
    sent = [row for row in rows if row["first_submitted_on"]]
    in_time = [
        row for row in sent if row["first_submitted_on"] <= max(found["due_on"], put_off.get(row["id"], date.min))
    ]
    return Standing(len(rows), len(sent), len(in_time), sum(row["state"] in TAKEN for row in rows))


def completeness(report: int) -> tuple[int, int]:
    """Cells given, of those that somebody is asked to fill: "zero is a report, blank is not", "not applicable" is."""
    form = AnnualReport.objects.values("form_id").get(pk=report)["form_id"]
    asked = {row["id"] for row in FormCell.objects.filter(form=form).values("id", "parts") if not row["parts"]}
    rows = ReportedValue.objects.filter(report=report).values("cell_id", "number", "text", "is_not_applicable")
    given = [
        row
        for row in rows
        if row["cell_id"] in asked and (row["number"] is not None or row["text"] or row["is_not_applicable"])
    ]
    return len(given), len(asked)


def papers_in_force(code: str, links: list[Link]) -> list[dict]:
    """The frozen content of the reports that count: of each the paper that was accepted last. `reopen` "takes the
    accepted value out at once, `correct` leaves it until the new version is accepted".
    """
    found = ReportingRound.objects.values("id").get(code=code)["id"]
    rows = AnnualReport.objects.filter(round=found).values("id", "unit_id", "covers_predecessors", "excused_at")
    papers = {}
    for report in rows:
        acts = ReportStep.objects.filter(report=report["id"], verb__in=["accept", "reopen"]).values("id", "verb")
        last = max(acts, key=lambda one: one["id"], default=None)
        if report["excused_at"] is None and last and last["verb"] == "accept":
            papers[report["id"]] = report
    covering = {report["unit_id"] for report in papers.values() if report["covers_predecessors"]}
    return [
        _accepted_paper(report["id"])
        for report in papers.values()
        if not is_covered(report["unit_id"], covering, links)
    ]


def _accepted_paper(report: int) -> dict:
    sent = Submission.objects.filter(report=report).values("id", "content")
    verdicts = {row["submission_id"]: row["verdict"] for row in Review.objects.values("submission_id", "verdict")}
    accepted = [row for row in sent if verdicts.get(row["id"]) == "accepted"]
    return max(accepted, key=lambda row: row["id"])["content"]["cells"]


def total_of(key: str, code: str, links: list[Link]) -> Fraction | None:
    """Of one cell over all reports that count: "built from frozen figures only"; blank where nobody gave a number."""
    told = [paper[key].get("number") for paper in papers_in_force(code, links) if key in paper]
    numbers = [Fraction(number) for number in told if number not in (None, "", "not_applicable")]
    return sum(numbers, Fraction(0)) if numbers else None


def exclusion_of(unit: str) -> int:
    rows = Exclusion.objects.filter(unit=unit).values("id", "withdrawn_at")
    return next((row["id"] for row in rows if row["withdrawn_at"] is None), 0)
