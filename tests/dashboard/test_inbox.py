"""What waits for whom, why, and until when; and one decision over what was chosen."""

from datetime import date, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.documents.models import Attachment, LegalDocument
from apps.notifications.waiting import waiting_count, waiting_keys
from apps.people.models import Membership
from apps.tasks.forms import decision
from apps.tasks.models import Extension, PlanTask, TaskList, TaskListEntry
from apps.tasks.services import moves
from apps.tasks.services.telling import act_due
from tests.factories.tasks import PlanTaskFactory
from tests.people.people import add_role, today

pytestmark = pytest.mark.django_db
State = PlanTask.State
DECISION = {
    "key": "k1", "verb": "approve", "number": "45/QĐ-UBND", "day": "20/11/2026", "issuer": "UBND tỉnh Bắc Ninh",
    "signatory": "KT. Chủ tịch",
}  # fmt: skip


def sources(user) -> dict[str, int]:
    found: dict[str, int] = {}
    for key in waiting_keys(user):
        found[key.source] = found.get(key.source, 0) + 1
    assert waiting_count(user) == sum(found.values())
    return found


@pytest.fixture
def waiting(people, so):
    """One task in each state, one extension asked, one list that was submitted."""
    for state in State:
        PlanTaskFactory(code=f"NV-{state}", lead_unit_id=so.pk, state=state, due_on=today(10))
    Extension.objects.create(
        task=PlanTask.objects.get(code="NV-in_progress"), due_before=today(10), due_asked=today(60),
        reason="Nhà thầu giao chậm", asked_by=people.officer_of_so, asked_at=timezone.now(),
    )  # fmt: skip
    listed = PlanTaskFactory(code="NV-L", lead_unit_id=so.pk, state=State.APPRAISED)
    made = TaskList.objects.create(
        unit_id=so.parent_id, title="Danh mục năm 2027", term="yearly", first_year=2027, last_year=2027,
        state="submitted", submitted_by=people.editor_of_province, submitted_at=timezone.now(),
    )  # fmt: skip
    TaskListEntry.objects.create(task_list=made, task=listed)
    return made


def test_each_act_waits_for_those_who_may_make_it_and_for_nobody_else(people, waiting):
    lead = {"tasks.revise": 1, "tasks.complete": 2}
    assert sources(people.officer_of_so) == lead
    assert sources(people.editor_of_province) == {"tasks.appraise": 2, **lead}
    assert sources(people.approver_of_province) == {
        "tasks.approve": 1, "tasks.list": 1, "tasks.accept": 1, "tasks.extend": 1
    }  # fmt: skip
    for name in ("neighbour", "approver_next_door", "officer", "leader", "approver_of_most", "reader_of_province"):
        assert sources(getattr(people, name)) == {}, name


def test_what_did_not_pass_is_back_with_its_unit_whenever_it_is_due(people, so, signed_in):
    task = PlanTaskFactory(lead_unit_id=so.pk, state=State.COMPLETION_REPORTED, due_on=today(300))
    moves.fail_acceptance(task, "Thiếu sản phẩm 2", by=people.approver_of_province)
    assert sources(people.officer_of_so) == {"tasks.redo": 1}
    client = signed_in(people.officer_of_so)
    assert "Khắc phục: " in client.get("/inbox/").content.decode()
    page = client.get(task.get_absolute_url()).content.decode()
    assert "Thiếu sản phẩm 2" in page.partition('id="h-turn"')[2].partition("</section>")[0]
    moves.report_completion(task, by=people.officer_of_so)
    assert sources(people.officer_of_so) == {}


def test_the_page_tells_why_and_until_when_and_leads_to_the_act(people, waiting, signed_in):
    PlanTask.objects.get(code="NV-appraised").budget.create(year=2026, source="local", stage="planned", amount=1)
    page = signed_in(people.approver_of_province).get("/inbox/").content.decode()
    for words in ("NV-appraised", "Danh mục năm 2027", "Nghiệm thu:", "Gia hạn:", "Xin gia hạn", "/tasks/NV-appraised/",
                  "bạn là người quyết định", "Quá hạn"):  # fmt: skip
        assert words in page, words
    assert "NV-L" not in page  # it waits with its list
    assert "Vốn đầu tư phát triển" not in page  # which bars from approval; this money is the unit's own
    only = signed_in(people.approver_of_province).get("/inbox/?tab=accept").content.decode()
    assert "NV-completion_reported" in only
    assert "NV-appraised" not in only
    assert "Không còn việc chờ xử lý" in signed_in(people.neighbour).get("/inbox/").content.decode()


def test_days_of_an_internal_deadline_are_working_days(people, so, settings):
    settings.TASK_ACT_DAYS = {**settings.TASK_ACT_DAYS, "approve": 3}
    thursday = timezone.make_aware(timezone.datetime(2026, 11, 26, 15))
    PlanTaskFactory(lead_unit_id=so.pk, state=State.APPRAISED, moved_at=thursday)
    [key] = waiting_keys(people.approver_of_province)
    assert (key.since, key.due_on) == (date(2026, 11, 26), date(2026, 12, 1))


def test_a_list_waits_since_its_submission_names_its_oldest_task_and_counts_what_is_left(
    people, so, waiting, signed_in
):
    long_ago = timezone.make_aware(timezone.datetime(2026, 10, 1, 15))
    listed = PlanTask.objects.filter(code="NV-L")
    listed.update(moved_at=long_ago)
    gone = PlanTaskFactory(lead_unit_id=so.pk, state=State.RETURNED)
    TaskListEntry.objects.create(task_list=waiting, task=gone)
    [key] = [one for one in waiting_keys(people.approver_of_province) if one.source == "tasks.list"]
    assert (key.since, key.due_on) == (today(), act_due("approve", today()))
    page = signed_in(people.approver_of_province).get("/inbox/").content.decode()
    assert "Danh mục năm 2027: còn 1 trong 2 nhiệm vụ" in page
    due = act_due("approve", date(2026, 10, 1))
    assert f"nhiệm vụ chờ lâu nhất từ 01/10/2026, hạn xử lý {due:%d/%m/%Y}" in page


def test_work_of_years_waits_for_its_report_since_it_came_near(people, so, settings):
    long_ago = timezone.make_aware(timezone.datetime(2024, 10, 1, 15))
    PlanTaskFactory(lead_unit_id=so.pk, state=State.IN_PROGRESS, moved_at=long_ago, due_on=today(10))
    [key] = waiting_keys(people.officer_of_so)
    assert key.since == today(10 - settings.TASK_INBOX_DAYS)


@pytest.mark.parametrize("count", [1, 12])
def test_the_page_costs_as_many_queries_however_much_waits(people, so, signed_in, count):
    for _n in range(count):
        PlanTaskFactory(lead_unit_id=so.pk, state=State.APPRAISED)
        PlanTaskFactory(lead_unit_id=so.pk, state=State.COMPLETION_REPORTED)
    client = signed_in(people.approver_of_province)
    client.get("/inbox/")
    with CaptureQueriesContext(connection) as captured:
        client.get("/inbox/")
    assert len(captured) == 13, "\n".join(one["sql"][:150] for one in captured)


def picks(*tasks) -> list[str]:
    return [f"{task.pk}-{task.version}" for task in tasks]


def test_many_are_approved_by_one_decision_and_what_moved_meanwhile_is_named(people, so, signed_in, decided):
    tasks = [PlanTaskFactory(lead_unit_id=so.pk, state=State.APPRAISED) for _ in range(4)]
    chosen = picks(*tasks)
    moves.approve(tasks[1], decided, by=people.approver_of_province)
    own = PlanTaskFactory(lead_unit_id=so.pk, state=State.APPRAISED, proposed_by=people.approver_of_province,
                          proposed_at=timezone.now())  # fmt: skip
    other = PlanTaskFactory(lead_unit_id="CUC-CT", state=State.APPRAISED)
    client = signed_in(people.approver_of_province)
    paper = SimpleUploadedFile("Quyết định.pdf", b"%PDF-1.7 da ky")
    sent = {**DECISION, "pick": [*chosen, *picks(own, other)], "file": paper}
    answer = client.post("/inbox/decide/?tab=approve&page=2", sent, follow=True)
    assert answer.redirect_chain == [("/inbox/?tab=approve", 302)]
    page = answer.content.decode()
    assert "Đã phê duyệt 3 nhiệm vụ theo 45/QĐ-UBND: " in page
    assert f'<a href="{tasks[0].get_absolute_url()}">{tasks[0].code}</a>' in page
    assert f"Bỏ qua {tasks[1].code}" in page
    assert f"Bỏ qua {own.code}: Bạn là người đề xuất" in page
    assert other.code not in page
    states = dict(PlanTask.objects.values_list("pk", "state"))
    assert [states[one.pk] for one in (*tasks, own, other)] == [State.APPROVED] * 4 + [State.APPRAISED] * 2
    [document] = LegalDocument.objects.filter(number="45/QĐ-UBND")
    assert AuditEvent.objects.filter(action="task.approved", data__decision=document.number).count() == 3
    assert Attachment.objects.filter(owner_kind="tasks.plantask").count() == 3
    again = client.post("/inbox/decide/", {**sent, "file": ""}, follow=True).content.decode()
    assert "đã được xử lý" in again
    assert client.post("/inbox/decide/", {**DECISION, "key": "k2", "pick": chosen}).status_code == 409


def test_a_decision_is_asked_for_in_the_same_words_everywhere(people, waiting, signed_in):
    """By the same fields in the same order, and with the same words where they are left empty."""
    client = signed_in(people.approver_of_province)
    pages = {
        "/inbox/decide/": {"key": "a", "verb": "approve", "pick": picks(PlanTask.objects.get(code="NV-appraised"))},
        waiting.get_absolute_url() + "approve/": {},
        "/tasks/NV-appraised/approve/": {"version": 1, "key": "b"},
        "/tasks/NV-completion_reported/accept/": {"version": 1, "key": "c"},
        "/tasks/NV-in_progress/grant_extension/": {"version": 1, "key": "d"},
    }
    found = set()
    for url, sent in pages.items():
        form = client.post(url, sent).context["form"]
        asked = [(name, str(field.label)) for name, field in form.fields.items() if name in decision.DECISION]
        found.add(
            (tuple(asked), tuple((name, *form.errors[name]) for name in decision.DECISION if name in form.errors))
        )
    [(asked, errors)] = found
    assert [name for name, _label in asked] == list(decision.DECISION)
    assert dict(errors)["number"] == "Nhập số, ký hiệu quyết định."
    assert dict(errors).keys() == decision.NEEDED


def test_returning_many_asks_for_words(people, so, signed_in):
    tasks = [PlanTaskFactory(lead_unit_id=so.pk, state=State.APPRAISED) for _ in range(2)]
    client = signed_in(people.approver_of_province)
    sent = {"key": "k", "verb": "return", "pick": picks(*tasks)}
    refused = client.post("/inbox/decide/?tab=approve", sent)
    assert refused.status_code == 422
    assert '<details class="returning" id="tra-lai" open>' in refused.content.decode()
    assert 'action="/inbox/decide/?tab=approve"' in refused.content.decode()
    assert "Nhập ý kiến, lý do." in refused.content.decode()
    assert "checked" in refused.content.decode()  # what was chosen stays chosen
    assert 'data-some="Trả lại %n nhiệm vụ"' in refused.content.decode()  # the script puts the number there
    assert "Lý do như dòng trên" in refused.content.decode()
    page = client.post("/inbox/decide/", {**sent, "reason": "Tách kinh phí theo nguồn"}, follow=True).content.decode()
    assert "Đã trả lại 2 nhiệm vụ, hạn hoàn thiện " in page
    assert set(PlanTask.objects.values_list("state", flat=True)) == {State.RETURNED}


def test_what_one_has_proposed_oneself_stands_apart_with_its_reason(people, so, signed_in):
    PlanTaskFactory(code="NV-OWN", lead_unit_id=so.pk, state=State.APPRAISED, proposed_by=people.approver_of_province,
                    proposed_at=timezone.now())  # fmt: skip
    assert waiting_count(people.approver_of_province) == 0
    page = signed_in(people.approver_of_province).get("/inbox/").content.decode()
    assert "Người khác phải xử lý" in page
    assert "Bạn là người đề xuất: người khác phải phê duyệt" in page


def test_who_acts_for_another_is_told_until_when(people, so, signed_in):
    until = today(7)
    held = Membership.objects.get(user=people.approver_of_province)
    deputy = people.editor_of_province
    add_role(deputy, "unit_approver", held.unit_id, acting_for=held, valid_to=until)
    Authenticator.objects.create(user=deputy, type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DPEHPK3PXP"})
    PlanTaskFactory(code="NV-FOR", lead_unit_id=so.pk, state=State.APPRAISED)
    page = signed_in(people.editor_of_province).get("/inbox/").content.decode()
    assert f"Bạn đang quyết định thay Huỳnh Quốc Toàn đến hết {until:%d/%m/%Y}." in page
    assert "NV-FOR" in page


def test_roles_that_end_soon_wait_for_their_holder(people, so):
    Membership.objects.filter(user=people.officer_of_so).update(valid_to=today() + timedelta(days=5))
    assert sources(people.officer_of_so) == {"people.role": 1}
