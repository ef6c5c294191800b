"""A report of every unit in each state, each in a round of its own; and one round in each state."""

from datetime import date, timedelta

from django.utils import timezone

from apps.organisations.models import OrganisationUnit
from apps.reports.audience import audience_of
from apps.reports.frozen import digest, freeze
from apps.reports.models import (
    AnnualReport,
    FormVersion,
    ReportedValue,
    ReportingRound,
    Review,
    RoundForm,
    Submission,
)
from apps.reports.moving import State
from apps.targets.models import AcceptedValue, Exclusion, Indicator, Period
from tests.walk.places import PUBLIC
from tests.walk.world.base import World, builder, once
from tests.walk.world.people import make_user

SIGNED = (State.SIGNED, State.SUBMITTED, State.RETURNED, State.ACCEPTED, State.LOCKED)
SENT = SIGNED[1:]


@builder
def reports(world: World, place: str) -> None:
    unit = OrganisationUnit.objects.get(pk=place)
    form = FormVersion.objects.filter(audience=audience_of(unit)).first()
    if form is None:  # a part of another unit: that one reports
        return
    for number, state in enumerate(State):
        _report(world, unit, form, state, f"2026-{number}-{unit.pk.lower()}")


def _report(world: World, unit: OrganisationUnit, form: FormVersion, state: str, code: str) -> AnnualReport:
    made = _round(world, code, "open")
    report = world.make(
        "report", unit.pk, AnnualReport, named=state, round=made, unit=unit, form=form, state=state, version=1,
        due_on=made.due_on, drafted_as="", added_reason="", excused_reason="",
        revision=2 if state == State.RETURNED else 1,
    )  # fmt: skip
    report.round_code, report.unit_slug = made.code, unit.slug
    if state != State.NOT_STARTED:
        _fill(world, report, form)
    if state in SIGNED:
        _send(world, report, state)
    if state == State.ACCEPTED:
        _count(world, report)
    return report


def _count(world: World, report: AnnualReport) -> None:
    """Of two accepted numbers one counts, and one is left out by a decision. One year of each unit is told so."""
    made, who = report.round, make_user(world, PUBLIC)
    taken = ReportingRound.objects.filter(period__isnull=False).values("period")
    made.period = Period.objects.exclude(pk__in=taken).order_by("year").first()
    made.kind = "annual"
    made.save(update_fields=["period", "kind"])
    for code in ("MT5", "MT6"):
        value = AcceptedValue.objects.create(
            indicator=Indicator.objects.get(code=code), period=made.period, unit_id=report.unit_id, value=5,
            round_code=made.code, report_id=report.pk, revision=1, accepted_by=who,
        )  # fmt: skip
        world.own(value, report.unit_id)
    left_out = world.make(
        "exclusion", report.unit_id, Exclusion, indicator=value.indicator, period=made.period, unit=report.unit,
        decided_on=date(2026, 12, 1), entered_by=who, withdrawn_reason="",
    )  # fmt: skip
    left_out.round_code, left_out.unit_slug = made.code, report.unit_slug


def _fill(world: World, report: AnnualReport, form: FormVersion) -> None:
    """Every compulsory cell, so that it may go on."""
    who = make_user(world, report.unit_id)
    for cell in form.cells.filter(is_required=True):
        given = {"text": world.canary(report.unit_id, "reportedvalue", cell.code)} if cell.kind == "text" else {}
        row = ReportedValue.objects.create(
            report=report, cell=cell, number=None if given else 0, version=1, changed_by=who,
            changed_at=timezone.now(), **given,
        )  # fmt: skip
        world.own(row, report.unit_id)


def _send(world: World, report: AnnualReport, state: str) -> None:
    content, who, now = freeze(report), make_user(world, report.unit_id), timezone.now()
    is_sent = state in SENT
    paper = world.make(
        "submission", report.unit_id, Submission, report=report, revision=1, content=content, sha256=digest(content),
        number="1/BC-UBND", signed_on=date(2026, 12, 1), signed_by=who, signed_at=now,
        sent_by=who if is_sent else None, sent_at=now if is_sent else None,
    )  # fmt: skip
    if state in (State.RETURNED, State.ACCEPTED, State.LOCKED):
        verdict = "returned" if state == State.RETURNED else "accepted"
        review = Review.objects.create(
            submission=paper, verdict=verdict, begun_by=who, decided_by=who, decided_at=now, due_on=report.due_on,
            text=world.canary(report.unit_id, "review", "text"),
        )  # fmt: skip
        world.own(review, report.unit_id)


def _round(world: World, code: str, state: str) -> ReportingRound:
    day, who = timezone.localdate(), make_user(world, PUBLIC)
    over = {"locked_at": timezone.now()} if state == "locked" else {}
    made = ReportingRound.objects.create(
        code=code, title=world.canary(PUBLIC, "reportinground", "title"), kind="ad_hoc", year=2026,
        starts_on=date(2025, 12, 15), ends_on=date(2026, 12, 14), opens_on=day, due_on=day + timedelta(days=20),
        letter=world.get("legaldocument", PUBLIC), state=state, created_by=who, **over,
    )  # fmt: skip
    for form in FormVersion.objects.order_by("audience", "-number").distinct("audience"):
        RoundForm.objects.create(round=made, form=form, audience=form.audience)
    return made


@once
def rounds(world: World) -> None:
    for state in ReportingRound.State.values:
        made = _round(world, f"2026-{state}", state)
        world.put("reportinground", PUBLIC, made, named=state)
        unit = OrganisationUnit.objects.get(pk="VN-01-2025")
        AnnualReport.objects.create(
            round=made, unit=unit, form=made.forms.get(audience="province").form, due_on=made.due_on
        )
