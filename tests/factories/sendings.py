"""Reports that left their unit, and came back."""

from apps.accounts.models import User
from apps.reports.models import AnnualReport
from apps.reports.services import moves, reviewing
from tests.factories.reports import filled, signed_paper


def sent(report: AnnualReport, editor: User, approver: User, **numbers: str) -> AnnualReport:
    return sent_again(filled(report, editor, **numbers), editor, approver)


def sent_again(report: AnnualReport, editor: User, approver: User, number: str = "12/BC-UBND") -> AnnualReport:
    moves.to_leader(report, by=editor)
    moves.sign(report, signed_paper(number), by=approver)
    moves.submit(report, by=editor)
    report.refresh_from_db()
    return report


def returned(report: AnnualReport, officer: User, *codes: str) -> AnnualReport:
    for code in codes:
        reviewing.note_cell(report, code, "flag", f"Xem lại ô {code}", by=officer)
    reviewing.return_for_revision(report, "Bổ sung hồ sơ", by=officer)
    report.refresh_from_db()
    return report


def accepted(report: AnnualReport, officer: User) -> AnnualReport:
    told = {cell.code: "Đã đối chiếu hồ sơ" for cell in reviewing.differing(report)}
    reviewing.accept(report, by=officer, differences=told)
    report.refresh_from_db()
    return report
