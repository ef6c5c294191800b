"""Invented tasks: possible ones, whose steps lead to their states, of all years and units."""

from collections import Counter

import pytest
from django.db.models import F

from apps.tasks.models import PlanTask, TaskStep
from apps.tasks.moving import MOVES
from program996.demo.accounts import set_keys
from program996.demo.focal import load_focal_units
from program996.demo.tasks import load_tasks

pytestmark = pytest.mark.xdist_group("demo")
MANY = 900


@pytest.fixture(scope="module", autouse=True)
def loaded(django_db_setup, django_db_blocker):
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        load_focal_units()
        set_keys()
        assert load_tasks(996, MANY) == MANY
        yield
        transaction.set_rollback(True)


def test_every_year_state_and_item_of_the_plan_occurs():
    rows = PlanTask.objects.all()
    assert set(rows.values_list("year", flat=True)) == set(range(2019, 2028))
    assert set(rows.values_list("state", flat=True)) == set(PlanTask.State.values)
    assert rows.values("framework_item").distinct().count() == 37
    assert set(rows.values_list("route", flat=True)) == {"central", "ministry", "province"}
    assert not rows.exclude(title__endswith="(minh họa)").exists()


def test_steps_lead_to_the_state_by_the_table_of_moves():
    moves = {(move.verb, str(source), str(move.target)) for move in MOVES for source in move.sources or ("",)}
    last: dict[int, TaskStep] = {}
    for step in TaskStep.objects.order_by("task", "version"):
        before = last.get(step.task_id)
        assert (step.verb, step.source, step.target) in moves
        assert step.source == (before.target if before else "")
        assert before is None or before.at <= step.at
        last[step.task_id] = step
    states = dict(PlanTask.objects.values_list("pk", "state"))
    assert {pk: step.target for pk, step in last.items()} == states
    assert not PlanTask.objects.exclude(version=F("steps__version")).filter(steps__isnull=True).exists()


def test_units_with_accounts_have_a_task_of_each_state():
    found = Counter(PlanTask.objects.filter(lead_unit__is_focal=True).values_list("lead_unit", "state"))
    assert len({unit for unit, _state in found}) == 4
    assert len(found) == 4 * len(PlanTask.State)
