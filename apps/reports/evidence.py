"""Files hang on reports: seen with them, added by the unit while it writes, and the signed paper by whoever signs."""

from typing import Any

from apps.accounts.models import User
from apps.documents.owners import register_owner
from apps.documents.room import keep_brought
from apps.reports import moving
from apps.reports.models import AnnualReport, ReportFile


def _editable(user: User) -> Any:
    rows = AnnualReport.objects.filter(state__in=sorted(moving.AT_UNIT))
    return rows.editable_by(user) | rows.signable_by(user)  # type: ignore[attr-defined]


register_owner(
    "reports.annualreport",
    view="reports.view_annualreport",
    change="reports.submit_annualreport",
    visible=AnnualReport.objects.visible_to,
    editable=_editable,
    unit=lambda report: report.unit_id,
)
keep_brought(lambda unit: ReportFile.objects.filter(report__unit=unit).values("file"))
