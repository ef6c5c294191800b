"""The hub of a unit's reports: those that run now, and the list of all in sight."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.due import Due
from apps.core.views import TableView
from apps.organisations.selectors import unit_labels
from apps.people.rights import units_with
from apps.reports import moving
from apps.reports.chips import chip_of
from apps.reports.filters import AnnualReportFilter, running
from apps.reports.models import AnnualReport, ReportingRound
from apps.reports.models.annualreport import VIEW
from apps.reports.selectors.sheet import asked_by_form, given_by_report
from apps.reports.signer import signer_words
from apps.reports.tables import AnnualReportTable, with_number

SHOWN = 6  # a person of several units has as many reports; beyond that the list below tells them


class AnnualReportListView(TableView):
    permission_required = VIEW
    queryset = AnnualReport.objects.for_pages()
    filterset_class = AnnualReportFilter
    table_class = AnnualReportTable
    template_name = "reports/annualreport_list.html"
    export_name = "bao-cao"
    title = _("Báo cáo")
    lead = _("Báo cáo định kỳ của các đơn vị về kết quả thực hiện Đề án")
    noun = _("báo cáo")
    empty_title = _("Chưa có kỳ báo cáo nào trong phạm vi bạn được xem")
    no_match_title = _("Không có báo cáo nào khớp bộ lọc")

    def get_queryset(self) -> Any:
        return with_number(super().get_queryset())

    def get_filterset_kwargs(self, filterset_class: Any) -> dict[str, Any]:
        user = self.request.user
        rounds = ReportingRound.objects.visible_to(user)
        return super().get_filterset_kwargs(filterset_class) | {"scope": units_with(user, VIEW), "rounds": rounds}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(cards=self.cards(), **kwargs)

    def cards(self) -> list[dict[str, Any]]:
        """For whoever fills or signs; the same few queries for one and for several."""
        rows: Any = AnnualReport.objects
        user = self.request.user
        if units_with(user, moving.FILL).everything:
            return []
        own = rows.editable_by(user) | rows.signable_by(user)
        reports = list(running(own.for_pages())[:SHOWN])
        given = given_by_report([one.pk for one in reports])
        asked = asked_by_form({one.form_id for one in reports})
        fills = units_with(user, moving.FILL)
        return [self._card(one, asked[one.form_id], given.get(one.pk, 0), one.unit_id in fills) for one in reports]

    def _card(self, report: AnnualReport, asked: int, given: int, fills: bool) -> dict[str, Any]:
        is_begun = report.state != moving.State.NOT_STARTED
        return {
            "report": report,
            "unit": unit_labels()[report.unit_id],
            "state": chip_of(report),
            "due": Due(report.due_on, timezone.localdate()) if report.state in moving.AT_UNIT else None,
            "given": given,
            "asked": asked,
            "percent": given * 100 // asked if asked else 0,
            "signer": signer_words(report),
            "may_start": fills and not is_begun,
            "may_go_on": fills and report.is_writable and report.takes_entries,
        }
