"""Writing a task by its form: good, bad, twice, stale, of another unit; and what is said where it cannot be written."""

import re
from datetime import date

import pytest
from django.urls import reverse

from apps.audit.models import AuditEvent
from apps.tasks.models import PlanTask
from apps.tasks.services.drafting import change_task
from tests.conftest import BAC_NINH, LAM_DONG
from tests.factories.tasks import PlanTaskFactory

ADD = reverse("tasks:plantask_add")
State = PlanTask.State
GOOD = {
    "key": "một lần", "framework_item": "B.6", "title": "Hỗ trợ 120 doanh nghiệp", "kind": "recurrent",
    "term": "yearly", "year": "2026", "lead_unit": "SO-BAC-NINH", "starts_on": "01/02/2026", "due_on": "31/12/2026",
    "product": "Báo cáo kết quả", "unit_1": BAC_NINH, "part_1": "Chỉ đạo", "put_in_1": "Kinh phí",
    "unit_3": "BCT", "part_3": "Cử chuyên gia", "indicator_1": "MT5", "aim_year_1": "2026", "amount_1": "120",
    "source_1": "local", "money_year_1": "2026", "money_1": "1.234,5", "source_2": "other", "money_year_2": "2027",
    "money_2": "0,000001",
}  # fmt: skip


@pytest.fixture
def client(people, signed_in):
    return signed_in(people.officer_of_so)


def errors(answer) -> dict[str, list[str]]:
    return {name: list(told) for name, told in answer.context["form"].errors.items()}


def edit(task: PlanTask) -> str:
    return reverse("tasks:plantask_change", args=[task.code])


def test_all_of_a_proposal_is_kept_as_a_draft_and_its_page_comes_next(client, people):
    answer = client.post(ADD, GOOD)
    task = PlanTask.objects.get()
    assert (answer.status_code, answer.url) == (302, task.get_absolute_url())
    assert (task.state, task.route, task.lead_unit_id, task.entered_by) == (
        State.DRAFT, "province", "SO-BAC-NINH", people.officer_of_so,
    )  # fmt: skip
    assert list(task.participations.values_list("unit", "part", "put_in")) == [
        (BAC_NINH, "Chỉ đạo", "Kinh phí"), ("BCT", "Cử chuyên gia", ""),
    ]  # fmt: skip
    assert list(task.contributions.values_list("indicator__code", "year", "amount")) == [("MT5", 2026, 120)]
    assert sorted(task.budget.values_list("source", "year", "stage", "amount")) == [
        ("local", 2026, "planned", 1_234_500_000), ("other", 2027, "planned", 1),
    ]  # fmt: skip
    assert client.post(ADD, GOOD).url == task.get_absolute_url()  # sent twice
    assert PlanTask.objects.count() == 1


def test_bad_fields_are_told_all_at_once_and_what_was_typed_stays(client):
    bad = {
        "framework_item": "A.2.4", "title": "", "due_on": "31/02/2026", "unit_1": "", "amount_1": "-1",
        "money_1": "1.234",
        "unit_3": "Nơi nào đó", "source_2": "local", "money_year_2": "2026", "money_2": "1",
    }  # fmt: skip
    answer = client.post(ADD, GOOD | bad)
    told = errors(answer)
    assert told["framework_item"] == ["Chọn hạng mục, không chọn đề mục."]
    assert told["unit_1"] == ["Chọn đơn vị."]
    assert "Nhập 1234 hoặc 1,2340" in told["money_1"][0]
    assert told["amount_1"] == ["Đóng góp dự kiến phải lớn hơn 0."]
    assert told["source_2"] == ["Mỗi nguồn và năm chỉ ghi một dòng."]
    assert {"title", "due_on", "unit_2"} <= told.keys()  # rows left empty are closed up
    page = answer.content.decode()
    assert 'value="31/02/2026"' in page
    assert "Cử chuyên gia" in page
    assert not PlanTask.objects.exists()


def test_investment_money_outside_infrastructure_is_refused_in_the_words_of_the_decision(client):
    answer = client.post(ADD, GOOD | {"source_1": "central_investment"})
    [told] = errors(answer)["source_1"]
    assert told == (
        "Vốn đầu tư phát triển chỉ dùng cho phát triển hạ tầng đo lường quốc gia (nhóm 2.2; mục III, Quyết định "
        "996/QĐ-TTg). Nhiệm vụ này thuộc B.6: chọn nguồn khác hoặc gắn đúng hạng mục."
    )
    client.post(ADD, GOOD | {"source_1": "central_investment", "framework_item": "A.2.2.1.a"})
    assert PlanTask.objects.get().budget.filter(source="central_investment").exists()


def test_a_task_of_another_unit_is_not_offered_and_not_taken(client, people, signed_in):
    told = errors(client.post(ADD, GOOD | {"lead_unit": LAM_DONG}))
    assert "trong danh sách được chọn" in told["lead_unit"][0]
    other = PlanTaskFactory(lead_unit_id=LAM_DONG)
    assert client.get(edit(other)).status_code == 404
    assert client.post(edit(other), GOOD).status_code == 404
    mine = PlanTaskFactory(lead_unit_id="SO-BAC-NINH")
    assert signed_in(people.approver_of_province).get(edit(mine)).status_code == 403
    assert "parent" in errors(client.post(ADD, GOOD | {"parent": other.code}))


def test_rows_come_and_go_without_a_script_and_nothing_is_checked(client):
    answer = client.post(
        ADD, {"key": "k", "title": "Đang gõ", "unit_1": "abc", "part_1": "p", "step": "more:participations"}
    )
    form = answer.context["form"]
    assert not form.is_bound
    assert [form[name].value() for name in ("title", "unit_1", "part_1", "unit_2")] == ["Đang gõ", "abc", "p", None]
    answer = client.post(ADD, {"unit_1": "a", "unit_2": "b", "money_1": "5", "remove": "participations:1"})
    form = answer.context["form"]
    assert (form["unit_1"].value(), "unit_2" in form.fields, form["money_1"].value()) == ("b", False, "5")


def test_begins_with_the_item_the_task_above_and_the_unit_one_works_for(client, people):
    initial = client.get(f"{ADD}?framework_item=A.2.1.3").context["form"].initial
    assert (initial["framework_item"].pk, initial["lead_unit"]) == ("A.2.1.3", "SO-BAC-NINH")
    assert "framework_item" not in client.get(f"{ADD}?framework_item=A.2&parent=%00").context["form"].initial
    above = PlanTaskFactory(lead_unit_id=BAC_NINH, year=2027)
    initial = client.get(f"{ADD}?parent={above.code.lower()}").context["form"].initial
    assert (initial["parent"], initial["year"], initial["lead_unit"]) == (above, 2027, BAC_NINH)


def test_a_draft_is_changed_where_nobody_changed_it_meanwhile(client, people):
    client.post(ADD, GOOD)
    task = PlanTask.objects.get()
    form = client.get(edit(task)).context["form"]
    assert [form[name].value() for name in ("money_1", "money_2", "amount_1")] == ["1234,5", "0,000001", "120"]
    change = GOOD | {"key": "sửa", "version": "1", "title": "Hỗ trợ 150 doanh nghiệp", "unit_3": "", "part_3": ""}
    assert client.post(edit(task), change).status_code == 302
    task.refresh_from_db()
    assert (task.title, task.version, task.participations.count()) == ("Hỗ trợ 150 doanh nghiệp", 2, 1)
    answer = client.post(edit(task), change | {"key": "cũ", "title": "Tên khác"})
    assert answer.status_code == 409
    assert "vừa được người khác cập nhật, nay ở trạng thái “Bản nháp”" in answer.content.decode()
    assert 'value="Tên khác"' in answer.content.decode()
    assert client.post(edit(task), change | {"key": "x", "version": ""}).status_code in (200, 409)
    task.refresh_from_db()
    assert task.title == "Hỗ trợ 150 doanh nghiệp"


@pytest.mark.parametrize("state", [State.APPRAISED, State.IN_PROGRESS, State.CLOSED])
def test_what_is_no_draft_says_why_and_what_to_do(client, so, state):
    task = PlanTaskFactory(state=state, lead_unit_id=so.pk)
    page = client.get(edit(task)).content.decode()
    assert str(State(state).label) in page
    assert re.search("trả lại để hoàn thiện|gia hạn|nhiệm vụ mới", page)
    answer = client.post(edit(task), GOOD | {"version": "1"})
    assert answer.status_code == 409
    assert AuditEvent.objects.filter(action="task.changed").count() == 0


def test_a_draft_is_taken_back_with_a_reason_and_stays_on_record(client, so):
    task = PlanTaskFactory(lead_unit_id=so.pk)
    address = reverse("tasks:plantask_withdraw", args=[task.code])
    assert errors(client.post(address, {"reason": ""})) == {"reason": ["Nhập lý do."]}
    assert client.post(address, {"reason": "Lập trùng"}).url == reverse("tasks:plantask_list")
    task.refresh_from_db()
    assert task.withdrawn_reason == "Lập trùng"
    assert AuditEvent.objects.get(action="task.withdrawn").before["title"] == task.title
    assert client.get(address).status_code == 404
    returned = PlanTaskFactory(lead_unit_id=so.pk, state=State.RETURNED)
    answer = client.post(reverse("tasks:plantask_withdraw", args=[returned.code]), {"reason": "x"})
    assert "Chỉ xóa được bản nháp." in answer.content.decode()


def test_items_are_found_by_code_and_by_words_headings_never(client):
    address = reverse("tasks:frameworkitem_choices")
    found = client.get(f"{address}?q=2.4").content.decode()
    assert "A.2.4.1 –" in found
    assert "A.2.4 –" not in found.replace("thuộc A.2.4 –", "")
    assert "A.2.1.2 –" in client.get(f"{address}?q=bo tieu chi quoc gia").content.decode()


def test_a_change_of_another_by_the_service_makes_the_form_stale(client, people, so):
    task = PlanTaskFactory(lead_unit_id=so.pk)
    change_task(task, {"due_on": date(2026, 11, 30)}, by=people.editor_of_province)
    assert client.post(edit(task), GOOD | {"version": "1"}).status_code == 409
