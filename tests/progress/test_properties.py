"""Whatever happened to whom and where: both views sum to the nation, and nothing is counted twice."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.enterprises.models import AssuranceProgramme, Enterprise, ProgrammeEvent
from apps.organisations.asked import UnitView
from apps.progress.figures import figures
from apps.progress.services import recompute
from apps.targets.models import Indicator, Period
from tests.examples import examples

OLD = ["VN-24-2008", "VN-27-2008", "VN-68-2008", "VN-60-2008", "VN-67-2008"]
NEW = ["VN-24-2025", "VN-68-2025"]
BREAK = date(2025, 7, 1)
DAYS = st.dates(date(2018, 11, 1), date(2026, 11, 1))
EVENTS = st.lists(
    st.tuples(
        st.integers(0, 5),
        DAYS,
        st.integers(0, 4),
        st.sampled_from(["served", "written"]),
        st.sampled_from(list(ProgrammeEvent.Stage.values)),
        st.booleans(),
    ),
    max_size=14,
    unique_by=lambda event: (event[0], event[3], event[4], event[1]),
)


def expected(rows, forms) -> dict[int, int]:
    """The definition in plain Python: first live event in force per enterprise, cumulative by period."""
    firsts: dict[int, date] = {}
    for who, day, _unit, form, stage, live in rows:
        if live and form in forms and stage in ("applied", "maintained") and day >= date(2018, 12, 15):
            firsts[who] = min(day, firsts.get(who, day))
    periods = Period.objects.begun().order_by("year")
    totals = {period.year: sum(day <= period.ends_on for day in firsts.values()) for period in periods}
    return {year: total for year, total in totals.items() if total}


@pytest.mark.django_db
@settings(max_examples=examples(10), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=EVENTS)
def test_figures_equal_the_definition_in_both_views(reference, by, rows):
    with transaction.atomic():
        _store(rows, by)
        recompute()
        for code, forms in {"MT5": ("served", "written"), "MT5a": ("served",), "MT5b": ("written",)}.items():
            indicator = Indicator.objects.get(code=code)
            wanted = expected(rows, forms)
            for view in UnitView:
                found = figures(indicator, view=view)
                nation = {figure.year: int(figure.value) for figure in found if figure.unit_id is None}
                assert nation == wanted
                for year, total in nation.items():
                    assert sum(int(f.value) for f in found if f.unit_id and f.year == year) == total
        transaction.set_rollback(True)


def _store(rows, by):
    for who, day, unit, form, stage, live in rows:
        place = OLD[unit] if day < BREAK else NEW[unit % 2]
        enterprise, _created = Enterprise.objects.get_or_create(
            tax_code=f"01{who:08d}",
            defaults={"name": f"DN {who}", "ownership": "private", "unit_id": place, "located_on": day},
        )
        programme, _created = AssuranceProgramme.objects.get_or_create(enterprise=enterprise, form=form)
        event = ProgrammeEvent.objects.create(
            programme=programme, stage=stage, occurred_on=day, unit_id=place, reported_by_id=place
        )
        if not live:
            ProgrammeEvent.objects.filter(pk=event.pk).update(
                withdrawn_at=event.created_at + timedelta(seconds=1), withdrawn_by=by, withdrawn_reason="sai"
            )
