"""Invented rows: the same each time, only possible things, and the shape that the pages are drawn for."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db.models import Count, F, Max, Min, Q, Sum

from apps.enterprises.models import (
    AssuranceProgramme,
    Enterprise,
    ManagingMinistry,
    PrioritySector,
    ProgrammeEvaluation,
    ProgrammeEvent,
    SupportActivity,
)
from apps.enterprises.tax_codes import clean_tax_code, has_valid_check_digit
from apps.labs.models import CalibrationAndMeasurementCapability, CmcStatus, DevelopedProduct, PlannedStandard
from apps.organisations.models import OrganisationUnit
from apps.plans.models import UnitPlan
from apps.progress.figures import figures
from apps.progress.provenance import nearly_counted
from apps.progress.services import find_differences
from apps.registers.checks import check_row
from apps.registers.declaration import registers
from apps.targets.models import Indicator, IndicatorValue, Period, PeriodClosing, UnitStatistic
from program996.demo import names
from program996.demo.beside import PER_SUPPORT
from program996.demo.dice import Dice
from program996.demo.enterprises import OWNERSHIP, Inventor
from program996.demo.places import REACH, WEIGHTS
from program996.demo.programmes import MARK
from program996.demo.years import FIRST_DAY, LAST_DAY, PACE
from program996.management.commands.load_demo import ENTERPRISES
from tests.demo.loaded.conftest import SMALL

pytestmark = pytest.mark.xdist_group("demo")
PROVINCES = OrganisationUnit.objects.filter(kind=OrganisationUnit.Kind.PROVINCE)


def national(indicator: str = "MT5") -> dict[int, int]:
    figures = IndicatorValue.objects.filter(indicator__code=indicator, unit=None, breakdown="", known_to=None)
    figures = figures.filter(basis=Indicator.Basis.REGISTER)
    return {year: int(value) for year, value in figures.values_list("period__year", "value")}


def test_another_seed_gives_other_rows():
    def invented(seed: int) -> list:
        return list(Inventor(seed).enterprises(100))

    assert invented(1) == invented(1) != invented(2)


def test_scale():
    assert Enterprise.objects.count() == SMALL
    assert 2.7 < ProgrammeEvent.objects.count() / SMALL < 3.4
    both = Enterprise.objects.annotate(forms=Count("programmes")).filter(forms=2).count()
    assert 0.05 < both / SMALL < 0.25
    assert set(AssuranceProgramme.objects.values_list("form", flat=True)) == set(AssuranceProgramme.Form.values)
    assert abs(sum(OWNERSHIP.values()) - 1) < 1e-9
    assert all(20 <= reach <= 65 for reach in REACH.values())
    assert len({prefix for prefix, _weight in WEIGHTS.values()}) == len(WEIGHTS) == 63


def test_figures_follow_from_the_facts_and_grow():
    figures = national()
    assert sorted(figures) == list(PACE)
    assert all(figures[year] < figures[year + 1] for year in range(2019, 2026))
    assert 0.88 * SMALL < figures[2026] < 0.96 * SMALL
    assert find_differences() == []


def test_cmcs_rise_and_fall_once_and_products_add_up():
    cmcs, products = national("MT2"), national("MT3")
    assert sorted(cmcs) == sorted(products) == list(PACE)
    assert [year for year in range(2020, 2027) if cmcs[year] < cmcs[year - 1]] == [2023]
    assert all(products[year] > products[year - 1] for year in range(2020, 2027))
    before = CmcStatus.objects.filter(status=CmcStatus.Status.PUBLISHED, happened_on__lt="2018-12-15")
    assert before.count() == Indicator.objects.get(code="MT2").baseline == 31
    for model in (CalibrationAndMeasurementCapability, CmcStatus, DevelopedProduct, PlannedStandard):
        assert not model.objects.exclude(note=MARK).exists()


def test_every_register_of_activities_has_rows_that_its_own_rules_take():
    for register in (one for one in registers() if one.model._meta.app_label == "activities"):
        rows = list(register.model.objects.all())
        assert rows
        assert {row.note for row in rows} == {MARK}
        for row in rows:
            check_row(register, row)
            assert row.unit.is_valid_on(getattr(row, register.counted_on)), row


def test_the_usual_size_gives_the_shape_the_pages_are_drawn_for():
    share = {year: figure / SMALL for year, figure in national().items()}
    assert share[2025] * ENTERPRISES == pytest.approx(38_450, rel=0.05)
    assert share[2026] * ENTERPRISES == pytest.approx(45_980, rel=0.05)


def test_both_readings_lie_within_the_whole():
    served, written, either = national("MT5a"), national("MT5b"), national("MT5")
    assert max(served[2026], written[2026]) < either[2026] < served[2026] + written[2026]


def test_every_event_lies_within_its_unit_and_the_programme():
    live_then = Q(unit__valid_from=None) | Q(unit__valid_from__lte=F("occurred_on"))
    live_then &= Q(unit__valid_to=None) | Q(unit__valid_to__gte=F("occurred_on"))
    assert not ProgrammeEvent.objects.exclude(live_then).exists()
    assert not ProgrammeEvent.objects.exclude(occurred_on__range=(FIRST_DAY, LAST_DAY)).exists()
    assert not ProgrammeEvent.objects.exclude(reported_by=F("unit")).exists()


def test_every_province_of_both_maps_and_every_year_has_events():
    assert set(ProgrammeEvent.objects.values_list("unit", flat=True)) == set(PROVINCES.values_list("id", flat=True))
    assert len(set(ProgrammeEvent.objects.values_list("unit", flat=True))) == 63 + 34
    years = set(ProgrammeEvent.objects.values_list("occurred_on__year", flat=True))
    assert years == set(range(2019, 2027))


def test_enterprise_is_where_its_latest_event_was():
    latest = ProgrammeEvent.objects.live().order_by("programme__enterprise", "-occurred_on", "-id")
    places: dict[int, list] = {}
    for enterprise, unit, day in latest.values_list("programme__enterprise", "unit", "occurred_on"):
        if day == places.setdefault(enterprise, [day])[0]:
            places[enterprise].append(unit)
    for pk, unit, day in Enterprise.objects.values_list("pk", "unit", "located_on"):
        assert day == places[pk][0]
        assert unit in places[pk][1:]


def test_stages_come_in_order():
    order = {stage: number for number, stage in enumerate(ProgrammeEvent.Stage.values)}
    last: dict[int, tuple] = {}
    events = ProgrammeEvent.objects.live().order_by("programme", "occurred_on", "id")
    for programme, stage, day in events.values_list("programme", "stage", "occurred_on"):
        before = last.get(programme)
        assert before is None or (before[0] < day and before[1] <= order[stage])
        last[programme] = (day, order[stage])


def test_all_kinds_of_stories_occur():
    in_force = Q(programmes__events__stage__in=ProgrammeEvent.IN_FORCE, programmes__events__withdrawn_at=None)
    enterprises = Enterprise.objects.annotate(used=Count("pk", filter=in_force))
    assert 0.04 < enterprises.filter(used=0).count() / SMALL < 0.12
    assert set(ProgrammeEvent.objects.values_list("stage", flat=True)) == set(ProgrammeEvent.Stage.values)
    withdrawn = ProgrammeEvent.objects.exclude(withdrawn_at=None)
    assert 0 < withdrawn.count() < SMALL * 0.02
    assert all(event.withdrawn_by_id and event.withdrawn_reason for event in withdrawn)
    assert ProgrammeEvent.objects.filter(note__startswith="Số liệu minh họa").exists()
    assert not Enterprise.objects.exclude(note="Số liệu minh họa").exists()


def test_some_move_to_another_province():
    follows = dict(PROVINCES.filter(successions__share__gt=0).values_list("id", "successions__successor"))
    territories: dict[int, set[str]] = {}
    for enterprise, unit in ProgrammeEvent.objects.values_list("programme__enterprise", "unit"):
        territories.setdefault(enterprise, set()).add(follows.get(unit, unit))
    moved = sum(len(units) > 1 for units in territories.values())
    assert 0 < moved < SMALL * 0.05


def test_tax_codes_are_right_unique_and_nobody_s():
    codes = list(Enterprise.objects.values_list("tax_code", "ownership"))
    for code, ownership in codes:
        assert clean_tax_code(code, ownership) == code
        assert has_valid_check_digit(code)
        household = ownership == Enterprise.Ownership.HOUSEHOLD
        assert (len(code) == 12) == household
        assert code.startswith("099") if household else code[2] == "9"
    assert len({code for code, _ownership in codes}) == SMALL
    assert {len(code) for code, _ownership in codes} == {10, 12, 14}


def test_industry_is_of_the_version_in_force_at_the_first_event():
    begun = Enterprise.objects.annotate(begun=Min("programmes__events__occurred_on")).select_related("industry")
    for enterprise in begun:
        industry = enterprise.industry
        assert industry.valid_from <= enterprise.begun <= (industry.valid_to or LAST_DAY)
        assert enterprise.industry_code == industry.code
    assert {enterprise.industry.version for enterprise in begun} == {"2018", "2025"}


def test_names_fit_their_kind_and_no_known_firm_is_called_so():
    starts = {ownership: tuple(forms) for ownership, forms in names.FORMS.items()}
    for name, ownership in Enterprise.objects.values_list("name", "ownership"):
        assert name.startswith(starts[ownership])
        assert not any(name.split(" – ")[0].endswith(real) for real in names.REAL)
    ownerships = Counter(Enterprise.objects.values_list("ownership", flat=True))
    assert set(ownerships) == set(Enterprise.Ownership.values)
    assert ownerships[Enterprise.Ownership.PRIVATE] > SMALL / 2


def test_active_enterprises_make_plausible_rates():
    active = UnitStatistic.objects.filter(code=UnitStatistic.Code.ACTIVE_ENTERPRISES)
    years = {unit: set() for unit in PROVINCES.values_list("id", flat=True)}
    for unit, year in active.values_list("unit", "year"):
        years[unit].add(year)
    old, new = set(range(2019, 2026)), {2025, 2026}
    assert all(seen == (old if unit.endswith("2008") else new) for unit, seen in years.items())
    assert set(active.values_list("source", flat=True)) == {"Số liệu minh họa"}
    present = active.filter(year=2025, unit__valid_to=None).aggregate(sum=Sum("value"))["sum"]
    gone = active.filter(year=2025).exclude(unit__valid_to=None).aggregate(sum=Sum("value"))["sum"]
    assert abs(present - gone) <= 63
    assert 30 < national()[2025] / float(present) * 1000 < 40


def test_reported_years_are_closed():
    """Each once, by two people, as known right after the first count; by a document that says it is invented."""
    assert [period.year for period in Period.objects.closed()] == list(range(2019, 2026))
    for closing in PeriodClosing.objects.select_related("period", "document"):
        first = IndicatorValue.objects.filter(period=closing.period).aggregate(Max("known_from"))["known_from__max"]
        assert first <= closing.as_of <= closing.closed_at
        assert closing.version == 1
        assert closing.prepared_by.memberships.get().role.name == "programme_officer"
        assert closing.closed_by.memberships.get().role.name == "programme_leader"
        assert "minh họa" in closing.document.title
        publication = closing.publications.get()
        assert (publication.is_illustrative, publication.document) == (True, closing.document)


def test_dice_keep_to_their_limits():
    dice = Dice(3)
    assert {dice.number(1, 3) for _ in range(200)} == {1, 2, 3}
    assert {dice.day(FIRST_DAY, FIRST_DAY + timedelta(days=1)) for _ in range(200)} == {
        FIRST_DAY,
        FIRST_DAY + timedelta(days=1),
    }


def test_plans_show_every_way_of_having_one():
    """Own, inherited and in part; some have run out, and Bắc Ninh inherits whatever the seed."""
    found = figures(Indicator.objects.get(code="MT7"), year=2026, breakdown="state")
    ways = {one.unit_id: one.breakdown for one in found if one.unit_id and one.numerator}
    assert set(ways.values()) == {"state=own", "state=inherited"}
    assert ways["VN-24-2025"] == "state=inherited"
    assert "VN-68-2025" in {one.unit_id for one in nearly_counted("MT7", Period.objects.get(year=2026))}
    assert UnitPlan.objects.filter(last_year__lt=2026).exists()
    assert UnitPlan.objects.exclude(note="Số liệu minh họa").count() == 0


def test_what_stands_beside_the_enterprises_is_marked_and_tells_something():
    assert SupportActivity.objects.count() == SMALL // PER_SUPPORT
    assert {*SupportActivity.Task.values} == {*SupportActivity.objects.values_list("task", flat=True)}
    for model in (SupportActivity, PrioritySector, ManagingMinistry, ProgrammeEvaluation):
        assert model.objects.exists()
        assert model.objects.exclude(note="Số liệu minh họa").count() == 0
    found = figures(Indicator.objects.get(code="MT5"), year=2026, national=True, breakdown="ministry")
    assert len([one for one in found if one.value]) > 3
    found = figures(Indicator.objects.get(code="MT5"), year=2026, national=True, breakdown="sector")
    told = {one.breakdown.partition(":")[2]: one.value for one in found}
    assert told.keys() == {"1", "2", "3", "4", ""}, "and outside the list"
    assert min(told.values()) > 0
