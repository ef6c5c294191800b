"""The verbs by which a report moves on at its unit. Each takes the version that the person looked at, and leaves a step
and an audit row. What the programme office does is in `reviewing.py`.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.moves import Move, find, go, require
from apps.core.text import clean_text
from apps.documents.numbers import split_number
from apps.registers.changing import refusal
from apps.reports.acting import need, refuse_same_person
from apps.reports.checking import problems_of, rules_of
from apps.reports.frozen import digest, freeze
from apps.reports.models import AnnualReport, Submission
from apps.reports.selectors.filled import cells_of, entries_of
from apps.reports.selectors.series import years_before
from apps.reports.services.prefilling import fill_at_first
from apps.reports.services.recording import held, refuse_closed, refuse_stale, step

LONGEST_REASON = 2000
State = AnnualReport.State


@dataclass(frozen=True)
class Signed:
    """What stands on the signed paper."""

    number: str
    day: date
    signatory: str
    position: str = ""


def start(report: AnnualReport, *, by: User, version: int | None = None) -> AnnualReport:
    """Begin to fill it in: what the portal knows already stands in its cells, marked."""
    with transaction.atomic():
        report = moved(report, "start", by=by, version=version)
        fill_at_first(report, by=by)
    return report


def to_leader(report: AnnualReport, *, by: User, version: int | None = None) -> AnnualReport:
    """Put it before the unit's leader: nothing may be wrong with it, or unexplained."""
    with transaction.atomic():
        before = held(report)
        report = move_held(before, "to_leader", by=by, version=version, changes={"drafted_as": before.state})
        refuse_unfinished(report)
    return report


def refuse_unfinished(report: AnnualReport) -> None:
    cells = cells_of(report.form_id)
    found = problems_of(report, entries_of(report, cells), rules_of(report.form_id), years_before(report))
    blocking = [problem for problem in found if problem.blocks]
    if blocking:
        words = _("Báo cáo còn %(n)s chỗ phải sửa hoặc giải trình. Mở trang Kiểm tra lại để xem từng chỗ.")
        raise ValidationError(words % {"n": len(blocking)}, code="not_finished")


def recall(report: AnnualReport, *, by: User, version: int | None = None) -> AnnualReport:
    """The unit takes back what its leader has not signed yet, to write on."""
    return moved(report, "recall", by=by, version=version)


def send_back(report: AnnualReport, reason: str, *, by: User, version: int | None = None) -> AnnualReport:
    """The leader gives it back to whoever prepares it; a paper that was signed and not sent is dropped."""
    with transaction.atomic():
        report = moved(report, "send_back", by=by, version=version, reason=reason)
        report.submissions.filter(dropped_at=None, sent_at=None).update(dropped_at=timezone.now())
    return report


def sign(report: AnnualReport, signed: Signed, *, by: User, version: int | None = None) -> Submission:
    """Record number, day and signatory of the signed paper; what it says is frozen from now on."""
    with transaction.atomic():
        report = moved(report, "sign", by=by, version=version)
        number, signatory, position = _checked(signed)
        content = freeze(report)
        made = Submission(
            report=report, revision=report.revision, content=content, sha256=digest(content), number=number,
            signed_on=signed.day, signatory=signatory, position=position, signed_by=by, signed_at=report.signed_at,
        )  # fmt: skip
        made.full_clean(exclude=["report", "signed_by", "content"])
        made.save()
    return made


def _checked(signed: Signed) -> tuple[str, str, str]:
    """The number as papers have it, and the names: «Báo cáo số 125/BC-SKHCN» is 125/BC-SKHCN."""
    _kind, number = split_number(clean_text(signed.number))
    if not any(sign.isdecimal() for sign in number):
        raise refusal("number", _("Nhập số, ký hiệu báo cáo, ví dụ 125/BC-UBND."), "number")
    if signed.day > timezone.localdate():
        raise refusal("day", _("Ngày ký sau ngày hiện tại. Kiểm tra lại."), "future")
    signatory = clean_text(signed.signatory)
    if not signatory:
        raise refusal("signatory", _("Nhập họ tên người ký."), "signatory")
    return number, signatory, clean_text(signed.position)


def submit(report: AnnualReport, *, by: User, version: int | None = None) -> Submission:
    """Send the signed paper to the programme office."""
    with transaction.atomic():
        report = held(report)
        first = {} if report.first_submitted_on else {"first_submitted_on": timezone.localdate()}
        report = move_held(report, "submit", by=by, version=version, changes=first)
        sent: Submission = report.submissions.get(revision=report.revision, dropped_at=None)
        sent.sent_by, sent.sent_at = by, report.submitted_at
        sent.save(update_fields=["sent_by", "sent_at"])
    return sent


def correct(report: AnnualReport, reason: str, *, by: User, version: int | None = None) -> AnnualReport:
    """The unit replaces what was accepted: that stands until the new version is accepted."""
    with transaction.atomic():
        before = held(report)
        changes = {"revision": before.revision + 1, "reviewer": None}
        return move_held(before, "correct", by=by, version=version, reason=reason, changes=changes)


@transaction.atomic
def moved(
    report: AnnualReport,
    verb: str,
    *,
    by: User,
    version: int | None,
    reason: str = "",
    changes: dict[str, Any] | None = None,
) -> AnnualReport:
    """One move, whoever makes it: lock, right, version, moment, then the new state with its step."""
    return move_held(held(report), verb, by=by, version=version, reason=reason, changes=changes)


def move_held(
    report: AnnualReport,
    verb: str,
    *,
    by: User,
    version: int | None,
    reason: str = "",
    changes: dict[str, Any] | None = None,
) -> AnnualReport:
    """The same of a report that this transaction has read and locked already."""
    need(by, find(report, verb)[0].permission, report)
    refuse_stale(report, version)
    move = require(report, verb)
    if report.state in (State.NOT_STARTED, State.DRAFT, State.RETURNED, State.WITH_UNIT_LEADER, State.SIGNED):
        refuse_closed(report)
    refuse_same_person(move, report, by)
    reason = _given(move, reason)
    source = report.state
    for name, value in (changes or {}).items():
        setattr(report, name, value)
    noted = go(report, move, by=by)
    if report.state in (State.DRAFT, State.RETURNED):
        noted += _forget(report)
    report.version, report.moved_at = report.version + 1, timezone.now()
    report.save(update_fields=sorted({*noted, *(changes or {}), "version", "moved_at", "updated_at"}))
    step(report, move, source, reason, by=by)
    return report


def _forget(report: AnnualReport) -> list[str]:
    """Who handed, signed, sent and accepted is of the paper that is being written anew; the steps keep it."""
    names = [f"{what}_{which}" for what in ("handed", "signed", "submitted", "accepted") for which in ("by", "at")]
    for name in names:
        setattr(report, name, None)
    return names


def _given(move: Move, reason: str) -> str:
    reason = clean_text(reason, multiline=True)
    if "reason" in move.needs and not reason:
        raise refusal("reason", _("Nhập ý kiến, lý do."), "reason")
    if len(reason) > LONGEST_REASON:
        raise refusal("reason", _("Ý kiến dài quá 2.000 ký tự. Rút gọn."), "too_long")
    return reason
