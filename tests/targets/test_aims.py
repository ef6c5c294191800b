"""By which target a unit is judged: a table of cases."""

from datetime import date
from decimal import Decimal

import pytest

from apps.organisations.asked import UnitView
from apps.organisations.models import OrganisationUnit, Succession
from apps.targets.aims import Origin, UnitAims
from apps.targets.models import Indicator, Target
from tests.factories.closings import document
from tests.factories.organisations import OrganisationUnitFactory, SuccessionFactory

pytestmark = pytest.mark.django_db
A, B, C, NEW, PART = "DV-A", "DV-B", "DV-C", "DV-MOI", "DV-PHAN"


def unit(pk: str, **given) -> OrganisationUnit:
    return OrganisationUnitFactory(id=pk, slug=pk.lower(), **given)


@pytest.fixture
def five(reference) -> Indicator:
    return Indicator.objects.get(code="MT5")


@pytest.fixture
def merged(reference) -> None:
    """Three provinces became one on 1 July 2025."""
    new = unit(NEW, valid_from=date(2025, 7, 1))
    for pk in (A, B, C):
        SuccessionFactory(predecessor=unit(pk, valid_to=date(2025, 6, 30)), successor=new)


def give(indicator: Indicator, where: str, value: int, year: int = 2025, version: int = 1) -> Target:
    return Target.objects.create(
        indicator=indicator, unit_id=where, year=year, value=value, version=version, legal_basis=document()
    )


def told(indicator: Indicator, where: str, year: int = 2025, view: UnitView = UnitView.CURRENT):
    aim = UnitAims(view).of(where, indicator).get(year)
    return (aim.origin, aim.value and int(aim.value)) if aim else (Origin.NONE, None)


CASES = {
    "its own": ([(NEW, 900)], (Origin.OWN, 900)),
    "inherited from three": ([(A, 520), (B, 410), (C, 230)], (Origin.INHERITED, 1160)),
    "one of the three had none": ([(A, 520), (B, 410)], (Origin.NONE, None)),
    "its own before what it would inherit": ([(A, 520), (B, 410), (C, 230), (NEW, 7)], (Origin.OWN, 7)),
    "none": ([], (Origin.NONE, None)),
}


@pytest.mark.parametrize("case", CASES)
def test_whose_target_it_is(five, merged, case):
    given, wanted = CASES[case]
    for where, value in given:
        give(five, where, value)
    assert told(five, NEW) == wanted


def test_what_is_inherited_says_its_parts_and_acts(five, merged):
    for where, value in ((A, 520), (B, 410), (C, 230)):
        give(five, where, value)
    aim = UnitAims().of(NEW, five)[2025]
    assert aim.words == "Kế thừa: Đơn vị DV-A 520 + Đơn vị DV-B 410 + Đơn vị DV-C 230"
    assert aim.basis == (document().number,)


def test_who_lacks_one_is_named(five, merged):
    give(five, A, 520)
    aim = UnitAims().of(NEW, five)[2025]
    assert aim.lacking == (B, C)
    assert "Đơn vị DV-B, Đơn vị DV-C chưa được giao" in aim.words


def test_a_part_of_a_unit_that_was_split_inherits_its_share(five):
    whole = unit(A, valid_to=date(2025, 6, 30))
    for pk, share in ((NEW, "0.6"), (PART, "0.4")):
        part = unit(pk, valid_from=date(2025, 7, 1))
        relation = Succession.Relation.SPLIT
        SuccessionFactory(predecessor=whole, successor=part, relation=relation, share=Decimal(share))
    give(five, A, 100)
    assert told(five, NEW) == (Origin.INHERITED, 60)
    assert told(five, PART) == (Origin.INHERITED, 40)


def test_the_latest_version_counts(five, merged):
    give(five, NEW, 900)
    give(five, NEW, 700, version=2)
    assert told(five, NEW) == (Origin.OWN, 700)


def test_each_year_for_itself(five, merged):
    for where in (A, B, C):
        give(five, where, 100)
    give(five, NEW, 1000, 2030)
    assert told(five, NEW, 2025) == (Origin.INHERITED, 300)
    assert told(five, NEW, 2030) == (Origin.OWN, 1000)
    assert told(five, A, 2030) == (Origin.NONE, None)


def test_units_of_the_report_have_only_what_they_were_given(five, merged):
    for where in (A, B, C):
        give(five, where, 100)
    assert told(five, NEW, view=UnitView.AS_REPORTED) == (Origin.NONE, None)
    assert told(five, A, view=UnitView.AS_REPORTED) == (Origin.OWN, 100)


def test_who_was_there_before_adds_what_it_took_in(five):
    """Its target of then is of its own land alone; without one the sum would have a hole."""
    old = unit(NEW, valid_from=date(2008, 1, 1))
    SuccessionFactory(predecessor=unit(A, valid_to=date(2025, 6, 30)), successor=old)
    give(five, A, 100)
    assert told(five, NEW) == (Origin.NONE, None)
    act = document("1/QĐ-CU")
    act.issued_on = date(2021, 1, 1)
    act.save()
    Target.objects.create(indicator=five, unit=old, year=2025, value=50, legal_basis=act)
    assert told(five, NEW) == (Origin.INHERITED, 150)


def test_a_rate_is_not_added(merged):
    seven = Indicator.objects.get(code="MT7")
    for where in (A, B, C):
        give(seven, where, 100)
    assert told(seven, NEW) == (Origin.NONE, None)
