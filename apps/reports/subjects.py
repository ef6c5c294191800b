"""What is told of reports, and to whom a report is known."""

import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.notifications.services.digests import before_digest
from apps.notifications.subjects import Kind, Subject, name_kinds, register_subject
from apps.organisations.selectors import unit_labels
from apps.people.rights import holders_of, units_with
from apps.reports import moving
from apps.reports.models import AnnualReport, CellThread
from apps.reports.models.annualreport import VIEW
from apps.reports.services.reminding import remind

SEE = _("Xem báo cáo tại:")


def _name(report: AnnualReport) -> str:
    return _now("%(round)s – %(unit)s") % {
        "round": report.round.title, "unit": unit_labels()[report.unit_id].short_name
    }  # fmt: skip


def _called(report: AnnualReport) -> str:
    """Who reviews hears of many units' reports."""
    told = {"round": report.round.title_within, "unit": unit_labels()[report.unit_id].short_name}
    return _now("%(round)s của %(unit)s") % told


def _people(report: AnnualReport) -> QuerySet[User]:
    held = holders_of(VIEW)
    return User.objects.filter(pk__in=held.everywhere | held.of(report.unit_id))


def _offered(report: AnnualReport, reader: User) -> QuerySet[User]:
    """Of the unit; who reviews is named too: both talk about cells."""
    held = holders_of(VIEW)
    office = held.everywhere if units_with(reader, VIEW).everything else holders_of(moving.REVIEW).everywhere
    return User.objects.filter(pk__in=office | held.of(report.unit_id))


def _reports(user: User) -> Any:
    return AnnualReport.objects.visible_to(user).select_related("round", "unit")


def _threads(user: User) -> Any:
    rows = CellThread.objects.filter(report__in=AnnualReport.objects.visible_to(user))
    return rows.select_related("report__round", "report__unit", "cell")


register_subject(
    Subject(
        kind="reports.annualreport",
        view=VIEW,
        visible=_reports,
        code=lambda report: report.round.called,
        name=_name,
        called=_called,
        unit=lambda report: report.unit_id,
        people=_people,
        offered=_offered,
    )
)
register_subject(
    Subject(
        kind="reports.cellthread",
        view=VIEW,
        visible=_threads,
        code=lambda thread: _now("ô %(code)s, %(report)s") % {
            "code": thread.cell.code, "report": _called(thread.report)
        },
        name=lambda thread: f"{thread.cell} ({_name(thread.report)})",
        unit=lambda thread: thread.report.unit_id,
        people=lambda thread: _people(thread.report),
        offered=lambda thread, reader: _offered(thread.report, reader),
    )
)  # fmt: skip


@before_digest
def reminders(day: datetime.date) -> None:
    remind(day)


_ASK = _("Đề nghị hoàn thành và nộp báo cáo tại:")
name_kinds([
    Kind("reports.start", _("Bắt đầu báo cáo"), _("Báo cáo %(code)s bắt đầu được lập."), SEE, "player-play"),
    Kind("reports.to_leader", _("Báo cáo chờ ký duyệt"), _("Báo cáo %(code)s chờ ký duyệt."),
         _("Đề nghị xem và ký tại:"), "hourglass", "review", at_once=True),
    Kind("reports.recall", _("Báo cáo chờ ký được rút lại"), _("Báo cáo %(code)s được đơn vị rút lại để sửa."), SEE,
         "arrow-back-up"),
    Kind("reports.send_back", _("Lãnh đạo chuyển lại báo cáo"), _("Lãnh đạo chuyển lại báo cáo %(code)s."),
         _("Đề nghị hoàn thiện; xem ý kiến tại:"), "arrow-back-up", "warn", at_once=True),
    Kind("reports.sign", _("Báo cáo đã ký"), _("Báo cáo %(code)s đã được ghi nhận ký."), _("Đề nghị nộp tại:"),
         "signature", "review"),
    Kind("reports.submit", _("Báo cáo được nộp"), _("Báo cáo %(code)s đã được nộp."), _("Đề nghị thẩm tra tại:"),
         "send", "review"),
    Kind("reports.return_for_revision", _("Báo cáo được trả lại"), _("Báo cáo %(code)s được trả lại để hoàn thiện."),
         _("Đề nghị sửa các ô trong phiếu và nộp lại tại:"), "arrow-back-up", "warn", at_once=True),
    Kind("reports.accept", _("Báo cáo được chấp nhận"), _("Báo cáo %(code)s được chấp nhận."), SEE, "circle-check",
         "good", at_once=True),
    Kind("reports.lock", _("Báo cáo khóa sổ"), _("Báo cáo %(code)s đã khóa sổ."), SEE, "lock", "closed"),
    Kind("reports.reopen", _("Báo cáo được mở lại"), _("Báo cáo %(code)s được mở lại."),
         _("Đề nghị sửa và nộp lại; xem lý do tại:"), "arrow-back-up", "warn", at_once=True),
    Kind("reports.correct", _("Đơn vị đính chính báo cáo"), _("Báo cáo %(code)s đang được đơn vị đính chính."),
         _("Xem lý do tại:"), "pencil", "warn"),
    Kind("reports.due_month", _("Còn 30 ngày đến hạn nộp"), _("Báo cáo %(code)s đến hạn nộp trong 30 ngày tới."),
         _ASK, "clock"),
    Kind("reports.due_week", _("Còn 7 ngày đến hạn nộp"), _("Báo cáo %(code)s đến hạn nộp trong 7 ngày tới."), _ASK,
         "clock", "warn"),
    Kind("reports.due_day", _("Đến hạn nộp hôm nay hoặc ngày mai"), _("Báo cáo %(code)s sắp hết hạn nộp."), _ASK,
         "clock", "warn"),
    Kind("reports.due_overdue", _("Báo cáo quá hạn nộp"), _("Báo cáo %(code)s đã quá hạn nộp."), _ASK,
         "alert-circle", "bad"),
    Kind("reports.due_head", _("Báo cáo của đơn vị còn quá hạn"), _("Báo cáo %(code)s của đơn vị còn quá hạn nộp."),
         _("Đề nghị chỉ đạo nộp báo cáo tại:"), "alert-circle", "bad"),
    Kind("reports.due_by_hand", _("Nhắc nộp báo cáo"), _("Ủy ban TĐC nhắc nộp báo cáo %(code)s."), _ASK, "bell",
         "warn", at_once=True),
])  # fmt: skip
