"""Several people at the same moment: no total wrong, no cell lost, one transition."""

import pytest
from django.core.exceptions import ValidationError

from apps.organisations.models import OrganisationUnit
from apps.progress.figures import figures, totals
from apps.progress.services import find_differences, recompute_source
from apps.reports.models import AnnualReport, ReportedValue
from apps.reports.services import entering, moves, reviewing
from apps.reports.services.accepting import SOURCE
from apps.reports.services.entering import CellConflictError, Edit
from apps.targets.models import Indicator
from tests.at_once import at_once
from tests.conftest import BAC_NINH
from tests.factories.reports import filled, open_round, report_of, signed_paper
from tests.people.people import person

pytestmark = pytest.mark.django_db(transaction=True)
EDITORS = 8


def test_what_several_write_at_once_is_all_there_or_told_as_a_conflict(editor, report):
    moves.start(report, by=editor)
    report.refresh_from_db()
    seen = report.version
    colleagues = [person(f"Người soạn {n}", "unit_editor", BAC_NINH) for n in range(EDITORS)]
    codes = [f"D{n}" for n in range(1, 8)] + ["D1"]
    gifts = at_once(
        [
            lambda by=by, code=code, n=n: entering.write_cells(report, [Edit(code, str(n), version=seen)], by=by)
            for n, (by, code) in enumerate(zip(colleagues, codes, strict=True), 1)
        ]
    )
    lost = [one for one in gifts if isinstance(one, CellConflictError)]
    assert len(lost) == 1
    assert lost[0].conflicts[0].cell.code == "D1"
    numbers = dict(ReportedValue.objects.filter(cell__code__startswith="D").values_list("cell__code", "number"))
    assert {code: int(number) for code, number in numbers.items() if code != "D1"} == {f"D{n}": n for n in range(2, 8)}
    assert int(numbers["D1"]) in (1, EDITORS)
    report.refresh_from_db()
    assert report.version == seen + EDITORS - 1


def test_of_two_acceptances_one_counts_and_both_reports_add_up(officer, member):
    made = open_round(officer)
    units = list(OrganisationUnit.objects.filter(kind="province", valid_to=None).order_by("pk")[:3])
    reports = [_sent(report_of(made, unit.pk), unit, number) for number, unit in enumerate(units, 1)]
    second = person("Chuyên viên khác", "programme_officer", "UBTDC")
    gifts = at_once([lambda one=one, by=by: _accept(one, by) for one in reports for by in (officer, second)])
    assert sum(isinstance(one, ValidationError) for one in gifts) == len(reports)
    recompute_source(SOURCE)
    indicator = Indicator.objects.get(code="MT3")
    assert [row.value for row in figures(indicator, national=True, year=2026, basis="report")] == [1 + 2 + 3]
    assert [row.value for row in totals(indicator, year=2026, basis="report")] == [1 + 2 + 3]
    assert find_differences(["MT3"]) == []


def _sent(report: AnnualReport, unit: OrganisationUnit, number: int) -> AnnualReport:
    editor = person(f"Soạn {unit.pk}", "unit_editor", unit.pk)
    report = filled(report, editor, n3_1=str(number))
    moves.to_leader(report, by=editor)
    moves.sign(report, signed_paper(), by=person(f"Ký {unit.pk}", "unit_approver", unit.pk))
    moves.submit(report, by=editor)
    report.refresh_from_db()
    return report


def _accept(report: AnnualReport, by: object) -> AnnualReport:
    told = {cell.code: "Đã đối chiếu hồ sơ" for cell in reviewing.differing(report)}
    return reviewing.accept(report, by=by, version=report.version, differences=told)
