"""The roll-up: against the bare statement, over bases of growing size, and from a change to the figure on the page."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from statistics import median

import pytest
from django.db import connection, transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.enterprises.models import ProgrammeEvent
from apps.enterprises.services import add_event, withdraw_event
from apps.labs.counted import STANDARDS
from apps.labs.models import MeasurementStandard
from apps.organisations.asked import UnitView
from apps.organisations.models import OrganisationUnit
from apps.progress.figures import figures
from apps.progress.grouped import cells_sql, figures_of
from apps.progress.services import find_differences, recompute
from apps.progress.sources import COUNTS, Key, counts, keys_of, sources_of
from apps.targets.models import Indicator, IndicatorValue
from tests.bench.conftest import LARGE, SMALLER, vacuum
from tests.bench.measuring import WARM_UPS, Figure, in_turns, milliseconds, timed
from tests.conftest import BAC_NINH
from tests.factories.registers import StandardFactory
from tests.soak.visitor import Visitor
from tests.soak.waiting import eventually

CHANGES = 15
MANY_STANDARDS = 100_000
YEAR = 2026
SOURCES = [source.name for source in sources_of((code, str(count.basis)) for code, count in COUNTS.items())]
# The least that any count of MT5 must do: each enterprise once, by unit and year, without breakdowns.
SIMPLEST = """
    SELECT unit_id, extract(year FROM occurred_on), count(*) FROM (
        SELECT DISTINCT ON (p.enterprise_id) e.unit_id, e.occurred_on
        FROM enterprises_programmeevent e JOIN enterprises_assuranceprogramme p ON p.id = e.programme_id
        WHERE e.withdrawn_at IS NULL AND e.stage IN ('applied', 'maintained')
        ORDER BY p.enterprise_id, e.occurred_on, e.id
    ) counted GROUP BY 1, 2
"""


@transaction.atomic
def select(statement: str, parameters: dict | None = None) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64MB'")  # as the roll-up has it
        cursor.execute(statement, parameters)
        return cursor.fetchall()


def bare(keys: list[Key]) -> list[tuple]:
    """The roll-up's own grouped SELECTs of a source's indicators, without storing or comparing anything."""
    made = [counts()[key] for key in keys]
    cells = ", ".join(f"{one.cells} AS MATERIALIZED ({cells_sql(one, made)})" for one in sources_of(keys))
    figures = figures_of(enumerate(made))
    return select(f"WITH {cells} {figures}", {"today": timezone.localdate()})


def recount_all_anew(codes: list[str]) -> float:
    """Every figure of these indicators is written, as if none had been there; taken back afterwards."""
    with transaction.atomic():
        mine = IndicatorValue.objects.filter(indicator__code__in=codes, known_to__isnull=True)
        count = mine.update(known_to=timezone.now())
        started = time.perf_counter()
        assert sum(recompute(codes).values()) == count
        taken = time.perf_counter() - started
        transaction.set_rollback(True)
    vacuum()  # or every round would find the dead rows of all that were taken back before
    return taken


@contextmanager
def rows_enough(source: str) -> Iterator[None]:
    """National standards are some forty: so few that only what surrounds the count would be measured."""
    if source != STANDARDS.name:
        yield
        return
    rows = StandardFactory.build_batch(MANY_STANDARDS)
    for number, row in enumerate(rows):
        row.code, row.recognised_on = f"BENCH-{number}", date(2010 + number % 16, 1 + number % 12, 1 + number % 28)
    made = MeasurementStandard.objects.bulk_create(rows, batch_size=2_000)
    vacuum()
    try:
        yield
    finally:
        MeasurementStandard.objects.filter(pk__in=[row.pk for row in made]).delete()


@pytest.mark.parametrize("source", SOURCES)
def test_full_recompute_costs_little_more_than_the_bare_aggregate(base, take, source):
    keys = keys_of(source)
    codes = [code for code, _basis in keys]
    with base(LARGE), rows_enough(source):
        recompute(codes)
        assert recompute(codes) == dict.fromkeys(codes, 0)
        anew, same, floor = in_turns(
            lambda: recount_all_anew(codes), timed(lambda: recompute(codes)), timed(lambda: bare(keys)), times=9
        )
        figures_now = IndicatorValue.objects.filter(indicator__code__in=codes, known_to__isnull=True).count()
    of = f"{', '.join(codes)} over {LARGE:,} enterprises, {figures_now:,} figures"
    beside = f"bare SQL {milliseconds(floor)}"
    take(
        Figure(f"{of}: all written anew", milliseconds(anew), beside, anew / floor, 1.6),
        Figure(f"{of}: nothing changed", milliseconds(same), beside, same / floor, 1.25),
    )


def test_mt5_beside_the_simplest_count_of_enterprises(base, take):
    with base(LARGE):
        same, simplest = in_turns(timed(lambda: recompute(["MT5"])), timed(lambda: select(SIMPLEST)), times=9)
    of = f"MT5 over {LARGE:,} enterprises: nothing changed"
    take(Figure(of, milliseconds(same), f"simplest SQL {milliseconds(simplest)}", same / simplest))


def test_recompute_grows_no_faster_than_its_rows(base, take):
    rows, seconds = {}, {}
    for size in (*SMALLER, LARGE):
        with base(size):
            rows[size] = ProgrammeEvent.objects.count()
            [seconds[size]] = in_turns(timed(recompute), times=9)
    lines = []
    for small, large in ((SMALLER[0], SMALLER[1]), (SMALLER[1], LARGE)):
        grown, slower = rows[large] / rows[small], seconds[large] / seconds[small]
        lines.append(
            Figure(
                f"recompute of all, {small:,} → {large:,} enterprises",
                f"{milliseconds(seconds[small])} → {milliseconds(seconds[large])}",
                f"{rows[small]:,} → {rows[large]:,} events",
                slower / grown,
                1,
                f"≤ 1 (time × {slower:.1f}, rows × {grown:.1f})",
            )
        )
    take(*lines)


def change_once(by: User, unit: OrganisationUnit, event: ProgrammeEvent) -> None:
    """Withdraw the event, or add it again where it was withdrawn."""
    if event.is_live:
        withdraw_event(event, "Đo thời gian", by=by)
        return
    fresh = ProgrammeEvent(stage=event.stage, occurred_on=event.occurred_on, unit=unit)
    add_event(event.programme.enterprise, event.programme.form, fresh, reported_by=unit, by=by)


def only_event(unit: OrganisationUnit) -> ProgrammeEvent:
    """An event in force that is its enterprise's only one, so that its enterprise counts with it and not without."""
    in_force = ProgrammeEvent.objects.live().filter(stage__in=ProgrammeEvent.IN_FORCE)
    here = in_force.filter(unit=unit, occurred_on__year=YEAR)
    others = in_force.exclude(unit=unit, occurred_on__year=YEAR).values("programme__enterprise")
    return here.exclude(programme__enterprise__in=others).select_related("programme__enterprise").latest("id")


def stored(mt5: Indicator, unit: str | None) -> int:
    found = figures(mt5, view=UnitView.AS_REPORTED, year=YEAR, unit=unit, national=unit is None)
    return int(found[0].value)


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_change_is_in_the_figure_soon_after_its_recount(portal, base, take):
    visitor = Visitor(portal.url).sign_in(portal.account("register_keeper", BAC_NINH))
    url = f"/api/v1/indicators/MT5/values/?period={YEAR}&units=current&unit="
    with base(LARGE):
        by = User.objects.get(email=portal.account("register_keeper", BAC_NINH)["email"])
        unit, mt5 = OrganisationUnit.objects.get(pk=BAC_NINH), Indicator.objects.get(code="MT5")
        event, taken = only_event(unit), []
        for _ in range(CHANGES + WARM_UPS):
            nation, province = stored(mt5, None), stored(mt5, BAC_NINH)
            current = ask(visitor, url + BAC_NINH)
            event = ProgrammeEvent.objects.filter(programme=event.programme).latest("id")
            step = -1 if event.is_live else 1
            started = time.perf_counter()
            change_once(by, unit, event)
            assert eventually(lambda nation=nation, step=step: stored(mt5, None) == nation + step, every=0.01)
            assert ask(visitor, url + "VN") == nation + step
            taken.append(time.perf_counter() - started)
            assert ask(visitor, url + BAC_NINH) == current + step
            assert stored(mt5, BAC_NINH) == province + step
        assert find_differences() == []
        [alone] = in_turns(timed(recompute), times=5)
    middle, worst = median(taken[WARM_UPS:]), max(taken[WARM_UPS:])
    take(
        Figure(
            f"one change at {LARGE:,} enterprises until the API shows it (median of {CHANGES}, slowest {worst:.2f} s)",
            milliseconds(middle),
            f"recount alone {milliseconds(alone)}",
            middle / alone,
            1.5,
        )
    )


def ask(visitor: Visitor, url: str) -> int:
    answer = visitor.get(url)
    assert answer.status == 200, answer.text
    return json.loads(answer.text)["results"][0]["value"]
