"""Several people at the same moment: one transition, clean refusals, one audit row."""

from datetime import date
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.documents.models import LegalDocument
from apps.tasks.models import PlanTask, TaskList, TaskListEntry
from apps.tasks.services import moves, tasklists
from apps.tasks.services.drafting import create_task
from apps.tasks.services.lists import Moved, approve_many
from apps.tasks.services.recording import Decided
from apps.tasks.services.working import hand_to
from apps.tasks.services.yearly import generate, planned_of_list_a
from tests.at_once import at_once
from tests.conftest import BAC_NINH
from tests.factories.tasks import PlanTaskFactory
from tests.people.people import person

pytestmark = pytest.mark.django_db(transaction=True)
State = PlanTask.State


def test_one_of_many_approvals_takes_effect(people, decided, so):
    task = PlanTaskFactory(lead_unit_id=so.pk, state=State.APPRAISED)
    leaders = [people.approver_of_province, *(person(f"Lãnh đạo {n}", "unit_approver", BAC_NINH) for n in range(5))]
    gifts = at_once([lambda by=by: moves.approve(task, decided, by=by, version=1) for by in leaders])
    refused = [one for one in gifts if isinstance(one, ValidationError)]
    assert (len(refused), {one.code for one in refused}) == (5, {"stale"})
    task.refresh_from_db()
    assert (task.state, task.version, task.steps.filter(verb="approve").count()) == (State.APPROVED, 2, 1)
    assert AuditEvent.objects.filter(action="task.approved").count() == 1


def test_two_lists_that_have_a_task_approve_it_once(people, decided, so):
    task = PlanTaskFactory(lead_unit_id=so.pk, state=State.APPRAISED)
    lists = []
    for n in range(2):
        made = TaskList(unit_id=BAC_NINH, title=f"Danh mục {n}", term="yearly", first_year=2026, last_year=2026)
        lists.append(tasklists.make_list(made, by=people.editor_of_province))
        TaskListEntry.objects.create(task_list=made, task=task)
        tasklists.submit_list(made, by=people.editor_of_province)
    by = people.approver_of_province
    gifts = at_once([lambda one=one: tasklists.approve_list(one, decided, by=by) for one in lists])
    assert sum(isinstance(one, Moved) for one in gifts) == 1
    assert sum(getattr(one, "code", "") == "stale" for one in gifts) == 1
    assert task.steps.filter(verb="approve").count() == 1
    assert TaskList.objects.filter(state="approved").count() == 1


def test_codes_follow_each_other_and_none_is_given_twice(people, so):
    """What a file brought, in small letters or as large as it likes, holds up nobody."""
    gone = {"withdrawn_at": timezone.now(), "withdrawn_by": people.officer_of_so, "withdrawn_reason": "Trùng"}
    PlanTaskFactory(code="NV-2026-0007", origin="yearly", lead_unit_id=so.pk, **gone)
    PlanTaskFactory(code="NV-2025-0400", origin="yearly", lead_unit_id=so.pk, year=2025)
    for code in ("nv-2026-0009", "NV-2026-99999999"):
        PlanTaskFactory(code=code, origin="file", lead_unit_id=so.pk)
    draft = partial(PlanTask, framework_item_id="B.6", title="Mới", kind="recurrent", term="yearly", year=2026,
                    lead_unit_id=so.pk, product="Báo cáo", due_on=date(2026, 12, 31))  # fmt: skip
    made = at_once([lambda: create_task(draft(), by=people.officer_of_so)] * 4)
    assert sorted(task.code for task in made) == ["NV-2026-0008", "NV-2026-0010", "NV-2026-0011", "NV-2026-0012"]
    PlanTaskFactory(code="NV-2026-9999", origin="yearly", lead_unit_id=so.pk)
    codes = [create_task(draft(), by=people.officer_of_so).code for _ in range(2)]
    assert codes == ["NV-2026-10000", "NV-2026-10001"]


def test_a_year_asked_for_twice_at_once_is_made_once(people):
    planned = planned_of_list_a(2027)
    gifts = at_once([lambda: generate(planned, by=None)] * 2)
    assert sorted(len(made) for made in gifts) == [0, len(planned)]
    assert PlanTask.objects.count() == len(planned)


def test_two_lists_that_are_filled_at_once_do_not_both_take_a_task(people, so):
    by = people.editor_of_province
    for _round in range(3):
        task = PlanTaskFactory(lead_unit_id=so.pk, state=State.APPRAISED)
        lists = [
            tasklists.make_list(
                TaskList(unit_id=BAC_NINH, title=f"Danh mục {n}", term="yearly", first_year=2026, last_year=2026),
                by=by,
            )
            for n in range(2)
        ]
        gifts = at_once([lambda one=one, task=task: tasklists.put_on_list(one, [task], by=by) for one in lists])
        assert [one.code for one in gifts if isinstance(one, ValidationError)] == ["on_another_list"], gifts
        assert task.entries.count() == 1


def test_handing_over_at_once_is_done_once(people, so):
    task = PlanTaskFactory(lead_unit_id=so.pk, state=State.IN_PROGRESS)
    by = people.officer_of_so
    holders = (people.officer_of_so, people.approver_of_so)
    gifts = at_once([lambda one=one: hand_to(task, one, by=by, version=1) for one in holders])
    assert [one.code for one in gifts if isinstance(one, ValidationError)] == ["stale"]
    assert AuditEvent.objects.filter(action="task.handed").count() == 1


def test_one_act_entered_by_several_ways_at_once_stands_still_for_none(people, so):
    """A task alone, many at once and a part with its whole, by the same new decision."""
    by = people.approver_of_province
    for n in range(4):
        whole, part, alone = PlanTaskFactory.create_batch(3, lead_unit_id=so.pk, state=State.APPRAISED)
        PlanTask.objects.filter(pk=whole.pk).update(parent=alone)
        new = Decided.of(number=f"{n}/QĐ-UBND", day=date(2026, 11, 20), issuer="UBND")
        tasks = list(PlanTask.objects.filter(pk__in=[whole.pk, part.pk, alone.pk]))
        ways = [lambda one=one, new=new: moves.approve(one, new, by=by) for one in tasks]
        gifts = at_once([*ways, lambda tasks=tasks, new=new: approve_many(tasks, new, by)])
        assert not [one for one in gifts if isinstance(one, DatabaseError)], gifts
        assert LegalDocument.objects.filter(number=new.document.number).count() == 1
