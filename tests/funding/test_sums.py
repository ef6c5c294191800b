"""Sums against a naive recount, in both unit views; what is missing; whose money a person sees."""

from collections import defaultdict
from decimal import Decimal
from random import Random

import pytest
from django.utils import timezone

from apps.funding.asked import FundingQuery
from apps.funding.rows import COUNTED
from apps.funding.selectors.cells import gap_of, lacking, own_cells
from apps.funding.selectors.sums import STAGES, sums_by_source, sums_by_unit
from apps.organisations.asked import UnitView
from apps.organisations.selectors import successor_shares
from apps.tasks.models import BudgetLine, PlanTask
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG
from tests.factories.funding import MILLION, BudgetLineFactory, give
from tests.factories.tasks import PlanTaskFactory

YEAR = timezone.localdate().year
LAST = YEAR - 1
LEADS = (BAC_GIANG, BAC_NINH, LAM_DONG, "VN-20-2008", "BCT", "BKHDT", "VMI")
SOURCES = ("local", "central_recurrent", "enterprise")


@pytest.fixture
def some(reference):
    """Money of forty tasks of merged and other units, with gaps where nobody has told."""
    dice = Random(7)
    states = sorted(COUNTED)
    for _number in range(40):
        state = dice.choice(states) if dice.random() < 0.8 else "proposed"
        task = PlanTaskFactory(lead_unit_id=dice.choice(LEADS), state=state, year=LAST)
        for year in (LAST, YEAR):
            for source in SOURCES:
                for stage in STAGES:
                    if dice.random() < 0.6:
                        amount = dice.choice((0, dice.randrange(1, 10**10)))
                        BudgetLineFactory(task=task, year=year, source=source, stage=stage, amount=amount)


def naive(view, key_of, group=None):
    """The same in Python, row by row: sums, and the units that lack a figure."""
    shares = successor_shares(timezone.localdate())
    cells = defaultdict(dict)
    for line in BudgetLine.objects.select_related("task__framework_item"):
        task = line.task
        if task.state in COUNTED and group in (None, task.framework_item.group_id):
            cells[task, line.year, line.source][line.stage] = line.amount
    sums, missing = defaultdict(Decimal), defaultdict(set)
    for (task, year, source), told in cells.items():
        home = task.lead_unit_id if task.route == "central" else task.approving_unit_id
        for unit, share in shares[home] if view == UnitView.CURRENT else [(home, Decimal(1))]:
            for stage in STAGES:
                for key in key_of(year, source, unit):
                    if stage in told:
                        sums[key, stage] += told[stage] * share
                    elif max(told.values()) > 0 and not (stage == "settled" and year >= YEAR):
                        missing[key, stage].add(unit)
    return sums, {key: len(units) for key, units in missing.items()}


def flat(found):
    """{(key, stage): value} and {(key, stage): lacking} of sums by key."""
    values = {(k, stage): one.amounts[stage] for k, one in found.items() for stage in STAGES}
    return (
        {key: amount.value for key, amount in values.items() if amount.value is not None},
        {key: amount.lacking for key, amount in values.items() if amount.lacking},
    )


@pytest.mark.parametrize("view", UnitView)
def test_sums_are_those_of_a_naive_recount(some, officer, view):
    query = FundingQuery.of_year(YEAR, view)
    by_source = sums_by_source(query, officer)
    found = {(year, source): one for year, rows in by_source.items() for source, one in rows.items()}
    assert flat(found) == naive(view, lambda year, source, unit: [(year, source), (year, "")])
    units, whole = sums_by_unit(query, officer, years=[LAST, YEAR])
    found = {(year, unit): one.sums for year, rows in units.items() for unit, one in rows.items()}
    assert flat(found) == naive(view, lambda year, source, unit: [(year, unit)])
    assert whole == {year: by_source[year][""] for year in (LAST, YEAR)}


def test_both_views_hold_the_same_money_and_todays_has_todays_units(some, officer):
    views = {view: sums_by_unit(FundingQuery.of_year(LAST, view), officer, years=[LAST]) for view in UnitView}
    (current, whole), (reported, as_reported) = views[UnitView.CURRENT], views[UnitView.AS_REPORTED]
    assert {stage: a.value for stage, a in whole[LAST].amounts.items()} == {
        stage: a.value for stage, a in as_reported[LAST].amounts.items()
    }
    assert BAC_GIANG in reported[LAST]
    assert BAC_GIANG not in current[LAST]
    together = [reported[LAST][unit].sums.planned.value for unit in (BAC_GIANG, BAC_NINH) if unit in reported[LAST]]
    assert current[LAST][BAC_NINH].sums.planned.value == sum(together)


def test_a_sum_with_missing_parts_is_a_minimum_and_blank_is_not_zero(officer):
    give(PlanTaskFactory(state="in_progress"), YEAR, planned=100, disbursed=40)
    give(PlanTaskFactory(state="in_progress", lead_unit_id=LAM_DONG), YEAR, planned=50)
    give(PlanTaskFactory(state="in_progress", lead_unit_id="BCT"), YEAR, planned=0, allocated=0)
    sums = sums_by_source(FundingQuery.of_year(YEAR), officer)[YEAR][""]
    assert (sums.disbursed.value, sums.disbursed.lacking, sums.disbursed.is_least) == (40 * MILLION, 1, True)
    assert sums.rate == Decimal(4000) / 150
    assert (sums.allocated.value, sums.allocated.lacking) == (0, 2)
    assert (sums.settled.value, sums.settled.lacking) == (None, 0)  # its time has not come
    assert lacking(own_cells(officer), "disbursed").get().task.lead_unit_id == LAM_DONG


def test_a_gap_is_known_only_where_somebody_told_what_was_given(officer):
    task = PlanTaskFactory(state="approved")
    give(task, YEAR, planned=100, allocated=70)
    give(task, YEAR, "enterprise", planned=20, allocated=25)
    give(task, YEAR, "other", planned=30)
    give(PlanTaskFactory(state="terminated"), YEAR, planned=9, allocated=0)
    give(PlanTaskFactory(state="appraised"), YEAR, planned=9)
    assert gap_of(own_cells(officer).filter(year=YEAR)) == (30 * MILLION, 1, 1)


def test_people_of_a_unit_see_its_money_and_not_what_they_only_take_part_in(people, so):
    own = give(PlanTaskFactory(state="in_progress", lead_unit_id=so.pk), YEAR, planned=1)
    other = give(PlanTaskFactory(state="in_progress", lead_unit_id=LAM_DONG), YEAR, planned=2)
    other.participations.create(unit_id=BAC_NINH)
    query = FundingQuery.of_year(YEAR)
    for user in (people.officer_of_so, people.editor_of_province, people.reader_of_province):
        assert PlanTask.objects.visible_to(user).count() == 2
        units, _whole = sums_by_unit(query, user, years=[YEAR])
        assert {unit: one.sums.planned.value for unit, one in units[YEAR].items()} == {BAC_NINH: 1 * MILLION}
        assert [cell.task for cell in own_cells(user)] == [own]
    units, _whole = sums_by_unit(query, people.leader, years=[YEAR])
    assert set(units[YEAR]) == {BAC_NINH, LAM_DONG}
