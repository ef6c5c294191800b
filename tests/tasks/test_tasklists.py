"""One decision for many tasks: each its own step and audit row, what moved meanwhile is passed over and named."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.audit.models import AuditEvent
from apps.notifications.models import Notification
from apps.tasks.inbox import lists_to_approve, lists_to_revise, to_approve
from apps.tasks.models import BudgetLine, PlanTask, TaskList, TaskListEntry
from apps.tasks.selectors.listable import year_to_list
from apps.tasks.services import moves, tasklists
from apps.tasks.services.drafting import change_task
from tests.conftest import BAC_NINH
from tests.factories.tasks import PlanTaskFactory
from tests.people.people import add_role, person
from tests.tasks.test_telling import run_tellers, told

State = PlanTask.State


@pytest.fixture
def task_list(people) -> TaskList:
    made = TaskList(unit_id=BAC_NINH, title="Danh mục năm 2027", term="yearly", first_year=2026, last_year=2027)
    return tasklists.make_list(made, by=people.editor_of_province)


@pytest.fixture
def submit(people):
    """Put before whoever decides, by who made it."""
    return lambda task_list: tasklists.submit_list(task_list, by=people.editor_of_province)


def appraised(so, many: int, **given) -> list[PlanTask]:
    return PlanTaskFactory.create_batch(many, lead_unit_id=so.pk, state=State.APPRAISED, **given)


def picks_of(task_list: TaskList) -> list[str]:
    """Each entry with the version of its task, as the page sends it."""
    return [f"{one.pk}-{one.task.version}" for one in task_list.entries.order_by("task_id")]


def test_one_decision_approves_all_of_a_list(people, so, decided, task_list, submit):
    tasks = appraised(so, 4)
    tasklists.put_on_list(task_list, tasks, by=people.editor_of_province)
    submit(task_list)
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
    of_one = AuditEvent.objects.filter(action__startswith="tasklist.task_").values_list("action", flat=True)
    assert list(of_one) == ["tasklist.task_returned"], "the list's history tells what was decided by itself"


def test_a_later_list_ends_and_changes(people, so, decided, task_list):
    going, ending = PlanTaskFactory.create_batch(2, lead_unit_id=so.pk, state=State.IN_PROGRESS)
    by, submitter = people.editor_of_province, person("Đặng Thị Tuyết", "unit_editor", BAC_NINH)
    tasklists.put_on_list(task_list, [going], by=by, effect="change", new_due_on=date(2027, 6, 30))
    tasklists.put_on_list(task_list, [ending], by=by, effect="end")
    tasklists.submit_list(task_list, by=submitter)
    tasklists.approve_list(task_list, decided, by=people.approver_of_province)
    going.refresh_from_db(), ending.refresh_from_db()
    assert (going.due_on, going.first_due_on, going.state) == (date(2027, 6, 30), date(2026, 12, 31), State.IN_PROGRESS)
    assert ending.state == State.TERMINATED
    extension = going.extensions.get()
    assert (extension.document.number, extension.asked_by) == ("2145/QĐ-UBND", submitter)
    ended = ending.steps.get(verb="terminate")
    assert (ended.decision.number, ended.signatory, ended.task_list) == ("2145/QĐ-UBND", "KT. Chủ tịch", task_list)


def test_whoever_made_or_submitted_a_list_does_not_approve_it_and_nobody_else_but_its_leader(
    people, so, decided, task_list
):
    tasklists.put_on_list(task_list, appraised(so, 1), by=people.editor_of_province)
    both = person("Vũ Thị Hạnh", "unit_approver", BAC_NINH)
    add_role(both, "unit_editor", BAC_NINH)
    tasklists.submit_list(task_list, by=both)
    with pytest.raises(ValidationError, match="Bạn là người lập hoặc trình danh mục"):
        tasklists.approve_list(task_list, decided, by=both)
    assert list(lists_to_approve(both)) == []
    for name in ("officer_of_so", "editor_of_province", "approver_of_so", "approver_next_door", "leader", "officer"):
        with pytest.raises(PermissionDenied):
            tasklists.approve_list(task_list, decided, by=getattr(people, name))


def test_a_task_stands_on_one_list_at_a_time_and_is_approved_once(people, so, decided, task_list, submit):
    [task] = appraised(so, 1)
    tasklists.put_on_list(task_list, [task], by=people.editor_of_province)
    other = tasklists.make_list(
        TaskList(unit_id=BAC_NINH, title="Danh mục khác", term="yearly", first_year=2026, last_year=2026),
        by=people.editor_of_province,
    )
    with pytest.raises(ValidationError, match="đang ở danh mục “Danh mục năm 2027”"):
        tasklists.put_on_list(other, [task], by=people.editor_of_province)
    submit(task_list)
    with pytest.raises(ValidationError, match="đang ở danh mục “Danh mục năm 2027”"):
        tasklists.put_on_list(other, [task], by=people.editor_of_province)
    tasklists.approve_list(task_list, decided, by=people.approver_of_province)
    with pytest.raises(ValidationError, match=f"{task.code} đang ở trạng thái “Đã phê duyệt”, không chọn “Phê duyệt”"):
        tasklists.put_on_list(other, [task], by=people.editor_of_province)
    TaskListEntry.objects.create(task_list=other, task=task)  # as older lists may have it
    with pytest.raises(ValidationError, match="Không nhiệm vụ nào"):
        submit(other)
    assert task.steps.filter(verb="approve").count() == 1


def test_the_page_of_a_list_says_before_the_button_who_cannot_be_approved(people, so, signed_in, task_list, submit):
    own, other = appraised(so, 2)
    own.proposed_by, own.proposed_at = people.approver_of_province, own.moved_at
    own.save()
    tasklists.put_on_list(task_list, [own, other], by=people.editor_of_province)
    assert (
        "Phê duyệt danh mục"
        not in signed_in(people.approver_of_province).get(task_list.get_absolute_url()).content.decode()
    )
    submit(task_list)
    page = signed_in(people.approver_of_province).get(task_list.get_absolute_url()).content.decode()
    assert "Bạn là người đề xuất: người khác phải phê duyệt" in page
    assert "Phê duyệt danh mục" in page
    moves.reject(other, "Trùng nội dung", by=people.approver_of_province)
    page = signed_in(people.approver_of_province).get(task_list.get_absolute_url()).content.decode()
    assert "Không phê duyệt riêng một nhiệm vụ" in page
    page = signed_in(people.editor_of_province).get(task_list.get_absolute_url()).content.decode()
    assert "Phê duyệt danh mục" not in page


def test_a_list_is_made_filled_and_approved_on_screen(people, so, signed_in):
    editor, leader = signed_in(people.editor_of_province), signed_in(people.approver_of_province)
    tasks = [*appraised(so, 1), *appraised(so, 1, pk=10**7)]
    said = {
        "key": "k1",
        "unit": BAC_NINH,
        "title": "Danh mục 2026",
        "span": "yearly-2026-2026",
    }
    page = editor.post("/task-lists/new/", said).url
    assert editor.post("/task-lists/new/", said).url == page  # sent twice
    assert 'value="10000000"' in editor.get(page).content.decode()  # a key of any length, without points
    editor.post(f"{page}fill/", {"effect": "approve", "task": [task.pk for task in tasks]})
    made = TaskList.objects.get()
    assert (
        leader.post(f"{page}approve/", {"entry": picks_of(made), "issuer": "UBND"}).status_code == 200
    )  # its own form
    editor.post(f"{page}submit/")
    refused = leader.post(f"{page}approve/", {"entry": picks_of(made), "issuer": "UBND"})
    assert "Nhập số, ký hiệu quyết định." in refused.content.decode()
    given = {"number": "12/QĐ-UBND", "day": "20/11/2026", "issuer": "UBND tỉnh Bắc Ninh", "signatory": "Chủ tịch"}
    assert all(f'value="{pick}"' in refused.content.decode() for pick in picks_of(made))
    paper = SimpleUploadedFile("Quyết định.pdf", b"%PDF-1.7 da ky")
    assert leader.post(f"{page}approve/", given | {"entry": picks_of(made)[:1], "file": paper}).status_code == 302
    assert "Văn bản đã ký 12/QĐ-UBND" in leader.get(page).content.decode()
    assert [PlanTask.objects.get(pk=task.pk).state for task in tasks] == ["approved", "appraised"]
    assert made.entries.get(task=tasks[1]).outcome == "skipped"
    told = editor.get(page).content.decode()
    for words in ("12/QĐ-UBND", "ngày 20/11/2026", "người ký: Chủ tịch", "Quyết định.pdf", "Đã phê duyệt",
                  "Không chọn trong quyết định này"):  # fmt: skip
        assert words in " ".join(told.split()), words
    way = editor.get(tasks[0].get_absolute_url()).content.decode()
    assert f'<a class="lk" href="{page}">Danh mục 2026</a>' in way


def test_what_changed_since_the_page_was_opened_is_passed_over_and_named(people, so, signed_in, task_list, submit):
    """Returned, written anew and appraised again it stands as it stood, and is another thing."""
    changed, same = appraised(so, 2)
    tasklists.put_on_list(task_list, [changed, same], by=people.editor_of_province)
    submit(task_list)
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


def test_a_list_does_not_approve_what_nobody_may(people, so, decided, task_list, submit):
    """Development money outside its group, brought in by a file before the rule was held."""
    invests, own, other = appraised(so, 3)
    PlanTask.objects.filter(pk=invests.pk).update(framework_item="A.2.2.1.a")
    invests.budget.create(year=2026, source="central_investment", stage="planned", amount=1)
    PlanTask.objects.filter(pk=invests.pk).update(framework_item="B.6")
    PlanTask.objects.filter(pk=own.pk).update(proposed_by=people.approver_of_province, proposed_at=own.moved_at)
    tasklists.put_on_list(task_list, [invests, own, other], by=people.editor_of_province)
    with pytest.raises(ValidationError, match="Vốn đầu tư phát triển chỉ dùng cho hạ tầng"):
        moves.approve(invests, decided, by=people.approver_of_province)
    submit(task_list)
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
            seen_by_two = [TaskListEntry.objects.get(pk=entry.pk) for _person in range(2)]
            tasklists.take_off_list(seen_by_two[0], by=people.editor_of_province)
            with pytest.raises(ValidationError, match="đã được bỏ khỏi danh mục"):
                tasklists.take_off_list(seen_by_two[1], by=people.editor_of_province)
    assert fitting == {"appraised": {"approve"}, "approved": {"change", "end"}, "in_progress": {"change", "end"},
                       "suspended": {"end"}}.get(state, set())  # fmt: skip


def test_the_page_offers_what_can_be_done_to_each(people, so, signed_in, task_list):
    suspended = PlanTaskFactory(lead_unit_id=so.pk, state=State.SUSPENDED)
    PlanTaskFactory(lead_unit_id=so.pk, state=State.COMPLETION_REPORTED)
    editor = signed_in(people.editor_of_province)
    page = editor.get(task_list.get_absolute_url())
    assert [(one["task"], one["effects"]) for one in page.context["offered"].rows] == [(suspended, ["end"])]
    assert '<td data-l="Có thể đề nghị">Chấm dứt</td>' in page.content.decode()
    assert page.context["entries_form"].fields["effect"].choices == [("end", "Chấm dứt")]
    sent = {"effect": "approve", "task": [suspended.pk]}
    refused = editor.post(f"{task_list.get_absolute_url()}fill/", sent)
    assert "đang ở trạng thái “Tạm dừng”, không chọn “Phê duyệt” được" in refused.content.decode()


def test_what_does_not_fit_on_the_page_is_said_found_and_added(people, so, cuc, signed_in, task_list, monkeypatch):
    monkeypatch.setattr("apps.tasks.views.tasklists.SHOWN", 2)
    first, *others = appraised(so, 3)
    of_province = PlanTaskFactory(
        lead_unit_id=BAC_NINH, state=State.APPRAISED, year=2026, title="Trạm quan trắc đo lường"
    )
    older = PlanTaskFactory(lead_unit_id=so.pk, state=State.IN_PROGRESS, year=2025)
    PlanTaskFactory(lead_unit_id="CUC-CT", state=State.APPRAISED)
    editor, address = signed_in(people.editor_of_province), task_list.get_absolute_url()
    page = editor.get(address)
    assert "còn 2 nhiệm vụ chưa hiện" in " ".join(page.content.decode().split())

    def found(query: str) -> list[PlanTask]:
        return [one["task"] for one in editor.get(f"{address}?{query}").context["offered"].rows]

    assert found("q=tram+quan+trac") == found(f"unit={BAC_NINH}") == [of_province]
    assert found("year=2025") == [older]
    assert len(found("year=all")) == len(found("year=x&unit=BCT")) == 2  # what is wrong narrows nothing
    fill = f"{address}fill/"
    editor.post(fill, {"effect": "approve", "every": "on", "unit": so.pk})
    assert set(task_list.entries.values_list("task", flat=True)) == {first.pk, *(one.pk for one in others)}
    editor.post(fill, {"effect": "end", "every": "on", "year": "all"})  # of what matches, what can be ended
    assert list(task_list.entries.filter(effect="end").values_list("task", flat=True)) == [older.pk]


def test_a_new_list_is_of_the_year_that_is_planned_now(people, so, signed_in):
    spring, autumn = date(2026, 3, 15), date(2026, 11, 15)
    assert [year_to_list([BAC_NINH], day) for day in (spring, autumn)] == [2026, 2027]
    appraised(so, 1)  # of 2026
    assert year_to_list([BAC_NINH], autumn) == 2026
    editor = signed_in(people.editor_of_province)
    form = editor.get("/task-lists/new/").context["form"]
    assert f'<option value="{form.initial["span"]}" selected>' in str(form["span"])
    sent = {"key": "k", "unit": BAC_NINH, "title": "Trung hạn", "span": "medium-2026-2030"}
    page = editor.post("/task-lists/new/", sent, follow=True)
    assert "Trung hạn 2026–2030" in page.content.decode()
    assert len(page.context["offered"].rows) == 1


def test_a_list_is_not_decided_before_it_is_submitted_nor_changed_after(people, so, decided, signed_in, task_list):
    """Neither waits a list that is half made, nor does what stands on it change under whoever reads it."""
    on_it, other = appraised(so, 2)
    editor, leader = people.editor_of_province, people.approver_of_province
    with pytest.raises(ValidationError, match="Danh mục chưa có nhiệm vụ"):
        tasklists.submit_list(task_list, by=editor)
    [entry] = tasklists.put_on_list(task_list, [on_it], by=editor)
    with pytest.raises(ValidationError, match="Đang lập"):
        tasklists.approve_list(task_list, decided, by=leader)
    assert list(lists_to_approve(leader)) == []
    assert set(to_approve(leader)) == {on_it, other}
    sent = signed_in(editor).post(f"{task_list.get_absolute_url()}submit/", follow=True).content.decode()
    assert "Đã trình danh mục; chờ UBND" in sent
    assert list(lists_to_approve(leader)) == [task_list]
    assert list(to_approve(leader)) == [other]  # the other waits with its list
    for change in (lambda: tasklists.put_on_list(task_list, [other], by=editor),
                   lambda: tasklists.take_off_list(entry, by=editor)):  # fmt: skip
        with pytest.raises(ValidationError, match="Rút danh mục về trước"):
            change()
    tasklists.recall_list(task_list, by=editor)
    assert list(lists_to_approve(leader)) == []
    tasklists.put_on_list(task_list, [other], by=editor)


def test_a_list_comes_back_with_a_reason_to_whoever_made_it(people, so, decided, signed_in, task_list, submit):
    tasklists.put_on_list(task_list, appraised(so, 1), by=people.editor_of_province)
    submit(task_list)
    leader, editor = signed_in(people.approver_of_province), signed_in(people.editor_of_province)
    address = task_list.get_absolute_url()
    assert "Nhập lý do trả lại." in leader.post(f"{address}return/", {"reason": " "}).content.decode()
    leader.post(f"{address}return/", {"reason": "Thiếu nhiệm vụ của Sở Y tế"})
    for page in (editor.get(address), leader.get(address)):
        assert "Huỳnh Quốc Toàn trả lại danh mục" in page.content.decode()
        assert "Thiếu nhiệm vụ của Sở Y tế" in page.content.decode()
    assert list(lists_to_revise(people.editor_of_province)) == [task_list]
    assert list(lists_to_revise(people.neighbour)) == []
    assert "Danh mục năm 2027: 1 nhiệm vụ" in editor.get("/inbox/").content.decode()
    submit(task_list)
    assert list(lists_to_revise(people.editor_of_province)) == []
    tasklists.approve_list(task_list, decided, by=people.approver_of_province)
    run_tellers()
    kinds = ("tasks.list_submit", "tasks.list_return_for_revision", "tasks.list_approve")
    assert [told(people, kind) for kind in kinds] == [
        {"approver_of_province"}, {"editor_of_province"}, {"editor_of_province"}
    ]  # fmt: skip
    assert Notification.objects.filter(kind="tasks.list_submit").count() == 2
    words = editor.get("/notifications/").content.decode()
    assert "Danh mục “Danh mục năm 2027” được trả lại." in words
    assert editor.post(f"/comments/tasks.tasklist/{task_list.pk}/watch/").status_code == 404


def test_the_page_tells_money_what_can_be_returned_and_what_a_task_had_come_to(
    people, so, decided, signed_in, task_list, submit
):
    first, second = appraised(so, 2)
    BudgetLine.objects.create(task=first, year=2027, source="local", stage="planned", amount=250_000_000)
    BudgetLine.objects.create(task=second, year=2027, source="local", stage="planned", amount=40_000_000)
    PlanTaskFactory(lead_unit_id=so.pk, state=State.UNDER_APPRAISAL, year=2027)
    editor, url = signed_in(people.editor_of_province), task_list.get_absolute_url()
    lists = signed_in(people.approver_of_province).get("/task-lists/").content.decode()
    assert "2 nhiệm vụ đã thẩm định, 1 nhiệm vụ đang đề xuất hoặc thẩm định" in lists
    assert "nhiệm vụ đã thẩm định" not in editor.get("/task-lists/").content.decode(), "who prepares them decides none"
    page = editor.get(url).content.decode()
    assert "1 nhiệm vụ của các năm này đang đề xuất hoặc thẩm định" in page
    assert "Hạn mới" not in page  # nothing that is offered can be given another date
    assert "khớp bộ lọc (2)" in editor.post(f"{url}fill/", {"effect": "approve", "year": "all"}).content.decode()
    tasklists.put_on_list(task_list, [first, second], by=people.editor_of_province)
    submit(task_list)
    page = signed_in(people.approver_of_province).get(url).content.decode()
    assert "Tổng kinh phí đề xuất: 290 triệu đồng" in " ".join(page.split())
    assert f"/tasks/{second.code}/return_for_revision/" in page
    moves.return_for_revision(second, "Tách kinh phí", by=people.approver_of_province)
    left = task_list.entries.get(task=first)
    tasklists.approve_list(task_list, decided, by=people.approver_of_province, chosen={left.pk: first.version})
    page = editor.get(url).content.decode()
    assert "Đã trả lại để hoàn thiện trước khi quyết định" in page
    assert "Không thuộc quyết định" in page
    assert "theo quyết định: 250 triệu đồng" in " ".join(page.split())
    assert "Trả lại riêng một nhiệm vụ" in page, "which the list's history tells"
    assert "Không chọn trong quyết định này" not in page


def test_the_page_of_a_task_says_on_which_list_it_stands_and_what_an_error_changes_in_no_label(
    people, so, signed_in, task_list, submit
):
    [task] = appraised(so, 1)
    page = signed_in(people.editor_of_province).get(task.get_absolute_url()).content.decode()
    assert f'href="{task_list.get_absolute_url()}?q={task.code}#them"' in page, "what takes it, once it is appraised"
    tasklists.put_on_list(task_list, [task], by=people.editor_of_province)
    submit(task_list)
    client = signed_in(people.approver_of_province)
    page = client.get(task.get_absolute_url()).content.decode()
    assert "Nhiệm vụ nằm trong danh mục đã trình:" in page
    assert task_list.get_absolute_url() in page
    refused = client.post(
        f"{task.get_absolute_url()}return_for_revision/", {"key": "k1", "version": task.version, "reason": ""}
    )
    assert refused.status_code == 422
    assert "(bắt buộc khi phê duyệt)" in page
    assert refused.content.decode().count("(bắt buộc khi phê duyệt)") == page.count("(bắt buộc khi phê duyệt)")
    act = f"{task.get_absolute_url()}return_for_revision/"
    page = client.get(act, {"list": task_list.pk}).content.decode()
    assert f'href="{task_list.get_absolute_url()}"' in page
    assert '<span class="sub">(bắt buộc)</span>' in page
    own = {"key": "k2", "version": task.version, "alone": "1", "list": task_list.pk}
    refused = client.post(act, own | {"reason": ""}).content.decode()
    assert "Nhập ý kiến, lý do." in refused
    assert "Phê duyệt" not in refused.split("<main", 1)[1], "the error stands where no other button is"
    answer = client.post(act, own | {"reason": "Tách kinh phí"})
    assert answer.url == task_list.get_absolute_url(), "back to the list one came from"
