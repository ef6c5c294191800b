"""What is counted between two days: of a whole period the same as its stored figures, of any other what falls in it."""

from datetime import date

import pytest

from apps.enterprises.models import Enterprise
from apps.organisations.asked import UnitView
from apps.progress.services import recompute
from apps.progress.windows import Wanted, within_window
from apps.targets.models import Indicator, Period
from tests.conftest import BAC_GIANG, BAC_NINH
from tests.progress.reading import gains

pytestmark = pytest.mark.django_db
OWN = {"view": UnitView.AS_REPORTED}


@pytest.fixture
def facts(event):
    """Of Bắc Ninh three enterprises in 2026, one of them twice; one before; one of Bắc Giang, whose past it carries."""
    first = event(date(2026, 1, 10))
    event(date(2026, 5, 2), of=first.programme.enterprise, form="written")
    event(date(2026, 3, 31))
    state = event(date(2026, 4, 1))
    Enterprise.objects.filter(pk=state.programme.enterprise_id).update(ownership="state")
    event(date(2024, 6, 1))
    event(date(2025, 2, 1), unit=BAC_GIANG)


def counted(wanted, starts, ends, unit=BAC_NINH, **asked):
    return within_window(wanted, unit, starts, ends, **(OWN | asked))


def test_what_falls_in_the_window_is_counted_once(facts):
    quarter = counted([Wanted("MT5")], date(2026, 1, 1), date(2026, 3, 31))
    assert quarter == {("MT5", ""): 2}
    half = counted([Wanted("MT5"), Wanted("MT5b")], date(2026, 4, 1), date(2026, 6, 30))
    assert half == {("MT5", ""): 1, ("MT5b", ""): 1}
    years = counted([Wanted("MT5")], date(2023, 12, 15), date(2026, 12, 14))
    assert years == {("MT5", ""): 4}


def test_predecessors_count_where_the_report_is_of_the_whole(facts):
    asked = date(2024, 12, 15), date(2025, 12, 14)
    assert counted([Wanted("MT5")], *asked) == {}
    whole = counted([Wanted("MT5")], *asked, view=UnitView.CURRENT, on=date(2025, 12, 14))
    assert whole == {("MT5", ""): 1}


def test_parts_add_up_to_the_whole(facts):
    told = counted([Wanted("MT5"), Wanted("MT5", "ownership")], date(2026, 1, 1), date(2026, 12, 14))
    assert told == {("MT5", ""): 3, ("MT5", "ownership=private"): 2, ("MT5", "ownership=state"): 1}


def test_of_a_period_it_is_what_its_figures_say(facts):
    recompute(["MT5"])
    for period in Period.objects.filter(year__in=(2024, 2026)):
        told = counted([Wanted("MT5")], period.starts_on, period.ends_on)
        stored = {gain.unit.id: gain.new for gain in gains(Indicator.objects.get(code="MT5"), period.year)}
        assert told[("MT5", "")] == stored[BAC_NINH]


def test_every_indicator_can_be_asked_at_once(reference):
    codes = Indicator.objects.values_list("code", flat=True)
    assert counted(map(Wanted, codes), date(2026, 1, 1), date(2026, 3, 31)) == {}
