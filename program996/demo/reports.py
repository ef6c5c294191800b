"""Invented rounds and reports of all years: what the register has, here and there a little more; all of it marked so.

Reports of past years are locked; of the running year there is one in every state.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from apps.accounts.models import User
from apps.activities.counting import counted
from apps.documents.models import LegalDocument
from apps.organisations.selectors import predecessors_of, unit_labels
from apps.progress.services import recompute_source
from apps.reports.audience import proposed_units
from apps.reports.frozen import digest
from apps.reports.models import (
    AnnualReport,
    FormCell,
    FormVersion,
    ReportedValue,
    ReportingRound,
    ReportStep,
    Review,
    RoundForm,
    Submission,
)
from apps.reports.moving import State
from apps.reports.numbers import Given, machine
from apps.reports.prefill import prefilled
from apps.reports.services.accepting import SOURCE
from apps.reports.services.rounds import newest_forms
from apps.targets.models import AcceptedValue, IndicatorValue, Period, RecomputeRequest
from program996.demo.bulk import copy_rows
from program996.demo.dice import Dice, Weighted
from program996.demo.forms import steady
from program996.demo.programmes import MARK
from program996.demo.years import USUAL, Cycle

NOT_SENT, DEVIATES = 0.05, 0.08
FRIDAY = 4
READING = timedelta(days=3, hours=4, minutes=40)  # between what is sent and what is said of it
LATE: Weighted[int] = Weighted({0: 68, 5: 12, 12: 9, 21: 6, 41: 5})
STATES: Weighted[State] = Weighted(
    {State.NOT_STARTED: 22, State.DRAFT: 30, State.WITH_UNIT_LEADER: 8, State.SIGNED: 5, State.SUBMITTED: 14,
     State.RETURNED: 6, State.ACCEPTED: 15}
)  # fmt: skip
# So that the units with demonstration accounts show something to do, whatever the seed.
ALWAYS = {"VN-24-2025": State.SUBMITTED, "VN-68-2025": State.DRAFT, "VN-48-2025": State.WITH_UNIT_LEADER}
# Once the day has passed: all provinces but one have sent theirs, so that a whole round waits to be accepted.
LATE_STATES, STILL_FILLING = {FormVersion.Audience.PROVINCE: State.SUBMITTED}, "VN-68-2025"
BEGUN = frozenset(State) - {State.NOT_STARTED}
WITH_PAPER = frozenset({State.SIGNED, State.SUBMITTED, State.RETURNED, State.ACCEPTED, State.LOCKED})
SENT = WITH_PAPER - {State.SIGNED}
ACTIVITIES = "activities:"
TAKEN = frozenset({State.ACCEPTED, State.LOCKED})
NOTED = ["started_by", "started_at", "submitted_by", "submitted_at", "accepted_by", "accepted_at"]
VALUE = (
    "report_id", "cell_id", "number", "text", "is_not_applicable", "prefilled", "explanation", "origin", "version",
    "changed_by_id", "changed_at",
)  # fmt: skip
Known = dict[tuple[str, str, str, int], Decimal]


@dataclass
class People:
    """Who did it in the demonstration."""

    fills: User
    reviews: User


@dataclass
class Invented:
    """One report before it is written; `numbers` and `prefilled` by key."""

    report: AnnualReport
    at: datetime
    texts: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, Decimal] = field(default_factory=dict)
    prefilled: dict[str, Decimal] = field(default_factory=dict)


def load_reports(dice: Dice, people: People, cycle: Cycle = USUAL) -> int:
    """Of the figures that the register has: comes after these were counted. How many reports."""
    cells: dict[int, list[FormCell]] = defaultdict(list)
    for cell in FormCell.objects.select_related("indicator").order_by("pk"):
        cells[cell.form_id].append(cell)
    known, count = _known(), 0
    for period in Period.objects.filter(year__in=cycle.years).order_by("year"):
        made = _round(period, people, cycle)
        rows = [_invent(dice, report, cells[report.form_id], known, cycle) for report in _reports(dice, made, cycle)]
        count += len(rows)
        if period.year == cycle.running:
            for one in rows:
                _count_work(one, cells[one.report.form_id], people.fills)
        _write(rows, cells, people)
    RecomputeRequest.objects.create(source=SOURCE)
    recompute_source(SOURCE)
    return count


def _round(period: Period, people: People, cycle: Cycle) -> ReportingRound:
    year, is_over = period.year, period.year in cycle.closed
    letter = LegalDocument.objects.create(
        number=f"{year}/CV-MINH-HOA", kind="Công văn", issuer="Số liệu minh họa",
        title=f"Đề nghị báo cáo tình hình thực hiện Đề án năm {year} (số liệu minh họa)",
    )  # fmt: skip
    made = ReportingRound.objects.create(
        code=str(year), title=f"Báo cáo năm {year}", kind="annual", year=year, period=period,
        starts_on=period.starts_on, ends_on=period.ends_on, opens_on=date(year, 11, 1), due_on=date(year, 12, 20),
        locks_on=date(year + 1, 2, 28), letter=letter, created_by=people.reviews,
        state="locked" if is_over else "open", opened_by=people.reviews, opened_at=_moment(date(year, 11, 1)),
        locked_by=people.reviews if is_over else None, locked_at=_moment(date(year + 1, 2, 28)) if is_over else None,
    )  # fmt: skip
    for form in newest_forms():
        RoundForm.objects.create(round=made, form=form, audience=form.audience)
    return made


def _moment(day: date, hour: int = 9) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, 12)))


def _workday(day: date) -> date:
    """Nobody sends on a Saturday or a Sunday: on the Friday before."""
    return day - timedelta(days=max(0, day.weekday() - FRIDAY))


def _reports(dice: Dice, made: ReportingRound, cycle: Cycle) -> Iterator[AnnualReport]:
    forms = {one.audience: one.form_id for one in made.forms.all()}
    for unit, audience, covers in proposed_units(made):
        if cycle.units and unit not in cycle.units:
            continue
        yield AnnualReport(
            round=made, unit_id=unit, form_id=forms[audience], due_on=made.due_on, covers_predecessors=covers,
            state=_state(dice, made, unit, audience, cycle),
        )  # fmt: skip


def _state(dice: Dice, made: ReportingRound, unit: str, audience: str, cycle: Cycle) -> State:
    if made.year != cycle.running:
        return State.NOT_STARTED if dice.chance(NOT_SENT) else State.LOCKED
    if cycle.day > made.due_on and unit != STILL_FILLING and audience in LATE_STATES:
        return LATE_STATES[FormVersion.Audience(audience)]
    return ALWAYS.get(unit) or STATES.draw(dice)


def _invent(dice: Dice, report: AnnualReport, cells: list[FormCell], known: Known, cycle: Cycle) -> Invented:
    is_running, state = report.round.year == cycle.running, report.state
    day = report.due_on + timedelta(days=LATE.draw(dice) or -dice.number(1, 15))
    found = Invented(report, _moment(_workday(min(day, cycle.day) if is_running else day)))
    if state not in BEGUN:
        return found
    report.version, report.moved_at = 3, found.at
    if state in SENT:
        report.first_submitted_on = timezone.localdate(found.at)
    if state == State.RETURNED:
        report.revision, report.drafted_as = 2, ""
    fuller = 1.0 if state not in (State.DRAFT, State.RETURNED) else 0.3 + 0.6 * dice.roll()
    for cell in cells:
        _fill(dice, found, cell, known, fuller)
    if is_running and state == State.DRAFT:
        _count_activities(found, cells)
    return found


def _count_work(found: Invented, cells: list[FormCell], by: User) -> None:
    """Tasks and the plan of the running year are told as the portal has them: every page that tells them agrees."""
    named = [
        cell for cell in cells if cell.prefill.partition(":")[0] in ("tasks", "plan") and cell.key in found.numbers
    ]
    told = prefilled(found.report, named, by)
    found.prefilled |= told
    found.numbers |= told


def _count_activities(found: Invented, cells: list[FormCell]) -> None:
    """Of a report that is being filled in, what its unit's activities come to, as its page would find it."""
    sources = {cell.key: cell.prefill.removeprefix(ACTIVITIES) for cell in cells if cell.prefill.startswith(ACTIVITIES)}
    made = found.report.round
    told = counted(set(sources.values()), found.report.places, made.starts_on, made.ends_on)
    numbers = {key: told[source] for key, source in sources.items() if source in told}
    found.prefilled |= numbers
    found.numbers |= numbers


def _fill(dice: Dice, found: Invented, cell: FormCell, known: Known, fuller: float) -> None:
    report, source = found.report, cell.prefill.partition(":")[0]
    if cell.is_sum:
        return
    if source in ("indicator", "breakdown"):
        number = _of_register(report, cell, known)
        found.prefilled[cell.key] = found.numbers[cell.key] = number
        if cell.key in ("mt5", "mt5.private") and _deviates(report):
            found.numbers[cell.key] = number + 3
    elif not dice.chance(fuller):
        return
    elif (usual := steady(cell, report.unit_id)) is not None and cell.is_number:
        found.numbers[cell.key] = Decimal(usual + (dice.number(0, 9) if usual else 0))
    elif cell.kind == FormCell.Kind.TEXT:
        found.texts[cell.key] = f"{cell.label}: nội dung minh họa."
    elif source == "tasks":
        found.numbers[cell.key] = {"total": 8, "done_in_time": 4, "done_late": 1, "open_in_time": 3}.get(
            cell.prefill.partition(":")[2], 0
        ) * Decimal(1)
    elif cell.kind == FormCell.Kind.MONEY:
        share = {"planned": 100, "allocated": 92, "disbursed": 61, "settled": 40}.get(cell.key.rpartition(".")[2], 20)
        found.numbers[cell.key] = Decimal(dice.number(3, 40) * 1_000_000 if share == 20 else share * 12_000_000)
    elif cell.kind == FormCell.Kind.YES_NO:
        found.numbers[cell.key] = Decimal(dice.chance(0.8))
    else:
        small = ".bad_" in cell.key or cell.key.endswith("commercialised")
        found.numbers[cell.key] = Decimal(0 if small else dice.number(0, 60))


def _deviates(report: AnnualReport) -> bool:
    """The same for the total and for the part that makes it."""
    return Dice(sum(map(ord, report.unit_id)) * 31 + report.round.year).chance(DEVIATES)


def _of_register(report: AnnualReport, cell: FormCell, known: Known) -> Decimal:
    breakdown = cell.prefill.split(":", 2)[2] if cell.prefill.startswith("breakdown") else ""
    code = cell.prefill.split(":")[1] if breakdown else cell.indicator.code if cell.indicator else ""
    units = [report.unit_id, *(predecessors_of(report.unit_id) if report.covers_predecessors else ())]
    year, is_stock = report.round.year, code in ("MT1", "MT2")
    now = sum((known.get((code, breakdown, unit, year), Decimal(0)) for unit in units), Decimal(0))
    before = sum((known.get((code, breakdown, unit, year - 1), Decimal(0)) for unit in units), Decimal(0))
    return now if is_stock else now - before


def _known() -> Known:
    rows = IndicatorValue.objects.filter(known_to__isnull=True, unit__isnull=False, basis="register")
    named = rows.values_list("indicator__code", "breakdown", "unit", "period__year", "value")
    return {(code, breakdown, unit, year): value.normalize() for code, breakdown, unit, year, value in named}


def _write(rows: list[Invented], cells: dict[int, list[FormCell]], people: People) -> None:
    AnnualReport.objects.bulk_create([one.report for one in rows])
    begun = [one for one in rows if one.report.state in BEGUN]
    for one in begun:
        _note_who(one, people)
    AnnualReport.objects.bulk_update([one.report for one in begun], NOTED)
    copy_rows(ReportedValue, VALUE, (row for one in begun for row in _values(one, cells[one.report.form_id], people)))
    papers = [_paper(one, cells[one.report.form_id], people) for one in begun if one.report.state in WITH_PAPER]
    Submission.objects.bulk_create(papers)
    Review.objects.bulk_create(_review(paper, people) for paper in papers if paper.report.state in TAKEN | {"returned"})
    ReportStep.objects.bulk_create(
        ReportStep(
            report=one.report, verb="start", source=State.NOT_STARTED, target=one.report.state, version=1, revision=1,
            at=one.at, reason=MARK, unit_id=one.report.unit_id,
        )
        for one in begun
    )  # fmt: skip
    AcceptedValue.objects.bulk_create(
        value for one in begun if one.report.state in TAKEN for value in _accepted(one, cells, people)
    )


def _note_who(one: Invented, people: People) -> None:
    """Who did what last, as far as the report has come."""
    report = one.report
    report.started_by, report.started_at = people.fills, one.at - timedelta(days=3)
    if report.state in SENT - {State.RETURNED}:
        report.submitted_by, report.submitted_at = people.fills, one.at
    if report.state in TAKEN:
        report.accepted_by, report.accepted_at = people.reviews, one.at + READING


def _values(one: Invented, cells: list[FormCell], people: People) -> Iterator[tuple[Any, ...]]:
    for cell in cells:
        number, known = one.numbers.get(cell.key), one.prefilled.get(cell.key)
        text = one.texts.get(cell.key, "")
        if number is None and not text:
            continue
        origin = "prefilled" if known is not None and known == number else "typed"
        told = "Bổ sung hồ sơ chưa nhập sổ (minh họa)" if known is not None and known != number else ""
        yield (
            one.report.pk, cell.pk, number, text, False, known, told, origin, 2, people.fills.pk, one.at,
        )  # fmt: skip


def _paper(one: Invented, cells: list[FormCell], people: People) -> Submission:
    report = one.report
    name = unit_labels()[report.unit_id].short_name
    content = {
        "round": report.round.code, "unit": report.unit_id, "form": report.form_id, "revision": 1,
        "covers_predecessors": report.covers_predecessors,
        "cells": {cell.key: _frozen(one, cell) for cell in cells},
    }  # fmt: skip
    is_sent = report.state in SENT
    return Submission(
        report=report, revision=1, content=content, sha256=digest(content),
        number=f"{report.pk}/BC-MINH-HOA", signed_on=timezone.localdate(one.at),
        signatory="Người ký minh họa", position=f"Lãnh đạo {name} (minh họa)", signed_by=people.fills,
        signed_at=one.at, sent_by=people.fills if is_sent else None, sent_at=one.at if is_sent else None,
    )  # fmt: skip


def _frozen(one: Invented, cell: FormCell) -> dict[str, Any]:
    parts = [one.numbers[key] for key in cell.parts if key in one.numbers]
    number = sum(parts, Decimal(0)) if parts else one.numbers.get(cell.key)
    text, known = one.texts.get(cell.key, ""), one.prefilled.get(cell.key)
    return {
        "code": cell.code, "value": machine(cell, Given(number, text)),
        "number": None if number is None else format(number, "f"),
        "prefilled": None if known is None else format(known, "f"), "explanation": "",
    }  # fmt: skip


def _review(paper: Submission, people: People) -> Review:
    is_returned = paper.report.state == State.RETURNED
    return Review(
        submission=paper, verdict="returned" if is_returned else "accepted", begun_by=people.reviews,
        text="Đề nghị rà soát số liệu (minh họa)" if is_returned else "", decided_by=people.reviews,
        due_on=paper.report.due_on if is_returned else None, decided_at=paper.signed_at + READING,
    )  # fmt: skip


def _accepted(one: Invented, cells: dict[int, list[FormCell]], people: People) -> Iterator[AcceptedValue]:
    report = one.report
    for cell in cells[report.form_id]:
        if cell.indicator_id and cell.key in one.numbers:
            yield AcceptedValue(
                indicator_id=cell.indicator_id, period=report.round.period, unit_id=report.unit_id,
                value=one.numbers[cell.key], covers_predecessors=report.covers_predecessors,
                round_code=report.round.code, report_id=report.pk, revision=1, accepted_by=people.reviews,
            )  # fmt: skip
