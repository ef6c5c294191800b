"""The page of a task: its form is for whose turn it is, its parts tell all there is, and it costs the same however
much that is.
"""

import re
from dataclasses import replace
from datetime import date

import pytest

from apps.documents.owners import owner_of
from apps.tasks.models import BudgetLine, Milestone, Participation, PlanTask, TaskProgress, TaskRelation
from apps.tasks.page import BUTTONS, button_of, next_words, waiting_words
from apps.tasks.rollup import progress_of
from apps.tasks.services import moves, working
from apps.tasks.services.drafting import Money, Part, Parts, change_task
from tests.conftest import BAC_GIANG, BAC_NINH
from tests.factories.organisations import OrganisationUnitFactory
from tests.factories.tasks import PlanTaskFactory
from tests.tasks.test_moves import MAY_OF_PROVINCE

State = PlanTask.State
FORM = 'id="h-turn"'


def page(client, task, tab="") -> str:
    answer = client.get(task.get_absolute_url(), {"tab": tab} if tab else {})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("state", State.values)
def test_buttons_are_those_of_the_table_and_nobody_else_finds_one(people, signed_in, so, state):
    task = PlanTaskFactory(state=state, lead_unit_id=so.pk)
    for name in ("officer_of_so", "editor_of_province", "approver_of_province", "auditor"):
        text = page(signed_in(getattr(people, name)), task)
        mine = {move.verb for move in PlanTask.MOVES if move.leaves(task) and name in MAY_OF_PROVINCE[move.permission]}
        for verb in BUTTONS:
            assert (f'{task.get_absolute_url()}{verb}/"' in text) == (verb in mine), (name, verb)
        assert (FORM in text) == bool(mine - {"suspend", "terminate"}), name
        assert ("Đang chờ ai" in text) == (FORM not in text), name


def test_whoever_does_not_see_the_task_finds_no_page(people, signed_in, so):
    task = PlanTaskFactory(lead_unit_id=so.pk, state=State.APPRAISED)
    for name, status in {"neighbour": 404, "officer_of_cuc": 404, "officer": 200}.items():
        assert signed_in(getattr(people, name)).get(task.get_absolute_url()).status_code == status, name


def test_others_read_with_whom_it_waits_and_own_proposals_say_why(people, signed_in, so):
    task = PlanTaskFactory(state=State.APPRAISED, lead_unit_id=so.pk, proposed_by=people.editor_of_province,
                           proposed_at="2026-11-01T09:00:00+07:00")  # fmt: skip
    assert "Đang chờ UBND thành phố Bắc Ninh phê duyệt, từ 05/01/2026." in page(signed_in(people.officer_of_so), task)
    assert "Bạn là người đề xuất nhiệm vụ này" in page(signed_in(people.editor_of_province), task)
    central = PlanTaskFactory(state=State.APPRAISED, lead_unit_id="VMI")
    assert "Đang chờ Ủy ban TĐC hoặc Bộ KH&amp;CN phê duyệt" in page(signed_in(people.officer_of_vmi), central)


def test_the_form_of_the_approver_has_what_a_decision_needs(people, signed_in, so):
    task = PlanTaskFactory(state=State.APPRAISED, lead_unit_id=so.pk)
    BudgetLine.objects.create(task=task, year=2026, source="local", stage="planned", amount=4_850_000_000)
    text = page(signed_in(people.approver_of_province), task)
    assert 'value="Ủy ban nhân dân thành phố Bắc Ninh"' in text
    for name in ("number", "day", "issuer", "signatory", "file", "reason"):
        assert f'name="{name}"' in text
    assert "Kinh phí đề nghị: 4.850 triệu đồng." in text
    assert "bắt buộc khi trả lại hoặc khi không phê duyệt" in text


def test_days_left_are_told_and_the_due_date_first_set_stays_in_sight(people, signed_in, so, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *given: date(2026, 11, 20))
    client = signed_in(people.auditor)
    for due, words in {
        date(2026, 11, 24): "Nguy cơ chậm, còn 4 ngày",
        date(2026, 11, 17): "Quá hạn 3 ngày",
        date(2026, 11, 20): "Đến hạn hôm nay",
    }.items():
        task = PlanTaskFactory(state=State.IN_PROGRESS, lead_unit_id=so.pk, due_on=due, first_due_on=date(2026, 1, 31))
        text = page(client, task)
        assert words in text
        assert "Hạn đặt ban đầu 31/01/2026" in text
        head = re.sub(r"<[^>]+>|\s+", " ", text.partition("<h1>")[2].partition('class="flow')[0])
        assert f"Hạn hiện tại: {due:%d/%m/%Y}" in " ".join(head.split())
        assert "Hạn đặt ban đầu: 31/01/2026" in " ".join(head.split())
    later = PlanTaskFactory(lead_unit_id=so.pk, state=State.APPRAISED, due_on=date(2027, 6, 1), year=2027)
    assert "còn 193 ngày" in page(client, later)


def test_the_path_begins_anew_after_a_return(people, signed_in, so):
    task = PlanTaskFactory(lead_unit_id=so.pk)
    task = moves.propose(task, by=people.officer_of_so)
    task = moves.start_appraisal(task, by=people.editor_of_province)
    task = moves.return_for_revision(task, "Tách kinh phí", by=people.editor_of_province)
    text = page(signed_in(people.officer_of_so), task)
    assert button_of(task, "propose").label == "Đề xuất lại"
    assert "Hoàn thiện và đề xuất lại" in text
    assert "Tách kinh phí" in text
    assert "Đề xuất lại lần" not in text
    task = moves.propose(task, by=people.officer_of_so)
    text = page(signed_in(people.officer_of_so), task)
    assert "Đề xuất lại lần 2" in text
    assert text.count('class="done"') == 1


def test_tabs_tell_parts_money_work_and_changes_in_words(people, signed_in, so):
    task = PlanTaskFactory(lead_unit_id=so.pk, title="Tên cũ", holder=people.officer_of_so)
    parts = Parts(
        participations=[Part(OrganisationUnitFactory(id="SO-CT", parent_id=BAC_NINH), "Khảo sát", "02 cán bộ")],
        budget=[Money("local", 2026, 3_350_000_000)],
    )
    change_task(task, {"title": "Tên mới", "due_on": date(2026, 11, 30)}, parts, by=people.officer_of_so)
    change_task(task, {}, Parts(budget=[Money("local", 2026, 3_150_000_000)]), by=people.officer_of_so)
    client = signed_in(people.editor_of_province)
    content = page(client, task)
    assert "Khảo sát" in content
    assert "02 cán bộ" in content
    money = page(client, task, "money")
    assert "Ngân sách địa phương" in money
    assert "3.150" in money
    changes = page(client, task, "changes")
    for words in ("<s>Tên cũ</s> → ", "Tên mới", "<s>31/12/2026</s> → ", "30/11/2026", "<s>3.350</s> → "):
        assert words in changes
    assert 'Thay đổi <span class="ct">3</span>' in changes
    paper = page(client, task, "all")
    for words in ("In phiếu trình", "Khảo sát", "3.150", "Mốc thực hiện"):
        assert words in paper


def test_progress_of_a_task_is_the_mean_of_its_standing_sub_tasks(people, so):
    task = PlanTaskFactory(lead_unit_id=so.pk, state=State.IN_PROGRESS)
    assert progress_of([task.pk]) == {}
    working.tell_progress(task, 30, by=people.officer_of_so)
    working.tell_progress(task, 40, by=people.officer_of_so)
    assert progress_of([task.pk]) == {task.pk: 40}
    told, _silent, _done, _ended, _gone = (
        PlanTaskFactory(lead_unit_id=so.pk, parent=task, state=state)
        for state in (State.IN_PROGRESS, State.APPROVED, State.ACCEPTED, State.TERMINATED, State.REJECTED)
    )
    working.tell_progress(told, 50, by=people.officer_of_so)
    assert progress_of([task.pk, told.pk]) == {task.pk: 50, told.pk: 50}  # of 50, 0 and 100


def test_related_tasks_are_told_to_whoever_sees_them_only(people, signed_in, so):
    task, far = PlanTaskFactory(lead_unit_id=so.pk), PlanTaskFactory(lead_unit_id="VN-68-2025", title="Ở Lâm Đồng")
    near = PlanTaskFactory(lead_unit_id=BAC_NINH, title="Của tỉnh")
    TaskRelation.objects.create(task=task, other=far, kind="belongs_with")
    TaskRelation.objects.create(task=near, other=task, kind="precedes")
    text = page(signed_in(people.editor_of_province), task)
    assert "Của tỉnh" in text
    assert "Làm sau" in text
    assert "Ở Lâm Đồng" not in text
    assert "Ở Lâm Đồng" in page(signed_in(people.auditor), task)


@pytest.mark.parametrize("count", [1, 4])
@pytest.mark.parametrize("tab", ["content", "progress", "all"])
def test_query_count_does_not_grow(people, signed_in, so, count, tab, django_assert_max_num_queries):
    task = PlanTaskFactory(lead_unit_id=so.pk, state=State.IN_PROGRESS)
    for number in range(count):
        PlanTaskFactory(lead_unit_id=so.pk, parent=task, state=State.IN_PROGRESS)
        Milestone.objects.create(task=task, position=number, name=f"Mốc {number}")
        TaskProgress.objects.create(task=task, percent=number, told_on=date(2026, 5, 1), told_by=people.officer_of_so)
        unit = OrganisationUnitFactory(id=f"PH-{number}", parent_id=BAC_NINH)
        Participation.objects.create(task=task, unit=unit)
        TaskRelation.objects.create(task=task, other=PlanTaskFactory(lead_unit_id=so.pk), kind="precedes")
        task = moves.suspend(task, "Lý do", by=people.approver_of_province)
        task = moves.resume(task, by=people.approver_of_province)
    client = signed_in(people.officer_of_so)
    page(client, task)
    with django_assert_max_num_queries(MOST[tab]):
        page(client, task, tab)


MOST = {"content": 30, "progress": 30, "all": 34}


def test_files_are_attached_by_who_appraises_while_the_task_is_there(people, so):
    kind = owner_of("tasks.plantask")
    for state, mine in {State.DRAFT: False, State.UNDER_APPRAISAL: True, State.IN_PROGRESS: False}.items():
        task = PlanTaskFactory(lead_unit_id="VMI", state=state)
        assert kind.editable_by(people.officer).filter(pk=task.pk).exists() == mine
        assert not kind.editable_by(people.leader).filter(pk=task.pk).exists()


def test_the_page_of_a_decision_leads_to_what_it_decided_within_sight(people, decided, so, signed_in):
    task = PlanTaskFactory(lead_unit_id=so.pk, state=State.APPRAISED)
    task = moves.approve(task, replace(decided, signatory="Nguyễn Văn Ký"), by=people.approver_of_province)
    paper = task.steps.get(verb="approve").decision.get_absolute_url()
    own = signed_in(people.officer_of_so).get(paper).content.decode()
    assert f'href="{task.get_absolute_url()}"' in own
    assert "Phê duyệt nhiệm vụ" in own
    assert "<dd>Nguyễn Văn Ký</dd>" in signed_in(people.officer_of_so).get(paper).content.decode()
    unseen = signed_in(people.neighbour).get(paper).content.decode()
    assert [told in unseen for told in (task.code, "Nguyễn Văn Ký")] == [False, False]


def test_running_work_names_its_next_step_and_an_heir_of_the_same_name_once(people, signed_in):
    task = PlanTaskFactory(lead_unit_id="VN-14-2008", state="in_progress")
    assert waiting_words(task).startswith("Sơn La đang thực hiện, từ ")
    assert next_words(task) == "Bước tiếp: Sơn La báo cáo hoàn thành hoặc xin gia hạn."
    assert next_words(task, is_asked=True) == "Bước tiếp: Sơn La báo cáo hoàn thành."
    task.state = "completion_reported"
    assert "Đang chờ UBND tỉnh Sơn La nghiệm thu" in waiting_words(task)
    assert next_words(task) == ""


def test_who_decides_on_a_task_is_whoever_carries_the_unit_on_today(reference):
    task = PlanTaskFactory(lead_unit_id=BAC_GIANG, state="completion_reported")
    assert "Đang chờ UBND thành phố Bắc Ninh (kế thừa UBND tỉnh Bắc Giang) nghiệm thu" in waiting_words(task)


def test_an_obstacle_without_words_says_so(people, signed_in, so):
    task = PlanTaskFactory(lead_unit_id=so.pk, state="in_progress")
    TaskProgress.objects.create(task=task, percent=5, told_on=date(2026, 3, 1), risk="high")
    words = " ".join(re.sub(r"<[^>]+>", " ", page(signed_in(people.auditor), task)).split())
    assert "Vướng mắc cần cấp trên giải quyết (tính đến 01/03/2026): chưa ghi nội dung" in words
