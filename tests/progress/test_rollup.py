"""The roll-up against facts that can be counted on the fingers."""

from datetime import date

import pgtrigger
import pytest
from django.core.management import call_command
from django.utils import timezone

from apps.enterprises.services import correct_event, withdraw_event
from apps.jobs.models import Job
from apps.organisations.asked import UnitView
from apps.organisations.models import OrganisationUnit
from apps.progress.figures import figures
from apps.progress.jobs import recount_for_the_day
from apps.progress.services import find_differences, recompute, recompute_source
from apps.progress.sources import COUNTS
from apps.targets.models import Indicator, IndicatorValue, Period, RecomputeRequest
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG
from tests.factories.closings import close
from tests.progress.days import at_noon_of
from tests.progress.reading import step_of

__all__ = ["at_noon_of"]
SOURCE = "enterprises.programme_event"
OLD_BAC_NINH = "VN-27-2008"


def national(code: str = "MT5", **asked) -> dict[int, int]:
    found = figures(Indicator.objects.get(code=code), national=True, **asked)
    return {figure.year: int(figure.value) for figure in found}


def by_unit(year: int, view: UnitView, code: str = "MT5") -> dict[str, int]:
    found = figures(Indicator.objects.get(code=code), view=view, year=year)
    return {figure.unit_id: int(figure.value) for figure in found if figure.unit_id}


def test_an_enterprise_counts_once_at_its_first_event_in_force(event):
    first = event(date(2023, 5, 1), BAC_GIANG)
    event(date(2024, 5, 1), "VN-68-2008", of=first.programme.enterprise)
    event(date(2024, 6, 1), BAC_GIANG, of=first.programme.enterprise, form="written", stage="maintained")
    recompute()
    assert national() == {2023: 1, 2024: 1, 2025: 1, 2026: 1}
    assert by_unit(2026, UnitView.AS_REPORTED) == {BAC_GIANG: 1}


def test_the_two_forms_are_told_apart_and_overlap(event):
    both = event(date(2024, 1, 10), BAC_GIANG, form="written").programme.enterprise
    event(date(2026, 1, 10), BAC_NINH, of=both, form="served")
    event(date(2026, 2, 10), BAC_NINH, form="served")
    recompute()
    assert national("MT5")[2026] == 2
    assert national("MT5a")[2026] == 2
    assert national("MT5b")[2026] == 1
    assert national("MT5b")[2024] == 1


def test_what_stands_goes_on_into_a_period_when_it_begins(event, at_noon_of):
    """Nobody enters anything at midnight; indicators of which somebody did are counted with the others."""
    event(date(2024, 5, 1), BAC_GIANG)
    at_noon_of(date(2026, 12, 14))
    recompute()
    at_noon_of(date(2026, 12, 15))
    recompute(["MT5a"])
    assert find_differences() != []
    recount_for_the_day()
    assert find_differences() == []
    assert national()[2027] == 1


@pytest.mark.parametrize("stage", ["approached", "surveyed", "being_built", "issued", "stopped"])
def test_other_stages_count_nothing(event, stage):
    event(date(2024, 1, 10), BAC_GIANG, stage=stage)
    recompute()
    assert national() == {}


def test_stopping_does_not_lower_the_figure(event):
    enterprise = event(date(2024, 1, 10), BAC_GIANG).programme.enterprise
    event(date(2025, 1, 10), BAC_GIANG, of=enterprise, stage="stopped")
    recompute()
    assert national()[2026] == 1


@pytest.mark.parametrize(
    ("day", "year"),
    [(date(2023, 12, 14), 2023), (date(2023, 12, 15), 2024), (date(2024, 12, 14), 2024), (date(2018, 12, 15), 2019)],
)
def test_a_day_belongs_to_the_reporting_year_of_15_december(event, day, year):
    event(day, BAC_GIANG)
    recompute()
    assert min(national()) == year
    steps = {one: step_of("MT5", Period.objects.get(year=one)) for one in (year, year + 1)}
    assert (steps[year].reached, steps[year].rows, steps[year].previous) == (1, 1, 0)
    assert (steps[year + 1].reached, steps[year + 1].rows, steps[year + 1].previous) == (0, 0, 1)


def test_before_the_programme_nothing_counts_but_a_later_event_does(event):
    enterprise = event(date(2018, 12, 14), BAC_GIANG).programme.enterprise
    recompute()
    assert national() == {}
    event(date(2020, 3, 1), BAC_GIANG, of=enterprise)
    recompute()
    assert min(national()) == 2020


def test_old_rows_stay_with_the_old_unit_and_show_under_its_successor(event):
    event(date(2024, 3, 1), BAC_GIANG)
    event(date(2024, 3, 1), OLD_BAC_NINH)
    event(date(2026, 3, 1), BAC_NINH)
    event(date(2024, 3, 1), "VN-68-2008")
    recompute()
    assert by_unit(2026, UnitView.AS_REPORTED) == {BAC_GIANG: 1, OLD_BAC_NINH: 1, BAC_NINH: 1, "VN-68-2008": 1}
    assert by_unit(2026, UnitView.CURRENT) == {BAC_NINH: 3, LAM_DONG: 1}
    for year in national():
        for view in UnitView:
            assert sum(by_unit(year, view).values()) == national()[year]


def test_breakdowns_add_up_to_the_total(event, enterprise):
    event(date(2024, 3, 1), BAC_GIANG, of=enterprise(ownership="state"))
    event(date(2024, 4, 1), BAC_GIANG, of=enterprise(ownership="fdi"))
    event(date(2024, 5, 1), BAC_GIANG, of=enterprise(ownership="fdi"))
    recompute()
    found = figures(Indicator.objects.get(code="MT5"), national=True, year=2024, breakdown="ownership")
    assert {figure.breakdown: int(figure.value) for figure in found} == {"ownership=state": 1, "ownership=fdi": 2}
    one = figures(Indicator.objects.get(code="MT5"), national=True, year=2024, breakdown="ownership=fdi")
    assert [int(figure.value) for figure in one] == [2]


def test_a_second_count_writes_nothing(event):
    event(date(2024, 3, 1), BAC_GIANG)
    recompute()
    rows = list(IndicatorValue.objects.order_by("id").values_list("id", "known_to"))
    assert recompute() == dict.fromkeys(COUNTS, 0)
    assert list(IndicatorValue.objects.order_by("id").values_list("id", "known_to")) == rows


def test_what_a_new_version_counts_otherwise_is_counted_when_its_reference_data_are_loaded(event):
    event(date(2024, 3, 1), BAC_GIANG)
    call_command("load_reference", verbosity=0)
    assert national()[2024] == 1
    assert find_differences() == []


def test_withdrawing_and_correcting_move_the_figure_and_keep_what_was_known(event, by):
    wrong = event(date(2024, 3, 1), BAC_GIANG)
    event(date(2024, 3, 1), BAC_GIANG)
    recompute()
    before = timezone.now()
    correct_event(wrong, {"unit": OrganisationUnit.objects.get(pk=OLD_BAC_NINH)}, "Nhầm tỉnh", by=by)
    recompute_source(SOURCE)
    assert by_unit(2024, UnitView.AS_REPORTED) == {BAC_GIANG: 1, OLD_BAC_NINH: 1}
    withdraw_event(wrong, "Khai nhầm", by=by)
    recompute_source(SOURCE)
    assert national()[2024] == 1
    assert by_unit(2024, UnitView.AS_REPORTED) == {BAC_GIANG: 1}
    assert national(known_on=before)[2024] == 2
    assert not find_differences()


def test_a_change_asks_for_its_count_in_its_own_transaction(event, by):
    wrong = event(date(2024, 3, 1), BAC_GIANG)
    withdraw_event(wrong, "Khai nhầm", by=by)
    asked = RecomputeRequest.objects.get()
    assert asked.source == SOURCE
    job = Job.objects.get(kind="progress.recompute")
    assert job.payload == {"source": SOURCE}
    assert recompute_source(SOURCE) != {}
    assert not RecomputeRequest.objects.exists()
    assert recompute_source(SOURCE) == {}, "a job that finds its requests taken does nothing"


def test_check_figures_finds_a_figure_that_was_tampered_with(event, capsys):
    event(date(2024, 3, 1), BAC_GIANG)
    recompute()
    call_command("check_figures")
    assert "0 số lệch" in capsys.readouterr().out
    with pgtrigger.ignore("targets.IndicatorValue:said_once"):
        IndicatorValue.objects.filter(unit=None, breakdown="", indicator__code="MT5").update(value=7)
    with pytest.raises(SystemExit) as ended:
        call_command("check_figures")
    assert ended.value.code == 1
    assert "đang lưu 7.0000, theo bản ghi gốc 1.0000" in capsys.readouterr().out


def test_a_closed_period_makes_its_figures_accepted(event, by):
    event(date(2024, 3, 1), BAC_GIANG)
    recompute()
    close(2024)
    found = figures(Indicator.objects.get(code="MT5"), national=True)
    assert {figure.year: figure.is_accepted for figure in found} == {2024: True, 2025: False, 2026: False}
