"""What every change of a report leaves behind: its next version, its step, its audit row, and who is to be told."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.audit.services import record
from apps.core.moves import Move
from apps.jobs.services import enqueue
from apps.organisations.selectors import programme_office
from apps.people.acting import acting_for
from apps.reports import moving
from apps.reports.acting import OF_UNIT
from apps.reports.models import AnnualReport, ReportStep


def held(report: AnnualReport) -> AnnualReport:
    """The report as it is now, locked for this transaction."""
    rows: Any = AnnualReport.objects.expected().select_for_update(of=("self",), no_key=True)
    found: AnnualReport | None = rows.select_related("round__period", "unit", "form").filter(pk=report.pk).first()
    if found is None:
        words = _("Đơn vị này không còn trong danh sách phải báo cáo của kỳ.")
        raise ValidationError(words, code="excused")
    return found


def refuse_stale(report: AnnualReport, version: int | None) -> None:
    """What the person looked at is no longer so; the words say what is."""
    if version is not None and version != report.version:
        words = _("Báo cáo vừa được người khác cập nhật, nay ở trạng thái “%(state)s”. Mở lại để xem rồi làm tiếp.")
        state = report.get_state_display()
        raise ValidationError(words, code="stale", params={"state": state, "current": report.state})


def refuse_closed(report: AnnualReport) -> None:
    """Of a round that is locked the unit writes nothing more, unless it corrects or its day was put off."""
    if words := closed_words(report):
        raise ValidationError(words, code="round_locked" if report.round.locked_at else "round_not_open")


def closed_words(report: AnnualReport) -> str:
    """Why the unit may not work on it now, in words; "" where it may."""
    if report.takes_entries:
        return ""
    if report.round.locked_at is None:
        return _("Kỳ %(round)s chưa mở. Liên hệ Ủy ban TĐC.") % {"round": report.round.code}
    day = timezone.localdate(report.round.locked_at)
    words = _("Kỳ %(round)s đã khóa sổ ngày %(day)s. Liên hệ Ủy ban TĐC để mở lại.")
    return words % {"round": report.round.code, "day": f"{day:%d/%m/%Y}"}


def step(report: AnnualReport, move: Move, source: str, reason: str, *, by: User | None, **data: Any) -> ReportStep:
    """One row of the report's way, and one of the audit. To be called after it has its new state and version."""
    of_unit = move.permission in OF_UNIT
    office = programme_office()
    signs = by is not None and move.permission == moving.SIGN
    made = ReportStep(
        report=report, verb=move.verb, source=source, target=report.state, version=report.version,
        revision=report.revision, at=timezone.now(), by=by,
        acting_for_id=acting_for(by, report.unit_id) if by is not None and signs else None,
        unit_id=report.unit_id if of_unit else (office.id if office else None), reason=reason,
    )  # fmt: skip
    made.full_clean(exclude=["report", "by", "unit", "acting_for"])
    made.save()
    if made.acting_for_id:
        data["acting_for"] = made.acting_for_id
    record(
        move.audit, target=report, by=by, unit=report.unit_id, reason=reason,
        before={"state": source}, after={"state": report.state}, round=report.round.code, **data,
    )  # fmt: skip
    enqueue("reports.tell_moved", unit=report.unit_id, step_id=made.pk)
    return made
