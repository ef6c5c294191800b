"""Units in time: names and succession."""

from collections import defaultdict
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.organisations.models import OrganisationUnit, Succession
from apps.organisations.selectors import (
    current_units,
    predecessors_of,
    successor_shares,
    unit_labels,
)
from tests.examples import examples
from tests.factories.organisations import OrganisationUnitFactory, SuccessionFactory

Kind = OrganisationUnit.Kind


def ids(units) -> list[str]:
    return sorted(unit.pk for unit in units)


@pytest.mark.parametrize(
    "day, provinces",
    [(date(2019, 1, 1), 63), (date(2025, 6, 30), 63), (date(2025, 7, 1), 34), (date(2026, 11, 20), 34)],
)
def test_valid_on_counts_the_map_of_the_day(reference, day, provinces):
    assert OrganisationUnit.objects.filter(kind=Kind.PROVINCE).valid_on(day).count() == provinces


def test_valid_on_counts_the_government_of_the_day(reference):
    kinds = (Kind.MINISTRY, Kind.MINISTERIAL_AGENCY, Kind.GOVERNMENT_AGENCY)
    for day, counts in ((date(2025, 2, 28), (18, 4, 8)), (date(2025, 3, 1), (14, 3, 5))):
        assert tuple(OrganisationUnit.objects.filter(kind=kind).valid_on(day).count() for kind in kinds) == counts


@pytest.mark.parametrize(
    "unit, day, name",
    [
        ("VN-75-2025", date(2026, 4, 29), "Tỉnh Đồng Nai"),
        ("VN-75-2025", date(2026, 4, 30), "Thành phố Đồng Nai"),
        ("VN-22-2025", date(2026, 8, 31), "Tỉnh Quảng Ninh"),
        ("VN-22-2025", date(2026, 9, 1), "Thành phố Quảng Ninh"),
        ("VN-24-2025", date(2026, 9, 19), "Tỉnh Bắc Ninh"),
        ("VN-24-2025", date(2026, 9, 20), "Thành phố Bắc Ninh"),
        ("VN-46-2008", date(2024, 12, 31), "Tỉnh Thừa Thiên Huế"),
        ("VN-46-2008", date(2025, 1, 1), "Thành phố Huế"),
        ("VN-46-2008", date(2026, 11, 20), "Thành phố Huế"),  # after its end: its last name
        ("VN-46-2008", date(2000, 1, 1), "Tỉnh Thừa Thiên Huế"),  # before the first known one: the first
        ("BKHCN", date(2000, 1, 1), "Bộ Khoa học và Công nghệ"),
    ],
)
def test_name_on(reference, unit, day, name):
    assert OrganisationUnit.objects.get(pk=unit).name_on(day).name == name


def test_names_are_those_of_the_day(reference):
    hue = OrganisationUnit.objects.filter(pk="VN-46-2008")
    assert hue.with_names(date(2024, 1, 1)).get().short_name == "Thừa Thiên Huế"
    labels = unit_labels()
    assert labels["VN-46-2008"].short_name == "Huế"
    assert labels["VN-24-2025"].full_name == "Thành phố Bắc Ninh"
    assert labels["UBTDC"].short_name == "Ủy ban TĐC"
    by_name = sorted((labels["VN-48-2025"], labels["VN-66-2025"], labels["VN-79-2025"]), key=lambda label: label.sort)
    assert [label.short_name for label in by_name] == ["Đà Nẵng", "Đắk Lắk", "TP. Hồ Chí Minh"]


def test_current_units_follow_the_merger(reference):
    assert ids(current_units("VN-24-2008", on=date(2025, 6, 30))) == ["VN-24-2008"]
    assert ids(current_units("VN-24-2008", on=date(2025, 7, 1))) == ["VN-24-2025"]
    assert ids(current_units(OrganisationUnit.objects.get(pk="VN-27-2008"), on=date(2026, 1, 1))) == ["VN-24-2025"]


@pytest.mark.parametrize(
    "unit, successors",
    [
        ("BTTTT", ["BKHCN"]),  # press and cyber security went elsewhere, its past did not
        ("BLDTBXH", ["BNV"]),
        ("BNV", ["BNV"]),
        ("TCTDC", ["UBTDC"]),
        ("DP", ["DMST"]),  # by way of the department that followed in 2023
        ("VCCI-1963", ["VCCI"]),
    ],
)
def test_current_units_of_ministries_and_departments(reference, unit, successors):
    assert ids(current_units(unit, on=date(2026, 1, 1))) == successors


@given(day=st.dates(date(2018, 1, 1), date(2031, 1, 1)))
@settings(max_examples=examples(10), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_shares_of_every_unit_sum_to_one_on_any_day(reference, day):
    windows = {unit.pk: (unit.valid_from, unit.valid_to) for unit in OrganisationUnit.objects.all()}
    shares = successor_shares(day)
    assert set(shares) == set(windows)
    for origin, parts in shares.items():
        assert sum(share for _unit, share in parts) == 1, origin
        assert all(covers(windows[unit], day) for unit, _share in parts) or not started(windows[origin], day)


def covers(window: tuple[date | None, date | None], day: date) -> bool:
    return started(window, day) and (window[1] is None or day <= window[1])


def started(window: tuple[date | None, date | None], day: date) -> bool:
    return window[0] is None or window[0] <= day


def test_split_unit_is_shared_out(db):
    old, left, right, later = OrganisationUnitFactory.create_batch(4)
    split = {"predecessor": old, "relation": Succession.Relation.SPLIT}
    SuccessionFactory(successor=left, share="0.6", **split)
    SuccessionFactory(successor=right, share="0.4", **split)
    SuccessionFactory(predecessor=right, successor=later, effective_on=date(2026, 7, 1))
    shares = {unit: float(share) for unit, share in successor_shares(date(2026, 7, 1))[old.pk]}
    assert shares == {left.pk: 0.6, later.pk: 0.4}


def test_unit_that_comes_by_two_ways_is_counted_once(db):
    old, left, right, both = OrganisationUnitFactory.create_batch(4)
    for half in (left, right):
        SuccessionFactory(predecessor=old, successor=half, share="0.5", relation=Succession.Relation.SPLIT)
        SuccessionFactory(predecessor=half, successor=both, effective_on=date(2026, 7, 1))
    assert [(unit, float(share)) for unit, share in successor_shares(date(2026, 7, 1))[old.pk]] == [(both.pk, 1.0)]


def test_predecessors_are_nearest_first_and_leave_functions_out(reference):
    assert predecessors_of("VN-24-2025") == ["VN-24-2008", "VN-27-2008"]
    assert predecessors_of("DMST") == ["PTCNDMST", "UDCN", "DP"]
    assert predecessors_of("BCA") == []
    assert predecessors_of("VN-24-2008") == []


def test_every_province_of_the_old_map_has_one_successor(reference):
    followed = defaultdict(list)
    for succession in Succession.objects.filter(predecessor__kind=Kind.PROVINCE):
        followed[succession.predecessor_id].append(succession.successor_id)
    assert len(followed) == 63
    assert all(len(successors) == 1 for successors in followed.values())
