"""Rounds and reports for tests: made by the services themselves."""

from datetime import date, timedelta

from django.utils import timezone

from apps.accounts.models import User
from apps.documents.models import LegalDocument
from apps.organisations.models import OrganisationUnit
from apps.reports.models import AnnualReport, ReportingRound
from apps.reports.services import entering, moves, rounds
from apps.reports.services.entering import Edit
from apps.targets.models import Period

TEXTS = ("A1", "B6", "E1", "E2", "E3", "E4", "E5")
NUMBERS = ("5.1", "6.1", "4.1", "3.1", "B1", "7.1")


def facts_of_round(year: int = 2026, **given: object) -> rounds.RoundFacts:
    """Of that year, open since today, due in thirty days."""
    today = timezone.localdate()
    period = Period.objects.get(year=year)
    facts = {
        "code": str(year), "title": f"Báo cáo năm {year}", "kind": "annual", "year": year,
        "starts_on": period.starts_on, "ends_on": period.ends_on, "opens_on": today,
        "due_on": today + timedelta(days=30), "period": period, "letter": letter(),
    } | given  # fmt: skip
    return rounds.RoundFacts(**facts)


def open_round(by: User, year: int = 2026, **given: object) -> ReportingRound:
    return rounds.open_round(rounds.create_round(facts_of_round(year, **given), by=by), by=by)


def letter() -> LegalDocument:
    return LegalDocument.objects.get_or_create(
        number="1/TĐC-ĐL", kind="Công văn", issuer="Ủy ban TĐC", issued_on=date(2026, 1, 5),
        defaults={"title": "Đề nghị báo cáo"},
    )[0]  # fmt: skip


def report_of(made: ReportingRound, unit: str) -> AnnualReport:
    return AnnualReport.objects.select_related("round__period", "unit", "form").get(round=made, unit=unit)


def filled(report: AnnualReport, by: User, **numbers: str) -> AnnualReport:
    """Begun and filled in: every compulsory cell, those named with what was given ("5.1" as n5_1)."""
    moves.start(report, by=by)
    given = {name.removeprefix("n").replace("_", "."): value for name, value in numbers.items()}
    codes = set(report.form.cells.values_list("code", flat=True))
    asked = dict.fromkeys(TEXTS, "Không có") | dict.fromkeys(NUMBERS, "0") | given
    edits = [Edit(code, value, "số liệu minh họa") for code, value in asked.items() if code in codes]
    entering.write_cells(report, edits, by=by)
    report.refresh_from_db()
    return report


def signed_paper(number: str = "12/BC-UBND") -> moves.Signed:
    return moves.Signed(number, timezone.localdate(), "Nguyễn Văn A", "Phó Chủ tịch")


def unit_of(pk: str) -> OrganisationUnit:
    return OrganisationUnit.objects.get(pk=pk)
