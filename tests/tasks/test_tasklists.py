"""One decision for many tasks: each its own step and audit row, what moved meanwhile is passed over and named."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.tasks.inbox import lists_to_approve
from apps.tasks.models import PlanTask, TaskList, TaskListEntry
from apps.tasks.services import moves, tasklists
from apps.tasks.services.drafting import change_task
from tests.conftest import BAC_NINH
from tests.factories.tasks import PlanTaskFactory

State = PlanTask.State


@pytest.fixture
def task_list(people) -> TaskList:
    made = TaskList(unit_id=BAC_NINH, title="Danh mục năm 2027", term="yearly", first_year=2026, last_year=2027)
    return tasklists.make_list(made, by=people.editor_of_province)


def appraised(so, many: int, **given) -> list[PlanTask]:
    return PlanTaskFactory.create_batch(many, lead_unit_id=so.pk, state=State.APPRAISED, **given)


def picks_of(task_list: TaskList) -> list[str]:
    """Each entry with the version of its task, as the page sends it."""
    return [f"{one.pk}-{one.task.version}" for one in task_list.entries.order_by("task_id")]


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
    with pytest.raises(ValidationError, match=f"{task.code} đang ở trạng thái “Đã phê duyệt”, không chọn “Phê duyệt”"):
        tasklists.put_on_list(other, [task], by=people.editor_of_province)
    TaskListEntry.objects.create(task_list=other, task=task)  # as older lists may have it
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
    tasks = [*appraised(so, 1), *appraised(so, 1, pk=10**7)]
    said = {
        "key": "k1",
        "unit": BAC_NINH,
        "title": "Danh mục 2026",
        "term": "yearly",
        "first_year": 2026,
        "last_year": 2026,
    }
    form = editor.get("/task-lists/new/").context["form"]
    assert {form[name].value() for name in ("first_year", "last_year")} == {str(timezone.localdate().year)}
    page = editor.post("/task-lists/new/", said).url
    assert editor.post("/task-lists/new/", said).url == page  # sent twice
    assert 'value="10000000"' in editor.get(page).content.decode()  # a key of any length, without points
    editor.post(f"{page}fill/", {"effect": "approve", "task": [task.pk for task in tasks]})
    made = TaskList.objects.get()
    refused = leader.post(f"{page}approve/", {"entry": picks_of(made), "issuer": "UBND"})
    assert "Nhập số, ký hiệu quyết định." in refused.content.decode()
    given = {"number": "12/QĐ-UBND", "day": "20/11/2026", "issuer": "UBND tỉnh Bắc Ninh", "signatory": "Chủ tịch"}
    assert all(f'value="{pick}"' in refused.content.decode() for pick in picks_of(made))
    paper = SimpleUploadedFile("Quyết định.pdf", b"%PDF-1.7 da ky")
    assert leader.post(f"{page}approve/", given | {"entry": picks_of(made)[:1], "file": paper}).status_code == 302
    assert "Văn bản đã ký 12/QĐ-UBND" in leader.get(page).content.decode()
    assert [PlanTask.objects.get(pk=task.pk).state for task in tasks] == ["approved", "appraised"]
    assert made.entries.get(task=tasks[1]).outcome == "skipped"


def test_what_changed_since_the_page_was_opened_is_passed_over_and_named(people, so, signed_in, task_list):
    """Returned, written anew and appraised again it stands as it stood, and is another thing."""
    changed, same = appraised(so, 2)
    tasklists.put_on_list(task_list, [changed, same], by=people.editor_of_province)
    leader, seen = signed_in(people.approver_of_province), picks_of(task_list)
    task = moves.return_for_revision(changed, "Tách kinh phí", by=people.editor_of_province)
    task = change_task(task, {"title": "Việc khác"}, by=people.officer_of_so)
    task = moves.propose(task, by=people.officer_of_so)
    task = moves.start_appraisal(task, by=people.editor_of_province)
    task = moves.appraise(task, by=people.editor_of_province)
    given = {"number": "12/QĐ-UBND", "day": "20/11/2026", "issuer": "UBND tỉnh Bắc Ninh"}
    answer = leader.post(f"{task_list.get_absolute_url()}approve/", given | {"entry": seen}, follow=True)
    assert f"{changed.code}: Nhiệm vụ vừa được người khác cập nhật" in answer.content.decode()
    assert [PlanTask.objects.get(pk=one.pk).state for one in (changed, same)] == ["appraised", "approved"]


def test_a_list_does_not_approve_what_nobody_may(people, so, decided, task_list):
    """Development money outside its group, brought in by a file before the rule was held."""
    invests, own, other = appraised(so, 3)
    PlanTask.objects.filter(pk=invests.pk).update(framework_item="A.2.2.1.a")
    invests.budget.create(year=2026, source="central_investment", stage="planned", amount=1)
    PlanTask.objects.filter(pk=invests.pk).update(framework_item="B.6")
    PlanTask.objects.filter(pk=own.pk).update(proposed_by=people.approver_of_province, proposed_at=own.moved_at)
    tasklists.put_on_list(task_list, [invests, own, other], by=people.editor_of_province)
    with pytest.raises(ValidationError, match="Vốn đầu tư phát triển chỉ dùng cho hạ tầng"):
        moves.approve(invests, decided, by=people.approver_of_province)
    carried = tasklists.approve_list(task_list, decided, by=people.approver_of_province)
    assert carried.done == [other]
    assert [words[:12] for _task, words in carried.skipped] == ["Vốn đầu tư p", "Bạn là người"]


@pytest.mark.parametrize("state", State.values)
def test_a_list_takes_only_what_it_can_do_to_a_task(people, so, task_list, state):
    task = PlanTaskFactory(lead_unit_id=so.pk, state=state)
    fitting = set()
    for effect in TaskListEntry.Effect.values:
        due = date(2027, 6, 30) if effect == "change" else None
        try:
            [entry] = tasklists.put_on_list(
                task_list, [task], by=people.editor_of_province, effect=effect, new_due_on=due
            )
        except ValidationError as refused:
            assert refused.code == "wrong_state"  # noqa: PT017
        else:
            fitting.add(effect)
            tasklists.take_off_list(entry, by=people.editor_of_province)
    assert fitting == {"appraised": {"approve"}, "approved": {"change", "end"}, "in_progress": {"change", "end"},
                       "suspended": {"end"}}.get(state, set())  # fmt: skip


def test_the_page_offers_what_can_be_done_to_each(people, so, signed_in, task_list):
    suspended = PlanTaskFactory(lead_unit_id=so.pk, state=State.SUSPENDED)
    PlanTaskFactory(lead_unit_id=so.pk, state=State.COMPLETION_REPORTED)
    editor = signed_in(people.editor_of_province)
    page = editor.get(task_list.get_absolute_url())
    assert page.context["candidates"] == [{"task": suspended, "effects": ["end"]}]
    assert '<td data-l="Nội dung chọn được">Chấm dứt</td>' in page.content.decode()
    assert page.context["entries_form"].fields["effect"].choices == [("end", "Chấm dứt")]
    sent = {"effect": "approve", "task": [suspended.pk]}
    refused = editor.post(f"{task_list.get_absolute_url()}fill/", sent)
    assert "đang ở trạng thái “Tạm dừng”, không chọn “Phê duyệt” được" in refused.content.decode()


def test_what_was_approved_by_itself_holds_up_no_list_and_what_comes_back_does(people, so, decided, task_list):
    alone, back, other = appraised(so, 3)
    tasklists.put_on_list(task_list, [alone, back, other], by=people.editor_of_province)
    by = people.approver_of_province
    moves.approve(alone, decided, by=by)
    assert list(lists_to_approve(by)) == [task_list]
    moves.return_for_revision(back, "Tách kinh phí", by=by)
    assert list(lists_to_approve(by)) == []
