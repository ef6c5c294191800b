"""MT7: which units have a plan on the last day of a period, own or inherited, of how many."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from django.core.management import call_command
from django.utils import timezone

from apps.organisations.asked import UnitView
from apps.organisations.models import OrganisationUnit, Succession
from apps.plans.models import UnitPlan
from apps.progress.agreement import find_disagreements
from apps.progress.figures import figures
from apps.progress.provenance import behind_figure, counted_rows, nearly_counted
from apps.progress.services import find_differences, recompute
from apps.targets.models import Indicator, Period
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG
from tests.plans.conftest import EARLY
from tests.progress.test_counting import EVERYTHING

OLD_BAC_NINH, OLD_LAM_DONG, BINH_THUAN, DAK_NONG = "VN-27-2008", "VN-68-2008", "VN-60-2008", "VN-67-2008"
OLD_HA_NOI, HA_NOI = "VN-01-2008", "VN-01-2025"
pytestmark = pytest.mark.django_db


def counted(year: int, unit: str | None = None, view: UnitView = UnitView.AS_REPORTED) -> tuple[int, int] | None:
    found = figures(Indicator.objects.get(code="MT7"), view=view, year=year, unit=unit, national=unit is None)
    return (found[0].numerator, found[0].denominator) if found else None


def states(year: int, view: UnitView = UnitView.AS_REPORTED) -> dict[str, str]:
    """The units of the numerator, each with how it comes to be there."""
    found = figures(Indicator.objects.get(code="MT7"), view=view, year=year, breakdown="state")
    return {one.unit_id: one.breakdown.partition("=")[2] for one in found if one.unit_id and one.numerator}


def lacking(year: int) -> dict[str, list[str]]:
    return {one.unit_id: one.lacks for one in nearly_counted("MT7", Period.objects.get(year=year))}


def test_without_a_plan_there_is_no_figure_and_before_the_first_none(plan):
    recompute(["MT7"])
    assert [counted(year) for year in (2019, 2026)] == [None, None]
    one = plan(OLD_HA_NOI, date(2021, 8, 30), 2021)
    recompute(["MT7"])
    assert [counted(year) for year in (2020, 2021)] == [None, (1, 93)]
    UnitPlan.objects.filter(pk=one.pk).delete()
    recompute(["MT7"])
    assert counted(2021) is None


def test_the_denominator_is_of_the_last_day_of_the_period(plan):
    Period.objects.filter(year=2025).update(ends_on=date(2025, 5, 31))
    Period.objects.filter(year=2026).update(starts_on=date(2025, 6, 1))
    plan(OLD_HA_NOI)
    recompute(["MT7"])
    assert [counted(year) for year in (2024, 2025, 2026)] == [(1, 93), (1, 85), (1, 56)]
    assert behind_figure("MT7", Period.objects.get(year=2025), EVERYTHING).below.total == 85


@pytest.mark.parametrize(
    ("given", "years"),
    [
        ({"last": 2022}, [2020, 2021, 2022]),
        ({"first": 2021, "last": 2022}, [2021, 2022]),
        ({"issued_on": date(2020, 12, 14), "last": 2021}, [2020, 2021]),
        ({"issued_on": date(2020, 12, 15), "last": 2021}, [2021]),
        ({"ended_on": date(2022, 12, 14)}, [2020, 2021]),
        ({"ended_on": date(2022, 12, 15)}, [2020, 2021, 2022]),
        ({"withdrawn_reason": "Nhập nhầm", "withdrawn_at": timezone.now()}, []),
    ],
    ids=lambda one: "-".join(one) if isinstance(one, dict) else "",
)
def test_a_plan_counts_within_its_years_from_its_issue_to_its_end(plan, by, given, years):
    plan("BCT", **given | ({"withdrawn_by": by} if "withdrawn_at" in given else {}))
    recompute(["MT7"])
    assert [year for year in range(2019, 2027) if states(year) == {"BCT": "own"}] == years
    assert find_disagreements() == []


def test_two_plans_of_a_unit_are_one_unit(plan):
    first, second = plan("BCT", last=2022), plan("BCT", date(2021, 5, 4), 2021)
    recompute(["MT7"])
    assert [counted(year) for year in (2022, 2023)] == [(1, 93), (1, 93)]
    rows = {year: counted_rows("MT7", Period.objects.get(year=year), EVERYTHING) for year in (2022, 2023)}
    assert [(row.row_id, row.share) for row in rows[2022]] == [(first.pk, 1)]
    assert [(row.row_id, row.share) for row in rows[2023]] == [(second.pk, 1)]


def test_who_follows_units_with_plans_inherits_until_it_begins_its_own(plan):
    made = [plan(BAC_GIANG, date(2021, 8, 30), 2021), plan(OLD_BAC_NINH)]
    recompute(["MT7"])
    assert states(2024) == {BAC_GIANG: "own", OLD_BAC_NINH: "own"}
    assert states(2025) == states(2026) == {BAC_NINH: "inherited"}
    rows = counted_rows("MT7", Period.objects.get(year=2025), EVERYTHING)
    assert {(row.row_id, row.unit_id, row.share) for row in rows} == {(one.pk, BAC_NINH, 0.5) for one in made}
    assert {row.day for row in rows} == {date(2025, 7, 1)}
    plan(BAC_NINH, date(2025, 8, 28), 2026)  # as 48/KH-UBND: issued in 2025 for the years after
    recompute(["MT7"])
    assert states(2025) == {BAC_NINH: "inherited"}
    assert states(2026) == {BAC_NINH: "own"}
    UnitPlan.objects.filter(unit=BAC_NINH).update(ended_on=date(2026, 5, 1))
    recompute(["MT7"])
    assert states(2026) == {}, "once it has begun its own it inherits no more"


def test_both_views_have_the_predecessors_before_the_merger_and_the_successor_after(plan):
    plan(BAC_GIANG)
    recompute(["MT7"])
    assert [counted(2024, unit) for unit in (BAC_GIANG, OLD_BAC_NINH, BAC_NINH)] == [(1, 1), (0, 1), None]
    assert counted(2024, BAC_NINH, UnitView.CURRENT) == (1, 2)
    assert [counted(2025, unit) for unit in (BAC_GIANG, BAC_NINH)] == [None, (0, 1)]
    assert counted(2025, BAC_NINH, UnitView.CURRENT) == (0, 1)
    plan(OLD_BAC_NINH)
    recompute(["MT7"])
    assert counted(2024, BAC_NINH, UnitView.CURRENT) == (2, 2)
    for view in UnitView:
        assert counted(2025, BAC_NINH, view) == (1, 1)
        assert [counted(year, view=view) for year in (2024, 2025)] == [(2, 93), (1, 56)]
    assert find_disagreements() == []


@pytest.mark.parametrize(
    "spoiled",
    [
        {"issued_on": date(2025, 7, 1)},  # not before it ended, whatever the paper says
        {"last": 2024},
        {"ended_on": date(2025, 3, 1)},
        {"ended_on": date(2025, 12, 1)},  # in force at the merger, not on the period's last day
    ],
    ids=lambda one: next(iter(one.items()))[0],
)
def test_a_plan_is_inherited_that_was_in_force_at_the_end_and_still_is(plan, spoiled):
    plan(OLD_LAM_DONG)
    plan(BINH_THUAN)
    plan(DAK_NONG, **spoiled)
    recompute(["MT7"])
    assert states(2025) == {}
    assert lacking(2025) == {LAM_DONG: [DAK_NONG]}
    assert lacking(2024) == {}


def test_three_of_three_inherit_and_their_shares_are_one(plan):
    for unit in (OLD_LAM_DONG, BINH_THUAN, DAK_NONG):
        plan(unit)
    recompute(["MT7"])
    assert states(2025) == {LAM_DONG: "inherited"}
    step = behind_figure("MT7", Period.objects.get(year=2025), EVERYTHING).step
    assert (step.previous, step.reached, step.repeated, step.total, step.rows) == (3, 1, 3, 1, 3)


def test_the_same_unit_under_another_id_has_its_own(plan):
    plan(OLD_HA_NOI)
    recompute(["MT7"])
    assert [states(2024), states(2025)] == [{OLD_HA_NOI: "own"}, {HA_NOI: "own"}]
    assert counted(2025, HA_NOI, UnitView.CURRENT) == (1, 1)


def test_ministries_of_march_2025(plan):
    """Bộ Nông nghiệp và Môi trường is made of two; Bộ Tài chính was there and took others in."""
    for unit in ("BNNPTNT", "BTNMT", "BKHDT", "BGTVT", "BXD"):
        plan(unit)
    recompute(["MT7"])
    assert states(2025) == {"BNNMT": "inherited", "BXD": "own"}
    assert lacking(2025) == {"BTC": ["BHXHVN", "BTC", "UBQLV"]}, "its own part has none either"
    plan("BTC", date(2025, 4, 1), 2025)
    recompute(["MT7"])
    assert states(2025) == {"BNNMT": "inherited", "BXD": "own", "BTC": "own"}
    assert find_disagreements() == []


def made_of(unit: str, day: date, relation: str, *sources: str, share: str = "1") -> None:
    OrganisationUnit.objects.create(id=unit, slug=unit.lower(), kind="province", valid_from=day)
    for source in sources:
        OrganisationUnit.objects.filter(pk=source).update(valid_to=day - timedelta(days=1))
        Succession.objects.create(
            predecessor_id=source, successor_id=unit, effective_on=day, relation=relation, share=share
        )


def test_inheritance_goes_on_through_a_chain_and_over_a_split(plan):
    units = (BAC_GIANG, OLD_BAC_NINH, OLD_LAM_DONG, BINH_THUAN, DAK_NONG)
    for unit in units:
        plan(unit)
    made_of("AB", date(2026, 3, 1), "merged", BAC_NINH, LAM_DONG)
    made_of("C1", date(2026, 3, 1), "split", OLD_HA_NOI.replace("2008", "2025"), share="0.6")
    made_of("C2", date(2026, 3, 1), "split", HA_NOI, share="0.4")
    plan(OLD_HA_NOI)
    recompute(["MT7"])
    assert states(2025) == {BAC_NINH: "inherited", LAM_DONG: "inherited", HA_NOI: "own"}
    assert states(2026) == {"AB": "inherited", "C1": "inherited", "C2": "inherited"}
    rows = counted_rows("MT7", Period.objects.get(year=2026), EVERYTHING)
    assert sum(row.share for row in rows) == 3
    assert [row.share for row in rows if row.unit_id == "AB"] == [Decimal("0.2")] * 5
    UnitPlan.objects.filter(unit=DAK_NONG).update(last_year=2025)
    recompute(["MT7"])
    assert states(2026) == {"C1": "inherited", "C2": "inherited"}
    assert lacking(2026) == {"AB": [DAK_NONG]}
    assert find_disagreements() == []
    call_command("check_figures")


# --- against the definition in plain Python ---------------------------------------------------------------------------


class ByHand:
    """The definition, read unit by unit and day by day."""

    def __init__(self) -> None:
        self.units = {one.pk: one for one in OrganisationUnit.objects.reporting()}
        self.links = list(Succession.objects.filter(share__gt=0))
        self.plans = list(UnitPlan.objects.live())

    def selves(self, unit: str) -> set[str]:
        same = [one for one in self.links if one.successor_id == unit and one.relation in ("unchanged", "renamed")]
        return {unit}.union(*(self.selves(one.predecessor_id) for one in same))

    def has(self, unit: str, until: date, day: date) -> bool:
        return any(
            one.unit_id in self.selves(unit)
            and all(one.issued_on <= at and one.first_year <= at.year <= one.last_year for at in (until, day))
            and (one.ended_on is None or one.ended_on > day)
            for one in self.plans
        )

    def holds(self, unit: str, until: date, day: date) -> tuple[bool, bool]:
        """Whether it has one or inherits all, and whether it has or inherits any."""
        if self.has(unit, until, day):
            return True, True
        selves = self.selves(unit)
        begun = [one for one in self.plans if one.unit_id in selves and one.issued_on <= until]
        past = [
            one
            for one in self.links
            if one.successor_id in selves and one.effective_on <= until and one.predecessor_id not in selves
        ]
        if not past or any(date(one.first_year, 1, 1) <= until for one in begun):
            return False, False
        held = [self.holds(one.predecessor_id, one.effective_on - timedelta(days=1), day) for one in past]
        first = min(one.effective_on for one in past)
        is_older = any(self.units[one].valid_from is None or self.units[one].valid_from < first for one in selves)
        return all(whole for whole, _any in held) and not is_older, any(some for _whole, some in held)

    def states(self, day: date) -> tuple[dict[str, str], set[str]]:
        found, partly = {}, set()
        for unit in (one.pk for one in self.units.values() if one.is_valid_on(day)):
            whole, some = self.holds(unit, day, day)
            if whole:
                found[unit] = "own" if self.has(unit, day, day) else "inherited"
            elif some:
                partly.add(unit)
        return found, partly


@pytest.mark.parametrize("seed", [996, 82, 510])
def test_figures_are_those_of_the_definition(plan, by, seed):
    chance = Random(seed)
    gone = {"withdrawn_at": timezone.now(), "withdrawn_by": by, "withdrawn_reason": "Nhập nhầm"}
    for unit in OrganisationUnit.objects.reporting().order_by("pk"):
        young = unit.valid_from is not None and unit.valid_from > EARLY
        for _turn in range(chance.choice([0, 0, 0, 1] if young else [0, 1, 1, 1, 1, 2])):
            last = unit.valid_to or date(2026, 11, 1)
            issued = EARLY + timedelta(days=chance.randrange((last - EARLY).days))
            begins = issued.year + chance.choice([0, 0, 0, 1])
            ended = issued + timedelta(days=chance.randrange(1, 2500)) if chance.random() < 0.1 else None
            given = gone if chance.random() < 0.1 else {}
            plan(unit.pk, issued, begins, begins + chance.randrange(2, 9), ended_on=ended, **given)
    recompute(["MT7"])
    hand = ByHand()
    for period in Period.objects.begun():
        if counted(period.year) is None:
            continue
        wanted, partly = hand.states(period.ends_on)
        assert states(period.year) == wanted
        assert set(lacking(period.year)) == partly
        of = sum(one.is_valid_on(period.ends_on) for one in hand.units.values())
        assert {counted(period.year, view=view) for view in UnitView} == {(len(wanted), of)}
        behind = behind_figure("MT7", period, EVERYTHING)
        assert (behind.step.total, behind.below.total) == (len(wanted), of)
        assert sum(row.share for row in counted_rows("MT7", period, EVERYTHING)) == len(wanted)
    assert {"own", "inherited"} == set(states(2026).values())
    assert lacking(2026)
    assert find_disagreements() == []
    assert find_differences(["MT7"]) == []
