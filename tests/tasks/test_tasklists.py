"""One decision for many tasks: each its own step and audit row, what moved meanwhile is passed over and named."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from apps.audit.models import AuditEvent
from apps.tasks.models import PlanTask, TaskList
from apps.tasks.services import moves, tasklists
from tests.conftest import BAC_NINH
from tests.factories.tasks import PlanTaskFactory

State = PlanTask.State


@pytest.fixture
def task_list(people) -> TaskList:
    made = TaskList(unit_id=BAC_NINH, title="Danh mục năm 2027", term="yearly", first_year=2026, last_year=2027)
    return tasklists.make_list(made, by=people.editor_of_province)


def appraised(so, many: int, **given) -> list[PlanTask]:
    return PlanTaskFactory.create_batch(many, lead_unit_id=so.pk, state=State.APPRAISED, **given)


def test_one_decision_approves_all_of_a_list(people, so, decided, task_list):
    tasks = appraised(so, 4)
    tasklists.put_on_list(task_list, tasks, by=people.editor_of_province)
    moves.return_for_revision(tasks[3], "Tách kinh phí", by=people.approver_of_province)
    carried = tasklists.approve_list(task_list, decided, by=people.approver_of_province)
    assert carried.done == tasks[:3]
    assert [(task, "Trả lại để hoàn thiện" in words) for task, words in carried.skipped] == [(tasks[3], True)]
    task_list.refresh_from_db()
    assert (task_list.state, task_list.decision.number) == ("approved", "2145/QĐ-UBND")
    for task in tasks[:3]:
        step = task.steps.get(verb="approve")
        assert (step.decision, step.task_list) == (task_list.decision, task_list)
    assert AuditEvent.objects.filter(action="task.approved").count() == 3


def test_a_later_list_ends_and_changes(people, so, decided, task_list):
    going, ending = PlanTaskFactory.create_batch(2, lead_unit_id=so.pk, state=State.IN_PROGRESS)
    by = people.editor_of_province
    tasklists.put_on_list(task_list, [going], by=by, effect="change", new_due_on=date(2027, 6, 30))
    tasklists.put_on_list(task_list, [ending], by=by, effect="end")
    tasklists.approve_list(task_list, decided, by=people.approver_of_province)
    going.refresh_from_db(), ending.refresh_from_db()
    assert (going.due_on, going.first_due_on, going.state) == (date(2027, 6, 30), date(2026, 12, 31), State.IN_PROGRESS)
    assert ending.state == State.TERMINATED
    assert going.extensions.get().document.number == "2145/QĐ-UBND"


def test_whoever_made_a_list_does_not_approve_it_and_nobody_else_but_its_leader(people, so, decided, task_list):
    tasklists.put_on_list(task_list, appraised(so, 1), by=people.editor_of_province)
    for name in ("officer_of_so", "editor_of_province", "approver_of_so", "approver_next_door", "leader", "officer"):
        with pytest.raises(PermissionDenied):
            tasklists.approve_list(task_list, decided, by=getattr(people, name))


def test_a_task_stands_on_one_list_at_a_time_and_is_approved_once(people, so, decided, task_list):
    [task] = appraised(so, 1)
    tasklists.put_on_list(task_list, [task], by=people.editor_of_province)
    other = tasklists.make_list(
        TaskList(unit_id=BAC_NINH, title="Danh mục khác", term="yearly", first_year=2026, last_year=2026),
        by=people.editor_of_province,
    )
    with pytest.raises(ValidationError, match="đang ở danh mục “Danh mục năm 2027”"):
        tasklists.put_on_list(other, [task], by=people.editor_of_province)
    tasklists.approve_list(task_list, decided, by=people.approver_of_province)
    tasklists.put_on_list(other, [task], by=people.editor_of_province)
    with pytest.raises(ValidationError, match="Không nhiệm vụ nào"):
        tasklists.approve_list(other, decided, by=people.approver_of_province)
    assert task.steps.filter(verb="approve").count() == 1


def test_the_page_of_a_list_says_before_the_button_who_cannot_be_approved(people, so, signed_in, task_list):
    own, other = appraised(so, 2)
    own.proposed_by, own.proposed_at = people.approver_of_province, own.moved_at
    own.save()
    tasklists.put_on_list(task_list, [own, other], by=people.editor_of_province)
    page = signed_in(people.approver_of_province).get(task_list.get_absolute_url()).content.decode()
    assert "Bạn là người đề xuất: người khác phải phê duyệt" in page
    assert "Phê duyệt danh mục" in page
    page = signed_in(people.editor_of_province).get(task_list.get_absolute_url()).content.decode()
    assert "Phê duyệt danh mục" not in page


def test_a_list_is_made_filled_and_approved_on_screen(people, so, signed_in):
    editor, leader = signed_in(people.editor_of_province), signed_in(people.approver_of_province)
    tasks = appraised(so, 2)
    said = {
        "key": "k1",
        "unit": BAC_NINH,
        "title": "Danh mục 2026",
        "term": "yearly",
        "first_year": 2026,
        "last_year": 2026,
    }
    page = editor.post("/task-lists/new/", said).url
    assert editor.post("/task-lists/new/", said).url == page  # sent twice
    editor.post(f"{page}fill/", {"effect": "approve", "task": [task.pk for task in tasks]})
    made = TaskList.objects.get()
    refused = leader.post(f"{page}approve/", {"entry": [e.pk for e in made.entries.all()], "issuer": "UBND"})
    assert "Nhập số, ký hiệu quyết định." in refused.content.decode()
    given = {"number": "12/QĐ-UBND", "day": "20/11/2026", "issuer": "UBND tỉnh Bắc Ninh", "signatory": "Chủ tịch"}
    entry = made.entries.get(task=tasks[0])
    assert leader.post(f"{page}approve/", given | {"entry": [entry.pk]}).status_code == 302
    assert [PlanTask.objects.get(pk=task.pk).state for task in tasks] == ["approved", "appraised"]
    assert made.entries.get(task=tasks[1]).outcome == "skipped"
