"""A round from its making to its lock: dates, forms, who must report, extensions."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.services import record
from apps.core.moves import audit_of, go, hold
from apps.core.text import clean_text
from apps.organisations.models import OrganisationUnit
from apps.registers.changing import apply, needed, refusal, refuse_stale
from apps.reports.audience import audience_of, merged_within, proposed_units
from apps.reports.models import (
    AnnualReport,
    DeadlineExtension,
    FormVersion,
    ReportingRound,
    RoundForm,
)
from apps.reports.models.rounds import KEEP
from apps.targets.models import Period

EDITED = ("title", "starts_on", "ends_on", "opens_on", "due_on", "locks_on", "letter")
State = ReportingRound.State


@dataclass(frozen=True)
class RoundFacts:
    """What makes a round; `period`: of an annual one, whose figures its accepted numbers are."""

    code: str
    title: str
    kind: str
    year: int
    starts_on: date
    ends_on: date
    opens_on: date
    due_on: date
    locks_on: date | None = None
    period: Period | None = None
    letter: Any = None


def _need(by: User) -> None:
    if not by.has_perm(KEEP):
        raise PermissionDenied


@transaction.atomic
def create_round(facts: RoundFacts, *, by: User, propose: bool = True) -> ReportingRound:
    """With the newest issued form of each kind of unit, and those who must report as proposed, or nobody yet."""
    _need(by)
    made = ReportingRound(**vars(facts), created_by=by)
    made.full_clean(exclude=["created_by"])
    made.save()
    for form in newest_forms():
        RoundForm.objects.create(round=made, form=form, audience=form.audience)
    if propose:
        propose_units(made)
    record(audit_of(ReportingRound, "create"), target=made, by=by, after=_shown(made))
    return made


def newest_forms() -> list[FormVersion]:
    rows = FormVersion.objects.issued().order_by("audience", "-number").distinct("audience")
    return list(rows)


def propose_units(made: ReportingRound) -> int:
    """Those that must report by the rule, on the last day of the figures: each gets its report, not yet begun."""
    forms = {one.audience: one.form_id for one in made.forms.all()}
    there = set(made.reports.values_list("unit", flat=True))
    new = [
        AnnualReport(round=made, unit_id=unit, form_id=forms[audience], due_on=made.due_on, covers_predecessors=covers)
        for unit, audience, covers in proposed_units(made)
        if unit not in there and audience in forms
    ]
    AnnualReport.objects.bulk_create(new)
    return len(new)


def _shown(made: ReportingRound) -> dict[str, Any]:
    return {"opens_on": made.opens_on, "due_on": made.due_on, "locks_on": made.locks_on}


@transaction.atomic
def change_round(
    made: ReportingRound, changes: dict[str, Any], *, by: User, seen: datetime | None = None
) -> ReportingRound:
    """Dates and words. Of an open round the window of its figures stays; a new due date goes to who had the old one.

    `seen`: the `updated_at` that the person looked at; the form has every date of then.
    """
    _need(by)
    made = ReportingRound.objects.select_for_update().get(pk=made.pk)
    if made.state == State.LOCKED:
        raise refusal(None, _("Kỳ này đã khóa sổ, không sửa được."), "wrong_state")
    refuse_stale(made, seen)
    window = {"starts_on", "ends_on", "opens_on"} if made.state == State.OPEN else set()
    before = made.due_on
    changed = apply(made, {name: value for name, value in changes.items() if name in EDITED})
    if window & changed.keys():
        raise refusal(None, _("Kỳ đang mở: không đổi khoảng thời gian số liệu và ngày mở."), "open")
    made.full_clean(exclude=["created_by"])
    made.save(update_fields=[*changed, "updated_at"])
    if made.due_on != before:
        made.reports.filter(due_on=before).update(due_on=made.due_on)
    if changed:
        record("round.changed", target=made, by=by, after={name: _plain(value) for name, value in changed.items()})
    return made


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, date) else str(value)


@transaction.atomic
def add_unit(made: ReportingRound, unit: OrganisationUnit, reason: str, *, by: User) -> AnnualReport:
    """One that the rule does not name, or one that was taken off the list."""
    _need(by)
    reason = needed(reason)
    form = made.forms.filter(audience=audience_of(unit)).first()
    if form is None:
        raise refusal("unit", _("Kỳ này không có biểu mẫu cho loại đơn vị đã chọn."), "no_form")
    report = AnnualReport.objects.select_for_update().filter(round=made, unit=unit).first()
    if report is None:
        report = AnnualReport(
            round=made, unit=unit, form=form.form, due_on=made.due_on, added_reason=reason,
            covers_predecessors=unit.pk in merged_within(made),
        )  # fmt: skip
    elif report.excused_at is None:
        raise refusal("unit", _("Đơn vị đã có trong danh sách phải báo cáo."), "unique")
    report.excused_at = report.excused_by = None
    report.excused_reason, report.added_reason = "", reason
    report.full_clean(exclude=["round", "unit", "form"], validate_unique=False)
    report.save()
    record("round.unit_added", target=report, by=by, unit=unit.pk, reason=reason, round=made.code)
    return report


@transaction.atomic
def excuse_unit(report: AnnualReport, reason: str, *, by: User) -> AnnualReport:
    """Take a unit off the list of those that must report; its report stays on record, and is counted nowhere."""
    _need(by)
    reason = needed(reason)
    report = AnnualReport.objects.select_for_update(of=("self",)).select_related("round").get(pk=report.pk)
    if report.state in (AnnualReport.State.ACCEPTED, AnnualReport.State.LOCKED):
        words = _("Báo cáo đã được chấp nhận. Mở lại báo cáo trước khi đưa đơn vị ra khỏi danh sách.")
        raise refusal(None, words, "accepted")
    report.excused_at, report.excused_by, report.excused_reason = timezone.now(), by, reason
    report.save(update_fields=["excused_at", "excused_by", "excused_reason", "updated_at"])
    record("round.unit_excused", target=report, by=by, unit=report.unit_id, reason=reason, round=report.round.code)
    return report


@transaction.atomic
def extend(report: AnnualReport, due_on: date, reason: str, *, by: User) -> DeadlineExtension:
    """A later day for one unit; after it the entry closes again by itself."""
    _need(by)
    report = AnnualReport.objects.select_for_update(of=("self",)).select_related("round").get(pk=report.pk)
    made = DeadlineExtension(
        report=report, due_before=report.due_on, due_on=due_on, reason=clean_text(reason), granted_by=by
    )
    made.full_clean(exclude=["report", "granted_by"])
    made.save()
    report.due_on = due_on
    report.save(update_fields=["due_on", "updated_at"])
    record(
        "report.extended", target=report, by=by, unit=report.unit_id, reason=made.reason,
        before={"due_on": made.due_before}, after={"due_on": due_on}, round=report.round.code,
    )  # fmt: skip
    return made


def open_round(made: ReportingRound, *, by: User | None) -> ReportingRound:
    """By hand, or by the clock on its day (`by` None): from now on the units fill in their reports."""
    return _move(made, "open", by)


def lock_round(made: ReportingRound, *, by: User | None) -> ReportingRound:
    """Nothing more is entered but by extension or correction. The closing of its period is asked for, never made."""
    return _move(made, "lock", by)


@transaction.atomic
def _move(made: ReportingRound, verb: str, by: User | None) -> ReportingRound:
    if by is not None:
        _need(by)
    made, move = hold(made, verb)
    if verb == "open":
        refuse_unready(made)
    before = made.state
    noted = go(made, move, by=by)
    made.save(update_fields=[*noted, "updated_at"])
    record(move.audit, target=made, by=by, before={"state": before}, after={"state": made.state})
    return made


def refuse_unready(made: ReportingRound) -> None:
    lacking = [words for words, is_done in checklist(made) if not is_done]
    if lacking:
        words = _("Chưa mở được kỳ: %(what)s")
        raise ValidationError(words % {"what": "; ".join(lacking)}, code="not_ready")


def checklist(made: ReportingRound) -> list[tuple[str, bool]]:
    """What must be so before a round opens, in words, and whether it is."""
    forms = {one.audience: one.form for one in made.forms.select_related("form")}
    audiences = {one.audience for one in forms.values()}
    reports = made.reports.expected()  # type: ignore[attr-defined]
    return [
        (_("có đơn vị phải báo cáo"), reports.exists()),
        (_("mọi biểu mẫu của kỳ đã ban hành"), bool(audiences) and all(one.is_issued for one in forms.values())),
        (_("có công văn đề nghị báo cáo"), made.letter_id is not None),
        (_("hạn nộp chưa qua"), made.due_on >= timezone.localdate()),
    ]
