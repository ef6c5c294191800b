"""Before and after a report goes: what is still to be mended, and that it was sent."""

from typing import Any

from django.contrib.auth.mixins import PermissionRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic import DetailView

from apps.organisations.selectors import unit_labels
from apps.reports import moving
from apps.reports.acting import allowed_moves
from apps.reports.before import who_signs
from apps.reports.buttons import BUTTONS
from apps.reports.chips import chip_of
from apps.reports.focus import first_left, shell_context
from apps.reports.rows import Drawn
from apps.reports.selectors.sheet import Sheet, sheet_of
from apps.reports.views.common import ReportMixin
from apps.reports.views.detail import waiting_words


class CheckView(ReportMixin, PermissionRequiredMixin, DetailView):
    """All that is still to be mended, by section; then to the leader."""

    permission_required = moving.FILL
    scope = "editable_by"
    template_name = "reports/annualreport_check.html"
    context_object_name = "report"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        report = self.get_object()
        if report.state == moving.State.NOT_STARTED:
            return redirect(report.get_absolute_url())
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sheet, user = sheet_of(self.object), self.request.user
        moves = {one.verb for one in allowed_moves(self.object, user)}
        told = [
            (one.section, standing, [(row, sheet.problems[row.cell.key]) for row in _rows(sheet, one)])
            for one, standing in zip(sheet.blank.sections, sheet.standings, strict=True)
        ]
        return super().get_context_data(
            title=_("Kiểm tra lại và trình lãnh đạo ký"),
            unit=unit_labels()[self.object.unit_id],
            told=told,
            may_hand="to_leader" in moves,
            button=BUTTONS["to_leader"],
            signer=who_signs(self.object, but=user.pk),
            first_left=first_left(sheet, is_from_check=True),
            explained=sum(not one.blocks for found in sheet.problems.values() for one in found),
            **kwargs,
            **shell_context(sheet, None),
        )


def _rows(sheet: Sheet, section: Any) -> list[Any]:
    drawn = Drawn(sheet)
    return [drawn.row(cell) for cell in section.cells if sheet.problems.get(cell.key)]


class SubmittedView(ReportMixin, PermissionRequiredMixin, DetailView):
    """That it was sent, when, under which number, and what comes next; it stays."""

    template_name = "reports/annualreport_submitted.html"
    context_object_name = "report"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        report = self.get_object()
        if not report.submissions.filter(sent_at__isnull=False).exists():
            return redirect(report.get_absolute_url())
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        report = self.object
        sent = report.submissions.filter(sent_at__isnull=False).select_related("sent_by").order_by("-revision").first()
        return super().get_context_data(
            title=_("Đã nộp %(title)s") % {"title": report.round.title_within},
            is_reviewed=report.state != moving.State.SUBMITTED,
            waiting=waiting_words(report),
            unit=unit_labels()[report.unit_id],
            state=chip_of(report),
            sent=sent,
            code=f"BC-{report.round.code}-{report.unit.slug.upper()}-{sent.revision:02}" if sent else "",
            **kwargs,
        )
