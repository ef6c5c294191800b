"""What the programme office does with what was sent: take it up, flag cells, return it, accept it, lock, reopen."""

from collections.abc import Mapping
from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.services import record
from apps.core.text import clean_text
from apps.notifications.workdays import working_day_after
from apps.registers.changing import refusal
from apps.reports.acting import need
from apps.reports.models import AnnualReport, FormCell, Review, ReviewNote, Submission
from apps.reports.moving import REVIEW
from apps.reports.published import ACCEPTED
from apps.reports.selectors.filled import cells_of_indicators, entries_of
from apps.reports.services.accepting import put_in_force, take_out
from apps.reports.services.moves import move_held, moved
from apps.reports.services.recording import held
from apps.webhooks.services import publish

State = AnnualReport.State


def return_due() -> date:
    """By when what is returned comes back, unless the reviewer says another day."""
    return working_day_after(timezone.localdate(), settings.REPORT_RETURN_DAYS)


@transaction.atomic
def take_up(report: AnnualReport, *, by: User) -> Review:
    """Begin to review what was sent; the second time it is the same review. Its unit sees that somebody has it."""
    report = held(report)
    need(by, REVIEW, report)
    review = _open_review(report, by)
    if report.reviewer_id is None:
        report.reviewer = by
        report.save(update_fields=["reviewer", "updated_at"])
        record("report.taken_up", target=report, by=by, unit=report.unit_id, round=report.round.code)
    return review


def _open_review(report: AnnualReport, by: User) -> Review:
    submission = _sent(report)
    review, _made = Review.objects.get_or_create(submission=submission, defaults={"begun_by": by})
    return review


def _sent(report: AnnualReport) -> Submission:
    if report.state != State.SUBMITTED:
        words = _("Báo cáo đang ở trạng thái “%(state)s”, không thẩm tra được. Mở lại trang để xem trạng thái mới.")
        raise ValidationError(words, code="wrong_state", params={"state": report.get_state_display()})
    found: Submission = report.submissions.get(revision=report.revision, sent_at__isnull=False)
    return found


@transaction.atomic
def note_cell(report: AnnualReport, code: str, kind: str, text: str = "", *, by: User) -> ReviewNote:
    """Flag a cell for the return slip, or say why its difference is accepted; the last word on a cell counts."""
    report = held(report)
    need(by, REVIEW, report)
    review = _open_review(report, by)
    cell = _cell(report, code)
    note = ReviewNote.objects.filter(review=review, cell=cell).first() or ReviewNote(review=review, cell=cell)
    note.kind, note.text = kind, clean_text(text)
    note.full_clean(exclude=["review", "cell"])
    note.save()
    return note


@transaction.atomic
def drop_note(report: AnnualReport, code: str, *, by: User) -> None:
    report = held(report)
    need(by, REVIEW, report)
    ReviewNote.objects.filter(review=_open_review(report, by), cell=_cell(report, code)).delete()


def _cell(report: AnnualReport, code: str) -> FormCell:
    cell: FormCell | None = FormCell.objects.filter(form=report.form_id, code=code).first()
    if cell is None:
        raise refusal("cell", _("Biểu mẫu không có ô này."), "unknown_cell")
    return cell


def return_for_revision(
    report: AnnualReport, reason: str, *, by: User, version: int | None = None, due_on: date | None = None
) -> AnnualReport:
    """With words and a day; only the cells of the slip unlock for the unit, all of them where it names none."""
    day = due_on or return_due()
    if day < timezone.localdate():
        raise refusal("due_on", _("Hạn nộp lại trước ngày hiện tại. Kiểm tra lại."), "past")
    with transaction.atomic():
        before = held(report)
        need(by, REVIEW, before)
        review = _open_review(before, by)
        changes = {"due_on": max(day, before.due_on), "revision": before.revision + 1, "reviewer": None}
        report = move_held(before, "return_for_revision", by=by, version=version, reason=reason, changes=changes)
        _decide(review, Review.Verdict.RETURNED, by, reason, day)
    return report


def _decide(review: Review, verdict: str, by: User, text: str, due_on: date | None = None) -> None:
    review.verdict, review.text, review.due_on = verdict, clean_text(text, multiline=True), due_on
    review.decided_by, review.decided_at = by, timezone.now()
    review.full_clean(exclude=["submission", "begun_by", "decided_by"])
    review.save()


def accept(
    report: AnnualReport,
    *,
    by: User,
    version: int | None = None,
    reason: str = "",
    differences: Mapping[str, str] | None = None,
) -> AnnualReport:
    """Its numbers enter the figures in this transaction. `differences`: why a cell is accepted that differs from the
    register, by code; each such cell needs one.
    """
    with transaction.atomic():
        before = held(report)
        need(by, REVIEW, before)
        review = _open_review(before, by)
        report = move_held(before, "accept", by=by, version=version, reason=reason)
        for code, text in (differences or {}).items():
            note_accepted(review, _cell(report, code), text)
        _refuse_unexplained(report, review)
        _decide(review, Review.Verdict.ACCEPTED, by, reason)
        put_in_force(report, review.submission, by=by)
        publish(
            ACCEPTED, units=[report.unit_id], round=report.round.code, unit=report.unit_id, revision=report.revision
        )
    return report


def note_accepted(review: Review, cell: FormCell, text: str) -> None:
    note = ReviewNote(review=review, cell=cell, kind=ReviewNote.Kind.DIFFERENCE, text=clean_text(text))
    note.full_clean(exclude=["review", "cell"], validate_unique=False, validate_constraints=False)
    if not note.text:
        raise refusal("differences", _("Nêu lý do chấp nhận chênh lệch."), "reason")
    ReviewNote.objects.update_or_create(review=review, cell=cell, defaults={"kind": note.kind, "text": note.text})


def differing(report: AnnualReport) -> list[FormCell]:
    """Cells of indicators whose number is not what the register had when it was last asked."""
    entries = entries_of(report, cells_of_indicators(report.form_id))
    return [entry.cell for entry in entries.values() if entry.cell.indicator_id and entry.is_apart]


def _refuse_unexplained(report: AnnualReport, review: Review) -> None:
    apart = differing(report)
    if not apart:
        return
    known = set(review.notes.filter(kind=ReviewNote.Kind.DIFFERENCE).values_list("cell_id", flat=True))
    lacking = [cell.code for cell in apart if cell.pk not in known]
    if lacking:
        words = _("Nêu lý do chấp nhận chênh lệch với sổ đăng ký ở các ô: %(codes)s.")
        raise refusal("differences", words % {"codes": ", ".join(lacking)}, "differences")


def lock(report: AnnualReport, *, by: User, version: int | None = None) -> AnnualReport:
    return moved(report, "lock", by=by, version=version)


def reopen(report: AnnualReport, reason: str, *, by: User, version: int | None = None) -> AnnualReport:
    """Its numbers leave the figures at once; the unit writes it anew."""
    with transaction.atomic():
        before = held(report)
        changes = {"revision": before.revision + 1, "reviewer": None}
        report = move_held(before, "reopen", by=by, version=version, reason=reason, changes=changes)
        take_out(report, by=by, reason=reason)
    return report
