"""MT5 counts enterprises, not records: branches with theirs, and only the kinds that its definition says."""

from datetime import date

import pytest

from apps.accounts.scope import UnitScope
from apps.enterprises.models import Enterprise
from apps.organisations.asked import UnitView
from apps.progress.figures import figures
from apps.progress.provenance import counted_rows
from apps.progress.services import find_differences, recompute
from apps.progress.sources import COUNTS
from apps.targets.models import Indicator, IndicatorDefinition, Period
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG
from tests.progress.reading import step_of

OLD_LAM_DONG = "VN-68-2008"
HEAD, OTHER = "0100000018", "0100000025"


def national(code: str = "MT5") -> dict[int, int]:
    found = figures(Indicator.objects.get(code=code), national=True)
    return {figure.year: int(figure.value) for figure in found}


def by_unit(year: int, code: str = "MT5") -> dict[str, int]:
    found = figures(Indicator.objects.get(code=code), view=UnitView.AS_REPORTED, year=year)
    return {figure.unit_id: int(figure.value) for figure in found if figure.unit_id}


@pytest.fixture
def record(enterprise, event):
    """record(code, day, unit): an enterprise of that code in force since that day in that unit."""

    def make(code: str, on: date, unit: str = BAC_NINH, *, form: str = "served", **fields) -> Enterprise:
        made = enterprise(unit, tax_code=code, **fields)
        event(on, unit, of=made, form=form)
        return made

    return make


def test_a_branch_counts_with_its_enterprise_once_in_the_country(record):
    record(f"{HEAD}-001", date(2023, 5, 1), BAC_GIANG)
    record(HEAD, date(2024, 5, 1), OLD_LAM_DONG)
    record(f"{HEAD}-002", date(2025, 9, 1), BAC_NINH)
    recompute()
    assert national() == {2023: 1, 2024: 1, 2025: 1, 2026: 1}
    assert by_unit(2026) == {BAC_GIANG: 1}
    assert find_differences() == []


def test_branches_of_an_enterprise_that_is_not_on_record_are_one(record):
    record(f"{HEAD}-001", date(2024, 5, 1), BAC_GIANG)
    record(f"{HEAD}-017", date(2026, 1, 5), BAC_NINH)
    record(f"{OTHER}-001", date(2026, 1, 5), BAC_NINH)
    recompute()
    assert national() == {2024: 1, 2025: 1, 2026: 2}


def test_households_are_told_apart_by_all_twelve_digits(record):
    household = {"ownership": Enterprise.Ownership.HOUSEHOLD}
    record("001099012345", date(2026, 1, 5), **household)
    record("001099012346", date(2026, 1, 5), **household)
    record("0010990123", date(2026, 1, 5))
    recompute()
    assert national()[2026] == 3


def test_in_each_form_a_branch_counts_with_its_enterprise_too(record, event):
    head = record(HEAD, date(2024, 5, 1), OLD_LAM_DONG, form="written")
    branch = record(f"{HEAD}-001", date(2025, 9, 1), BAC_NINH, form="served")
    event(date(2025, 10, 1), BAC_NINH, of=branch, form="written")
    event(date(2026, 1, 10), LAM_DONG, of=head, form="served")
    recompute()
    assert (national("MT5")[2026], national("MT5a")[2026], national("MT5b")[2026]) == (1, 1, 1)
    assert by_unit(2026, "MT5a") == {BAC_NINH: 1}
    assert by_unit(2026, "MT5b") == {OLD_LAM_DONG: 1}


def test_the_kinds_of_the_decision_are_told_beside_all_kinds(record):
    for number, kind in enumerate(Enterprise.Ownership.values):
        code = f"00109901234{number}" if kind == "household" else f"010000100{number}"
        record(code, date(2026, 1, 5), ownership=kind)
    recompute()
    assert national("MT5")[2026] == len(Enterprise.Ownership.values)
    assert national("MT5c")[2026] == 2
    kinds = IndicatorDefinition.objects.get(indicator__code="MT5", version=1).kinds
    assert set(kinds) == set(Enterprise.Ownership.values)


def test_a_later_definition_counts_its_kinds_from_its_day_on(record):
    mt5 = Indicator.objects.get(code="MT5")
    kinds = ["state", "private", "fdi", "cooperative"]
    IndicatorDefinition.objects.create(
        indicator=mt5, version=2, valid_from=date(2025, 12, 15), text="Không tính hộ kinh doanh.", kinds=kinds
    )
    household = {"ownership": Enterprise.Ownership.HOUSEHOLD}
    record("001099012345", date(2025, 12, 14), **household)
    record("001099012346", date(2025, 12, 15), **household)
    record(HEAD, date(2025, 12, 15))
    recompute()
    assert national() == {2025: 1, 2026: 2}


@pytest.mark.parametrize("code", sorted(COUNTS))
def test_every_figure_opens_to_its_rows(record, event, code):
    head = record(HEAD, date(2025, 12, 20), BAC_NINH, form="written")
    record(f"{HEAD}-001", date(2024, 5, 1), BAC_GIANG)
    record(f"{HEAD}-002", date(2026, 1, 7), LAM_DONG)
    record(OTHER, date(2026, 1, 7), LAM_DONG, ownership=Enterprise.Ownership.FOREIGN)
    event(date(2026, 2, 1), LAM_DONG, of=head, form="served")
    recompute()
    period = Period.objects.get(year=2026)
    everything = UnitScope(everything=True)
    for unit in (None, BAC_NINH, LAM_DONG):
        found = figures(Indicator.objects.get(code=code), unit=unit, national=unit is None, year=2026)
        step = step_of(code, period, unit=unit)
        assert step.total == (found[0].value if found else 0)
        assert step.previous + step.reached - step.repeated == step.total
        assert len(counted_rows(code, period, everything, unit=unit)) == step.rows
