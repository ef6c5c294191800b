"""From the open round to the locked figure: each step by its person, and the national figure right after every one."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from apps.organisations.asked import UnitView
from apps.progress.agreement import find_disagreements
from apps.progress.bases import bases_of
from apps.progress.figures import figures, totals
from apps.progress.services import find_differences, recompute_source
from apps.reports.models import AnnualReport, ReportedValue
from apps.reports.services import entering, moves, reviewing
from apps.reports.services.entering import CellConflictError, Edit
from apps.reports.services.prefilling import refresh_prefill
from apps.reports.taskcounts import counted
from apps.targets.models import AcceptedValue, Indicator, IndicatorValue, Period
from apps.targets.services import request_recompute
from tests.conftest import BAC_NINH, LAM_DONG
from tests.factories.reports import filled, open_round, report_of, signed_paper
from tests.factories.tasks import PlanTaskFactory

SOURCE = "targets.acceptedvalue"


def national(code: str, year: int = 2026) -> Decimal | None:
    recompute_source(SOURCE)
    indicator = Indicator.objects.get(code=code)
    rows = figures(indicator, national=True, year=year, basis="report")
    assert find_differences([code]) == []
    assert [one for one in find_disagreements() if one.indicator == code] == []
    for view in UnitView:
        told = [one.value for one in totals(indicator, view=view, year=year, basis="report")]
        assert told == [row.value for row in rows]
    return rows[0].value if rows else None


def sent(report, editor, approver, **numbers):
    report = filled(report, editor, **numbers)
    moves.to_leader(report, by=editor)
    moves.sign(report, signed_paper(), by=approver)
    moves.submit(report, by=editor)
    report.refresh_from_db()
    return report


def accepted(report, officer, *codes: str):
    differences = dict.fromkeys(codes or ("5.1", "4.1", "3.1", "6.1"), "Đã đối chiếu hồ sơ")
    known = {cell.code for cell in reviewing.differing(report)}
    return reviewing.accept(report, by=officer, differences={code: differences[code] for code in known})


@pytest.mark.django_db
def test_accepted_numbers_count_and_leave_again(report, editor, approver, officer):
    report = sent(report, editor, approver, n5_1="14", n5_2="4", n5_3="10", n5_4="0", n5_5="0", n5_6="0")
    assert national("MT5") is None
    report = accepted(report, officer)
    assert report.state == "accepted"
    assert national("MT5") == 14
    reviewing.reopen(report, "Sai số liệu", by=officer)
    assert national("MT5") is None
    assert AcceptedValue.objects.filter(withdrawn_at__isnull=True).count() == 0


@pytest.mark.django_db
def test_a_correction_leaves_the_accepted_number_until_the_new_one_is_accepted(report, editor, approver, officer):
    report = accepted(sent(report, editor, approver, n3_1="5"), officer)
    reviewing.lock(report, by=officer)
    report = moves.correct(report, "Tính thiếu một sản phẩm", by=editor)
    assert report.revision == 2
    assert national("MT3") == 5
    entering.write_cells(report, [Edit("3.1", "6", "Bổ sung")], by=editor)
    moves.to_leader(report, by=editor)
    moves.sign(report, signed_paper("15/BC-UBND"), by=approver)
    moves.submit(report, by=editor)
    assert national("MT3") == 5
    accepted(report, officer)
    assert national("MT3") == 6


@pytest.mark.django_db
def test_of_what_was_returned_only_flagged_cells_unlock(report, editor, approver, officer):
    report = sent(report, editor, approver)
    reviewing.note_cell(report, "5.1", "flag", "Xem lại", by=officer)
    report = reviewing.return_for_revision(report, "Sửa ô 5.1", by=officer)
    assert (report.state, report.revision) == ("returned", 2)
    entering.write_cells(report, [Edit("5.1", "1", "Bổ sung hồ sơ"), Edit("5.2", "1")], by=editor)
    with pytest.raises(ValidationError) as refused:
        entering.write_cells(report, [Edit("3.1", "1")], by=editor)
    assert refused.value.error_dict["3.1"][0].code == "locked_cell"
    moves.to_leader(report, by=editor)
    report = moves.send_back(report, "Chưa rõ", by=approver)
    assert report.state == "returned"
    moves.to_leader(report, by=editor)
    moves.sign(report, signed_paper("16/BC-UBND"), by=approver)
    moves.submit(report, by=editor)
    report = accepted(report, officer)
    assert report.steps.count() == 11
    assert report.first_submitted_on is not None


@pytest.mark.django_db
def test_each_step_is_its_persons(report, editor, approver, officer, member):
    other = member("Editor Lam Dong", "unit_editor", LAM_DONG)
    for stranger in (approver, officer, other):
        with pytest.raises(PermissionDenied):
            moves.start(report, by=stranger)
    report = filled(report, editor)
    with pytest.raises(PermissionDenied):
        entering.write_cells(report, [Edit("5.1", "2")], by=officer)
    moves.to_leader(report, by=editor)
    with pytest.raises(PermissionDenied):
        moves.sign(report, signed_paper(), by=editor)
    moves.sign(report, signed_paper(), by=approver)
    moves.submit(report, by=editor)
    with pytest.raises(PermissionDenied):
        reviewing.take_up(report, by=editor)


@pytest.mark.django_db
def test_an_unfinished_report_does_not_go_to_the_leader(report, editor):
    moves.start(report, by=editor)
    with pytest.raises(ValidationError, match="chỗ phải sửa"):
        moves.to_leader(report, by=editor)
    report.refresh_from_db()
    assert report.state == "draft"
    assert report.steps.count() == 1


@pytest.mark.django_db
def test_a_cell_that_somebody_wrote_meanwhile_is_told_with_both_values(report, editor, member):
    colleague = member("Colleague", "unit_editor", BAC_NINH)
    moves.start(report, by=editor)
    report.refresh_from_db()
    seen = report.version
    entering.write_cells(report, [Edit("5.1", "468", version=seen)], by=colleague)
    with pytest.raises(CellConflictError) as found:
        entering.write_cells(report, [Edit("5.1", "465", version=seen)], by=editor)
    (conflict,) = found.value.conflicts
    assert conflict.words.startswith("Ô 5.1 vừa được Colleague sửa thành 468 lúc")
    assert ReportedValue.objects.get(report=report, cell__code="5.1").number == 468
    entering.write_cells(report, [Edit("5.1", "465", version=conflict.version)], by=editor)


@pytest.mark.django_db
def test_zero_blank_and_not_applicable_are_three(report, editor):
    moves.start(report, by=editor)
    entering.write_cells(report, [Edit("D1", "0"), Edit("D2", "not_applicable"), Edit("D8", "1.234,5")], by=editor)
    rows = {row.cell.code: row for row in report.values.select_related("cell")}
    assert rows["D1"].number == 0
    assert rows["D2"].number is None
    assert rows["D2"].is_not_applicable
    assert rows["D8"].number == Decimal("1234500000")
    assert "D3" not in rows
    entering.write_cells(report, [Edit("D1", "")], by=editor)
    assert ReportedValue.objects.get(report=report, cell__code="D1").number is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("code", "value", "why"),
    [("4.1", "156,5", "chỉ nhận số nguyên"), ("5.1", "-1", "số âm"), ("D8", "1.234", "có thể là"),
     ("7.1", "x", "“có” hoặc “không”"), ("X9", "1", "không có ô này"), ("K6.1", "1", "tự tính")],
)  # fmt: skip
def test_what_is_no_value_of_its_cell_is_refused_in_words(report, editor, code, value, why):
    moves.start(report, by=editor)
    with pytest.raises(ValidationError, match=why):
        entering.write_cells(report, [Edit("D1", "5"), Edit(code, value)], by=editor)
    assert not report.values.filter(cell__code="D1").exists()


@pytest.mark.django_db
def test_the_successors_whole_year_counts_instead_of_its_predecessors_part(officer, member):
    """2025: a province reports for all of the year, its predecessor had reported for the first half."""
    made = open_round(officer, 2025)
    whole = report_of(made, BAC_NINH)
    assert whole.covers_predecessors
    editor, approver = member("E", "unit_editor", BAC_NINH), member("A", "unit_approver", BAC_NINH)
    AcceptedValue.objects.create(
        indicator=Indicator.objects.get(code="MT3"), period=made.period, unit_id="VN-24-2008", value=3,
        round_code="2025", report_id=1, revision=1, accepted_by=officer,
    )  # fmt: skip
    request_recompute(SOURCE, by=None)
    assert national("MT3", 2025) == 3
    accepted(sent(whole, editor, approver, n3_1="8"), officer)
    assert national("MT3", 2025) == 8


@pytest.mark.django_db
def test_what_a_predecessor_left_undone_is_told_by_its_heir_unless_it_reports_itself(round_2026, report, editor):
    for year in (2025, 2026):
        PlanTaskFactory(lead_unit_id="VN-24-2008", year=year, state="in_progress", due_on=date(2026, 1, 31))
    report = moves.start(report, by=editor)
    assert report.values.get(cell__code="B5").number == 1
    of_year, of_all = (cell for _label, cell in counted(report, editor).lines[-3::2])
    assert (of_year.count, of_all.count) == (1, 2)
    AnnualReport.objects.create(
        round=round_2026, unit_id="VN-24-2008", form=report.form, due_on=report.due_on, added_reason="Kỳ trước"
    )
    refresh_prefill(report_of(round_2026, BAC_NINH), by=editor)
    assert report.values.get(cell__code="B5").number == 0


@pytest.mark.django_db
def test_of_a_year_without_figures_the_register_knows_none_whatever_came_before(officer, member):
    """A round may open before its period has begun: no number goes down for that."""
    last, made = Period.objects.get(year=2029), open_round(officer, 2030)
    products = Indicator.objects.get(code="MT3")
    IndicatorValue.objects.create(
        indicator=products, period=last, unit_id=BAC_NINH, basis="register", value=5, known_from=timezone.now()
    )
    IndicatorValue.objects.create(
        indicator=Indicator.objects.get(code="MT7"), period=made.period, unit_id=BAC_NINH, basis="register", value=100,
        numerator=1, denominator=1, known_from=timezone.now(),
    )  # fmt: skip
    report = moves.start(report_of(made, BAC_NINH), by=member("E", "unit_editor", BAC_NINH))
    assert report.values.get(cell__code="3.1").number == 0
    assert report.values.get(cell__code="7.1").number == 1  # a plan in force, told by its own indicator
    AcceptedValue.objects.create(
        indicator=products, period=made.period, unit_id=BAC_NINH, value=4, round_code="2030", report_id=report.pk,
        revision=1, accepted_by=officer,
    )  # fmt: skip
    (owing,) = bases_of(products).years[0].owing
    assert (owing.register, owing.report) == (0, 4)
