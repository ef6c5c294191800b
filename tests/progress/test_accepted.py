"""The accepted figure is the one known when its period was closed; what came since stands beside it."""

from datetime import date, timedelta
from decimal import Decimal

import pgtrigger
import pytest
from django.core.management import call_command
from django.utils import timezone

from apps.accounts.scope import UnitScope
from apps.enterprises.services import correct_event, withdraw_event
from apps.organisations.asked import UnitView
from apps.organisations.models import OrganisationUnit
from apps.progress.figures import Note, figures, figures_of_unit, totals
from apps.progress.provenance import counted_rows
from apps.progress.selectors import progress_of
from apps.progress.services import recompute
from apps.targets.models import Indicator, IndicatorValue, Period
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG
from tests.factories.closings import close
from tests.factories.targets import FractionFactory, IndicatorValueFactory, RatioFactory
from tests.progress.reading import gains, step_of

EVERYTHING = UnitScope(everything=True)
VALUES = "/api/v1/indicators/MT5/values/"


def mt5() -> Indicator:
    return Indicator.objects.get(code="MT5")


def nation(**asked) -> dict[int, tuple]:
    """Year → accepted value and adjustment."""
    return {one.year: (one.value, one.adjustment) for one in figures(mt5(), national=True, **asked)}


@pytest.fixture
def closed(event):
    """2024 closed with two enterprises, 2025 with three; then two more come, one dated in each year."""
    event(date(2024, 3, 1), BAC_GIANG)
    event(date(2024, 4, 1), LAM_DONG)
    event(date(2025, 8, 1), BAC_NINH)
    recompute()
    close(2024, 2025)
    event(date(2024, 5, 1), BAC_GIANG)
    event(date(2025, 9, 1), BAC_NINH)
    recompute()


def test_what_comes_after_a_closing_moves_no_accepted_figure(closed):
    assert nation() == {2024: (2, 1), 2025: (3, 2), 2026: (5, None)}
    found = figures(mt5(), national=True)
    assert [(one.is_accepted, one.version) for one in found] == [(True, 1), (True, 1), (False, None)]
    assert [one.since for one in found] == [3, 5, None]
    assert nation(accepted=False) == {2024: (3, None), 2025: (5, None), 2026: (5, None)}


def test_closing_again_takes_it_in_and_the_first_version_stays_readable(closed):
    between = timezone.now()
    close(2025)
    assert nation() == {2024: (2, 1), 2025: (5, 0), 2026: (5, None)}
    assert nation(known_on=between) == {2024: (2, 1), 2025: (3, 2), 2026: (5, None)}
    first = Period.objects.get(year=2025).closings.first().as_of
    assert nation(known_on=first - timedelta(hours=1)) == {}


def test_units_and_views_agree_with_the_nation_in_both_readings(closed, capsys):
    for accepted, sums in ((True, {2024: 2, 2025: 3, 2026: 5}), (False, {2024: 3, 2025: 5, 2026: 5})):
        for view in UnitView:
            assert {one.year: one.value for one in totals(mt5(), view=view, accepted=accepted)} == sums
    call_command("check_figures")
    assert "0 số lệch" in capsys.readouterr().out


GUARDS = ("said_once", "ended_once", "ends_after_the_closing")


@pytest.mark.parametrize(("accepted", "said"), [(True, "đã chấp nhận 9.0000"), (False, "đang lưu 9.0000")])
def test_check_figures_checks_the_accepted_and_the_current_ones(closed, capsys, accepted, said):
    rows = IndicatorValue.objects.filter(indicator=mt5(), period__year=2025, unit=None, breakdown="")
    with pgtrigger.ignore(*(f"targets.IndicatorValue:{name}" for name in GUARDS)):
        rows.filter(known_to__isnull=not accepted).update(value=9)
    with pytest.raises(SystemExit):
        call_command("check_figures")
    assert said in capsys.readouterr().out


def test_a_unit_that_had_nothing_at_the_closing_has_no_accepted_figure_and_says_why(event):
    event(date(2025, 8, 1), BAC_NINH)
    recompute()
    close(2025)
    event(date(2025, 9, 1), LAM_DONG)
    recompute()
    [none] = [one for one in figures(mt5(), year=2025) if one.unit_id == LAM_DONG]
    assert (none.value, none.adjustment, none.note, none.counted) == (None, 1, Note.AFTER_CLOSING, None)
    assert [one.note for one in figures_of_unit([mt5()], LAM_DONG)[mt5().pk]] == [Note.AFTER_CLOSING, ""]


def test_of_a_unit_whose_rows_were_withdrawn_the_accepted_figure_stays(event, by):
    gone = event(date(2025, 8, 1), BAC_NINH)
    recompute()
    close(2025)
    withdraw_event(gone, "Khai nhầm", by=by)
    recompute()
    [one] = [one for one in figures(mt5(), year=2025) if one.unit_id == BAC_NINH]
    assert (one.value, one.since, one.adjustment) == (1, None, -1)


def test_breakdowns_are_read_at_the_closing_too(closed):
    found = figures(mt5(), national=True, year=2025, breakdown="ownership=private")
    assert [(one.value, one.adjustment) for one in found] == [(3, 2)]


def test_a_ratio_is_read_whole_at_the_closing(reference):
    ratio = RatioFactory(code="TL")
    old = [FractionFactory(indicator=ratio, numerator=1, denominator=4, unit_id=unit) for unit in (None, BAC_GIANG)]
    close(2024)
    now = timezone.now()
    IndicatorValue.objects.filter(pk__in=[one.pk for one in old]).update(known_to=now)
    for unit in (None, BAC_GIANG):
        FractionFactory(indicator=ratio, numerator=3, denominator=4, unit_id=unit, known_from=now)
    for view in UnitView:
        [one] = [one for one in figures(ratio, view=view) if one.unit_id]
        assert (one.value, one.numerator, one.denominator, one.since) == (25, 1, 4, 75)
        assert totals(ratio, view=view)[0].value == 25


def test_a_covering_report_covers_only_from_the_closing_that_takes_it_in(reference):
    """2025: the successor's whole-year report comes after the closing; until then its predecessor's figure counts."""
    from tests.factories.targets import IndicatorFactory

    one = IndicatorFactory(code="BC")
    IndicatorValueFactory(indicator=one, year=2025, unit_id=BAC_GIANG, value=5)
    IndicatorValueFactory(indicator=one, year=2025, value=5)
    close(2025)
    now = timezone.now()
    IndicatorValueFactory(
        indicator=one, year=2025, unit_id=BAC_NINH, value=20, covers_predecessors=True, known_from=now
    )
    for view in UnitView:
        assert [found.value for found in totals(one, view=view)] == [5]
        assert [found.value for found in totals(one, view=view, accepted=False)] == [20]
    close(2025)
    assert [found.value for found in totals(one)] == [20]


def test_the_outlook_uses_accepted_figures_only(event):
    for year, count in ((2022, 1), (2023, 2), (2024, 4), (2025, 8)):
        for _ in range(count):
            event(date(year, 3, 1), BAC_GIANG if year < 2025 else "VN-24-2008")
    recompute()
    close(2022, 2023, 2024, 2025)
    before = progress_of("MT5")[0].outlook
    for _ in range(5):
        event(date(2025, 4, 1), BAC_GIANG)
    recompute()
    assert progress_of("MT5")[0].outlook == before
    assert progress_of("MT5")[0].preliminary.value == 20
    close(2025)
    assert progress_of("MT5")[0].outlook.last == 20


@pytest.fixture
def lasting(transactional_db, reference):
    """Row history is dated by its transaction, so what happens before and after a closing needs two."""


def test_a_closed_figure_opens_to_the_rows_as_they_were(lasting, event, by):
    moved, gone = event(date(2025, 3, 1), BAC_GIANG), event(date(2025, 4, 1), BAC_GIANG)
    later = event(date(2024, 4, 1), BAC_GIANG)
    recompute()
    close(2025)
    moment = Period.objects.get(year=2025).closing.as_of
    correct_event(moved, {"unit": OrganisationUnit.objects.get(pk="VN-27-2008")}, "Nhầm tỉnh", by=by)
    withdraw_event(gone, "Khai nhầm", by=by)
    correct_event(later, {"occurred_on": date(2025, 5, 1)}, "Nhầm ngày", by=by)
    event(date(2025, 6, 1), BAC_GIANG)
    recompute()
    period = Period.objects.get(year=2025)
    was = counted_rows("MT5", period, EVERYTHING, known_on=moment)
    assert {(row.row_id, row.unit_id) for row in was} == {(moved.pk, BAC_GIANG), (gone.pk, BAC_GIANG)}
    step = step_of("MT5", period, known_on=moment)
    assert (step.previous, step.reached, step.repeated, step.total) == (1, 2, 0, 3)
    assert nation()[2025] == (3, 0)
    assert step_of("MT5", period).total == 3
    assert step_of("MT5", period).previous == 0


def test_gains_of_a_closed_year_are_of_one_moment(closed):
    gained = {one.unit.id: (one.new, one.total) for one in gains(mt5(), 2025, UnitView.CURRENT)}
    assert gained == {BAC_NINH: (1, 2), LAM_DONG: (0, 1)}
    running = {one.unit.id: (one.new, one.total) for one in gains(mt5(), 2026, UnitView.CURRENT)}
    assert running == {BAC_NINH: (0, 4), LAM_DONG: (0, 1)}, "what came late is no gain of the running year"


def test_a_step_begins_with_the_first_day_of_the_period(event):
    event(date(2024, 12, 14), BAC_GIANG)
    event(date(2024, 12, 15), BAC_GIANG)
    event(date(2025, 12, 14), BAC_NINH)
    event(date(2025, 12, 15), BAC_NINH)
    recompute()
    for known_on in (None, timezone.now()):
        step = step_of("MT5", Period.objects.get(year=2025), known_on=known_on)
        assert (step.previous, step.reached, step.repeated, step.total) == (1, 2, 0, 3)


def test_the_api_tells_accepted_figures_and_adjustments(closed, signed_in, officer):
    client = signed_in(officer)
    found = client.get(VALUES, {"unit": "VN", "period": 2025}).json()["results"]
    closing = Period.objects.get(year=2025).closing
    assert [
        (one["value"], one["is_accepted"], one["status"], one["closing_version"], one["known_now"], one["adjustment"])
        for one in found
    ] == [(3, True, "accepted", 1, 5, 2)]
    assert found[0]["as_of"] == timezone.localtime(closing.as_of).isoformat()
    running = client.get(VALUES, {"unit": "VN", "period": 2026}).json()["results"][0]
    assert (running["is_accepted"], running["as_of"], running["adjustment"]) == (False, None, None)
    told = client.get("/api/v1/closings/").json()["results"]
    assert [(one["period"], one["version"], one["closed_by"]) for one in told] == [
        (2025, 1, "nguoi-chot"),
        (2024, 1, "nguoi-chot"),
    ]


def test_known_on_with_a_bare_day_is_the_end_of_that_day(closed, signed_in, officer):
    client, today = signed_in(officer), timezone.localdate()
    asked = {"unit": "VN", "period": 2025}
    for day, values in ((today, [3]), (today - timedelta(days=1), [])):
        found = client.get(VALUES, asked | {"known_on": day.isoformat()}).json()["results"]
        assert [one["value"] for one in found] == values


@pytest.mark.parametrize("moment", ["0001-01-01", "9999-12-31T23:59:59Z", "hôm qua", "2026-02-30", "\x00"])
def test_a_moment_that_is_none_is_refused_not_a_crash(signed_in, officer, moment):
    answer = signed_in(officer).get(VALUES, {"known_on": moment})
    assert answer.status_code == 400
    assert "known_on" in answer.json()["errors"]


def test_the_range_of_a_forecast_is_of_the_smallest_and_the_largest_gain():
    from apps.progress.outlook import outlook

    look = outlook({2022: Decimal(0), 2023: Decimal(1), 2024: Decimal(3), 2025: Decimal(7)}, Decimal(100), 2030)
    assert (look.low, look.high) == (7 + 5 * 1, 7 + 5 * 4)
