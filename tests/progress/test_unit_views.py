"""The switch of unit views, rule by rule, on histories that can be counted on the fingers."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.organisations.asked import UnitView
from apps.organisations.models import OrganisationUnit, Succession
from apps.progress.agreement import find_disagreements
from apps.progress.figures import Figure, figures, totals
from apps.progress.services import recompute
from apps.targets.models import Indicator, IndicatorValue, Period
from tests.conftest import BAC_GIANG, BAC_NINH
from tests.progress.reading import step_of

OLD_BAC_NINH, HA_NOI, OLD_HA_NOI = "VN-27-2008", "VN-01-2025", "VN-01-2008"
A, B = "TRIAL-A", "TRIAL-B"


@pytest.fixture
def indicator(reference) -> Callable[..., Indicator]:
    def make(aggregation: str, basis: str = "report", **fields) -> Indicator:
        return Indicator.objects.create(
            code="TEST", name="Thử", short_name="Thử", label="Thử", unit_label="cái",
            aggregation=aggregation, basis=basis, **fields,
        )  # fmt: skip

    return make


def store(of: Indicator, year: int, **values) -> None:
    """store(x, 2025, VN_24_2025=3): values by unit id; a pair is (numerator, denominator); "covers" by `covering`."""
    covering = values.pop("covering", ())
    for unit, value in values.items():
        unit = unit.replace("_", "-")
        pair = isinstance(value, tuple)
        IndicatorValue.objects.create(
            indicator=of,
            period=Period.objects.get(year=year),
            unit_id=None if unit == "VN" else unit,
            basis=of.basis,
            value=Decimal(value[0]) / value[1] * 100 if pair else value,
            numerator=value[0] if pair else None,
            denominator=value[1] if pair else None,
            covers_predecessors=unit in covering,
            known_from=timezone.now(),
        )


def shown(of: Indicator, view: UnitView, year: int = 2025) -> dict[str | None, Figure]:
    return {figure.unit_id: figure for figure in figures(of, view=view, year=year)}


def values(of: Indicator, view: UnitView, year: int = 2025) -> dict[str | None, Decimal | None]:
    return {unit: figure.value for unit, figure in shown(of, view, year).items()}


def national(of: Indicator, year: int = 2025) -> list[Decimal | None]:
    return [totals(of, view=view, year=year)[0].value for view in UnitView]


@pytest.fixture
def split(reference) -> date:
    """Bắc Ninh is split into A (0.6) and B (0.4) on 1 March 2026."""
    day = date(2026, 3, 1)
    for unit, share in ((A, "0.6"), (B, "0.4")):
        OrganisationUnit.objects.create(id=unit, slug=unit.lower(), kind="province", valid_from=day)
        Succession.objects.create(
            predecessor_id=BAC_NINH, successor_id=unit, effective_on=day, relation="split", share=share
        )
    return day


@pytest.mark.parametrize("aggregation", ["sum", "cumulative", "distinct"])
def test_without_a_word_of_the_successor_both_parts_of_2025_add_up(indicator, aggregation):
    one = indicator(aggregation)
    store(one, 2025, **{BAC_GIANG: 5, OLD_BAC_NINH: 7, BAC_NINH: 10})
    assert values(one, UnitView.CURRENT) == {BAC_NINH: 22}
    assert values(one, UnitView.AS_REPORTED) == {BAC_GIANG: 5, OLD_BAC_NINH: 7, BAC_NINH: 10}
    assert national(one) == [22, 22]


def test_a_successor_that_reported_the_whole_year_is_counted_alone(indicator):
    one = indicator("sum")
    store(one, 2025, **{BAC_GIANG: 5, OLD_BAC_NINH: 7, BAC_NINH: 20}, covering=[BAC_NINH])
    store(one, 2024, **{BAC_GIANG: 3, OLD_BAC_NINH: 4})
    assert values(one, UnitView.CURRENT) == {BAC_NINH: 20}
    old = shown(one, UnitView.AS_REPORTED)
    assert (old[BAC_GIANG].value, old[BAC_GIANG].counted, old[BAC_GIANG].note) == (5, None, "covered")
    assert (old[BAC_NINH].is_counted, old[BAC_NINH].note) == (True, "")
    assert national(one) == [20, 20]
    assert national(one, 2024) == [7, 7], "it speaks for its own period only"


def test_a_covered_figure_is_counted_on_no_day_of_the_current_view(indicator):
    one = indicator("sum")
    store(one, 2025, **{BAC_GIANG: 5, BAC_NINH: 20}, covering=[BAC_NINH])
    before = {figure.unit_id: figure.counted for figure in figures(one, on=date(2025, 6, 30))}
    assert before == {BAC_GIANG: None, BAC_NINH: 20}
    assert totals(one, on=date(2025, 6, 30))[0].value == 20


def test_shares_are_exact_and_one_part_may_cover_its_share(indicator, split):
    one = indicator("sum")
    store(one, 2025, **{BAC_NINH: 7})
    store(one, 2026, **{BAC_NINH: 10, A: 9, B: 1}, covering=[A])
    assert values(one, UnitView.CURRENT) == {A: Decimal("4.2"), B: Decimal("2.8")}
    assert values(one, UnitView.CURRENT, 2026) == {A: 9, B: 5}
    old = shown(one, UnitView.AS_REPORTED, 2026)
    assert (old[BAC_NINH].value, old[BAC_NINH].counted, old[BAC_NINH].note) == (10, 4, "partly_covered")
    assert national(one, 2026) == [14, 14]


def test_rows_of_a_split_unit_open_as_shares(event, split):
    for _turn in range(3):
        event(date(2025, 9, 1), BAC_NINH)
    event(date(2026, 5, 1), A)
    recompute()
    mt5, period = Indicator.objects.get(code="MT5"), Period.objects.get(year=2026)
    assert values(mt5, UnitView.CURRENT, 2026) == {None: 4, A: Decimal("2.8"), B: Decimal("1.2")}
    step = step_of("MT5", period, unit=A)
    assert (step.previous, step.reached, step.repeated, step.total) == (Decimal("1.8"), 1, 0, Decimal("2.8"))
    assert step_of("MT5", period, unit=BAC_NINH, view=UnitView.AS_REPORTED).total == 3
    assert step_of("MT5", period).total == 4
    assert find_disagreements() == []


def test_a_reported_stock_contains_its_predecessors_from_the_end_of_the_period_on(indicator):
    one = indicator("latest", stock_adds_up=True)
    store(one, 2024, **{BAC_GIANG: 5, OLD_BAC_NINH: 7})
    store(one, 2025, **{BAC_GIANG: 5, OLD_BAC_NINH: 7, BAC_NINH: 11})
    assert values(one, UnitView.CURRENT, 2024) == {BAC_NINH: 12}
    assert values(one, UnitView.CURRENT, 2025) == {BAC_NINH: 11}
    assert {unit: f.counted for unit, f in shown(one, UnitView.AS_REPORTED).items()} == {
        BAC_GIANG: None,
        OLD_BAC_NINH: None,
        BAC_NINH: 11,
    }
    assert national(one) == [11, 11]


def test_an_absorbing_ministry_contains_the_other_only_from_that_year_on(indicator):
    one = indicator("latest", stock_adds_up=True)
    for year in (2024, 2025):
        store(one, year, BKHDT=5, BTC=7)
    assert values(one, UnitView.CURRENT, 2024) == {"BTC": 12}
    assert values(one, UnitView.CURRENT, 2025) == {"BTC": 7}
    assert [national(one, 2024), national(one, 2025)] == [[12, 12], [7, 7]]


def test_things_of_a_register_stand_in_one_unit_each_and_add_up(indicator):
    one = indicator("latest", "register", stock_adds_up=True)
    store(one, 2025, **{BAC_GIANG: 5, BAC_NINH: 11})
    assert values(one, UnitView.CURRENT) == {BAC_NINH: 16}
    assert national(one) == [16, 16]


@pytest.mark.parametrize("basis", ["register", "report"])
def test_a_stock_that_does_not_add_up_is_left_out_and_says_why(indicator, basis):
    one = indicator("latest", basis)
    store(one, 2024, **{BAC_GIANG: 5, OLD_BAC_NINH: 7, OLD_HA_NOI: 9, "VN": 13})
    store(one, 2025, **{BAC_GIANG: 5, OLD_BAC_NINH: 7, BAC_NINH: 6})
    found = shown(one, UnitView.CURRENT, 2024)
    assert (found[BAC_NINH].value, found[BAC_NINH].note) == (None, "does_not_add_up")
    assert found[BAC_NINH].note_text == "Không cộng được số của các đơn vị trước sắp xếp."
    assert (found[HA_NOI].value, found[HA_NOI].note) == (9, ""), "the same unit under a former id"
    assert values(one, UnitView.CURRENT, 2025) == {BAC_NINH: 6}
    assert national(one, 2024) == [13, 13]


def test_a_ratio_is_worked_out_from_its_sums(indicator):
    one = indicator("ratio")
    store(one, 2024, **{BAC_GIANG: (1, 4), OLD_BAC_NINH: (9, 10), "VN": (10, 14)})
    found = shown(one, UnitView.CURRENT, 2024)[BAC_NINH]
    assert (found.numerator, found.denominator) == (10, 14)
    assert round(found.value, 4) == Decimal("71.4286"), "not 57.5, the mean of 25 and 90"
    assert shown(one, UnitView.AS_REPORTED, 2024)[BAC_GIANG].value == 25
    assert national(one, 2024) == [found.value, found.value]


def test_a_ratio_with_nothing_below_the_line_is_no_figure(indicator):
    one = indicator("ratio")
    store(one, 2024, **{OLD_BAC_NINH: (9, 10)})
    IndicatorValue.objects.create(
        indicator=one, period=Period.objects.get(year=2024), unit_id=BAC_GIANG, basis="report", value=25,
        known_from=timezone.now(),
    )  # fmt: skip
    found = shown(one, UnitView.CURRENT, 2024)[BAC_NINH]
    assert (found.value, found.note) == (None, "no_denominator")
    assert national(one, 2024) == [None, None]


def test_the_database_keeps_what_the_rules_rest_on(indicator):
    one = indicator("sum", "register")
    with pytest.raises(IntegrityError, match="only_a_units_report_covers_predecessors"), transaction.atomic():
        store(one, 2025, **{BAC_NINH: 1}, covering=[BAC_NINH])
    Indicator.objects.filter(pk=one.pk).update(basis="report")
    one.refresh_from_db()
    with pytest.raises(IntegrityError, match="only_a_units_report_covers_predecessors"), transaction.atomic():
        store(one, 2025, VN=1, covering=["VN"])
    with pytest.raises(IntegrityError, match="numerator_with_denominator"), transaction.atomic():
        IndicatorValue.objects.create(
            indicator=one, period=Period.objects.get(year=2025), unit_id=BAC_NINH, basis="report", value=1,
            numerator=1, known_from=timezone.now(),
        )  # fmt: skip


def test_a_nation_that_is_not_its_units_is_found(indicator, capsys):
    one = indicator("sum")
    store(one, 2025, **{BAC_GIANG: 5, BAC_NINH: 20, "VN": 25}, covering=[BAC_NINH])
    assert [(found.view, found.national, found.units) for found in find_disagreements()] == [
        (UnitView.CURRENT, 25, 20),
        (UnitView.AS_REPORTED, 25, 20),
    ]
    with pytest.raises(SystemExit):
        call_command("check_figures")
    assert "TEST kỳ 2025 toàn quốc: đang lưu 25.0000, cộng các đơn vị (Đơn vị hiện nay) 20.0000" in (
        capsys.readouterr().out
    )


def test_a_nation_that_is_its_units_is_not(indicator, capsys):
    one = indicator("sum")
    store(one, 2025, **{BAC_GIANG: 5, BAC_NINH: 20, "VN": 20}, covering=[BAC_NINH])
    assert find_disagreements() == []
    call_command("check_figures")
    assert capsys.readouterr().out == "0 số lệch\n"
