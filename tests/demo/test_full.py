"""The full load in small: two of its periods, a few of its units, its clock."""

from collections.abc import Iterator
from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from apps.core import clock
from apps.progress.services import find_differences, recompute
from apps.reports.checking import problems_of, rules_of
from apps.reports.models import AnnualReport, FormVersion, ReportedValue, ReportingRound, Submission
from apps.reports.moving import State
from apps.reports.selectors.filled import entries_of
from apps.reports.selectors.series import number_in, years_before
from apps.targets.models import AcceptedValue, IndicatorValue
from program996.demo import accounts
from program996.demo.dice import Dice
from program996.demo.enterprises import load_enterprises
from program996.demo.focal import load_focal_units
from program996.demo.forms import SECTION, enlarge_forms
from program996.demo.programmes import MARK
from program996.demo.registers import load_registers
from program996.demo.reports import People, load_reports
from program996.demo.statistics import close_periods
from program996.demo.years import FULL
from tests.agreement import disagreements

pytestmark = pytest.mark.xdist_group("demo")
UNITS = frozenset({"VN-24-2025", "VN-68-2025", "VN-01-2025", "BCT", "BYT", "BTC"})
KINDS = ("MT2", "MT4", "MT5", "MT7")  # one of each way of adding
EVERY = [pytest.param(KINDS, id="kinds"), pytest.param((), id="all", marks=pytest.mark.thorough)]
SMALL = replace(FULL, closed=range(2029, 2030), units=UNITS)


@pytest.fixture(scope="module", autouse=True)
def loaded(django_db_setup, django_db_blocker) -> Iterator[int]:
    """How many reports; all of it in a transaction that is undone."""
    with django_db_blocker.unblock(), transaction.atomic(), clock.ahead((FULL.day - timezone.localdate()).days):
        load_focal_units()
        accounts.set_keys()
        load_enterprises(996, 200, withdrawn_by=accounts.keeper(), cycle=SMALL)
        recompute()
        enlarge_forms(SMALL.cells, by=accounts.administrator())
        yield load_reports(Dice(3), People(fills=accounts.keeper(), reviews=accounts.officer()), SMALL)
        transaction.set_rollback(True)


def reports(year: int):
    return AnnualReport.objects.filter(round__year=year).select_related("round__period", "form", "unit")


def test_every_unit_reports_in_every_period(loaded):
    assert loaded == len(UNITS) * len(SMALL.years)
    assert dict(ReportingRound.objects.values_list("year", "state")) == {2029: "locked", 2030: "open"}
    for year in SMALL.years:
        assert set(reports(year).values_list("unit", flat=True)) == UNITS


def test_forms_ask_two_hundred_cells_and_keep_the_keys_of_todays():
    for form in FormVersion.objects.filter(note=MARK):
        assert form.is_issued
        assert form.cells.count() == FULL.cells
        before, now = ({cell.key: cell.indicator_id for cell in one.cells.all()} for one in (form.copied_from, form))
        assert before.items() <= now.items()
        assert form.rules.count() > form.copied_from.rules.count()
    assert FormVersion.objects.filter(note=MARK).count() == len(FormVersion.Audience)
    assert set(AnnualReport.objects.values_list("form__note", flat=True)) == {MARK}


def test_what_was_sent_is_whole_and_breaks_no_rule():
    sent = AnnualReport.objects.filter(state__in=[State.SUBMITTED, State.LOCKED]).select_related("round")
    filled = dict(ReportedValue.objects.values_list("report").annotate(n=Count("pk")))
    for report in sent:
        entries = entries_of(report)
        assert filled[report.pk] == sum(not one.cell.is_sum for one in entries.values())
        problems = problems_of(report, entries, rules_of(report.form_id), years_before(report))
        assert [one.text for one in problems if one.is_error or (SECTION in one.cell.key and one.blocks)] == []


def test_the_provinces_wait_to_be_accepted_once_the_day_has_passed():
    states = dict(reports(2030).filter(unit__kind="province").values_list("unit", "state"))
    assert states == {"VN-24-2025": State.SUBMITTED, "VN-01-2025": State.SUBMITTED, "VN-68-2025": State.DRAFT}
    assert {day.year for day in reports(2030).values_list("moved_at__date", flat=True) if day} == {2030}


def test_accepted_values_are_what_acceptance_takes_from_the_paper():
    taken = Submission.objects.filter(review__verdict="accepted").select_related("report__round")
    assert taken.filter(report__round__year=2029).exists()
    for paper in taken:
        indicators = dict(paper.report.form.cells.filter(indicator__isnull=False).values_list("key", "indicator"))
        frozen = paper.content["cells"]
        told = {indicators[key]: number_in(frozen[key]) for key in indicators if number_in(frozen[key]) is not None}
        facts = AcceptedValue.objects.filter(report_id=paper.report_id, unit=paper.report.unit_id)
        assert dict(facts.values_list("indicator", "value")) == told
        assert told


def test_figures_of_both_bases_follow_from_the_facts():
    assert find_differences() == []
    national = IndicatorValue.objects.filter(indicator__code="MT5", unit=None, breakdown="", known_to=None)
    told = {(one.basis, one.period.year) for one in national.select_related("period")}
    values = [int(one.value) for one in national.filter(basis="register", period__year__gte=2026).order_by("period")]
    assert values == sorted(set(values))  # enterprises come in every year
    assert len(values) == 5
    assert told >= {("register", 2026), ("register", 2030), ("report", 2029), ("report", 2030)}
    out = StringIO()
    call_command("check_figures", stdout=out)
    assert out.getvalue().strip() == "0 số lệch"


@pytest.fixture
def closed() -> Iterator[list[int]]:
    """All registers, and every year before the running one closed; undone for the other tests."""
    years = list(range(2019, SMALL.running))
    with transaction.atomic():
        load_registers(996, 200, SMALL)
        recompute()
        close_periods(accounts.officer(), accounts.leader(), replace(SMALL, closed=years))
        yield years
        transaction.set_rollback(True)


@pytest.mark.parametrize("codes", EVERY)
def test_reports_pages_api_and_files_tell_the_same_figures(closed, signed_in, codes):
    found, held = disagreements(signed_in(accounts.officer()), closed, timezone.now(), codes)
    assert found == []
    assert held > 1_000


def test_it_is_refused_before_its_day(tmp_path):
    with clock.ahead(0), pytest.raises(CommandError, match="31/12/2030"):
        call_command("load_demo", "--full", "--accounts", str(tmp_path / "keys.json"), stdout=StringIO())


def test_a_clock_set_ahead_says_days_and_moments_of_then():
    today, machines = timezone.localdate(), timezone.localdate(clock.machine_now())
    with clock.ahead(40):
        assert (timezone.localdate() - machines).days in (40, 41)
    assert timezone.localdate() == today
