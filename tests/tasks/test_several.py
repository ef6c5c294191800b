"""What is done with ticked tasks: the same change of all, drafts of another year."""

from datetime import date

import pytest
from django.urls import reverse

from apps.audit.models import AuditEvent
from apps.tasks.models import PlanTask
from apps.tasks.services.copying import moved_by_years
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG
from tests.factories.tasks import PlanTaskFactory

BULK, COPY = reverse("tasks:plantask_bulk"), reverse("tasks:plantask_copy")
State = PlanTask.State


@pytest.fixture
def client(people, signed_in):
    return signed_in(people.officer_of_so)


def keys(*tasks: PlanTask) -> list[str]:
    return [str(task.pk) for task in tasks]


def test_each_is_changed_by_itself_and_what_cannot_be_is_named(client, people, so):
    draft, returned = PlanTaskFactory(lead_unit_id=so.pk), PlanTaskFactory(lead_unit_id=so.pk, state=State.RETURNED)
    under_way = PlanTaskFactory(lead_unit_id=so.pk, state=State.IN_PROGRESS)
    joined = PlanTaskFactory(lead_unit_id=LAM_DONG)
    joined.participations.create(unit_id=BAC_NINH)
    out_of_sight = PlanTaskFactory(lead_unit_id=LAM_DONG)
    all_of_them = keys(draft, returned, under_way, joined, out_of_sight)
    page = client.get(BULK, {"task": [*all_of_them, "x", "0", "9" * 30]})
    assert {task.pk for task in page.context["tasks"]} == {int(one) for one in all_of_them[:-1]}
    assert f'value="{draft.pk}.1"' in page.content.decode()
    sent = {"key": "k", "task": all_of_them, "due_on": "30/11/2026", "holder": people.officer_of_so.pk}
    for _twice in range(2):
        outcome = client.post(BULK, sent).context["outcome"]
        assert [row["code"] for row in outcome["done"]] == [draft.code, returned.code]
        assert {row["code"]: row["why"] for row in outcome["refused"]} == {
            under_way.code: (
                "Nhiệm vụ đang ở trạng thái “Đang thực hiện”: chỉ sửa được bản nháp hoặc hồ sơ được trả lại."
            ),
            joined.code: "Trần Văn Lợi không có vai trò chuyên viên ở đơn vị chủ trì.",
        }
    draft.refresh_from_db()
    assert (draft.due_on, draft.first_due_on, draft.holder, draft.version) == (
        date(2026, 11, 30), date(2026, 11, 30), people.officer_of_so, 2,
    )  # fmt: skip
    told = AuditEvent.objects.filter(action="task.changed").values_list("target_id", flat=True)
    assert sorted(told) == sorted(keys(draft, returned))


def test_the_holder_of_any_task_and_none_that_was_changed_meanwhile(client, people, so):
    under_way, changed = PlanTaskFactory.create_batch(2, lead_unit_id=so.pk, state=State.IN_PROGRESS)
    seen = [f"{under_way.pk}.1", f"{changed.pk}.1"]
    PlanTask.objects.filter(pk=changed.pk).update(version=2)
    outcome = client.post(BULK, {"key": "k", "task": seen, "holder": people.officer_of_so.pk}).context["outcome"]
    assert [row["code"] for row in outcome["done"]] == [under_way.code]
    assert "vừa được người khác cập nhật" in outcome["refused"][0]["why"]
    assert AuditEvent.objects.filter(action="task.handed").count() == 1
    stranger = client.post(BULK, {"key": "m", "task": seen, "holder": people.neighbour.pk})
    assert "holder" in stranger.context["form"].errors
    nothing = client.post(BULK, {"key": "n", "task": seen})
    assert "Chọn người giữ việc hoặc nhập hạn hoàn thành." in nothing.content.decode()
    assert "Chưa chọn nhiệm vụ nào" in client.post(BULK, {"key": "n"}).content.decode()


def test_drafts_of_the_next_year_are_made_once_for_a_source_and_a_year(client, people, so):
    source = PlanTaskFactory(lead_unit_id=so.pk, year=2027, due_on=date(2028, 2, 29), starts_on=date(2027, 1, 5),
                             state=State.CLOSED, reported_on=date(2027, 2, 1), accepted_on=date(2027, 2, 2),
                             holder=people.officer_of_so)  # fmt: skip
    source.participations.create(unit_id="BCT", part="Cử chuyên gia")
    source.budget.create(year=2027, source="local", stage="planned", amount=5)
    source.budget.create(year=2027, source="local", stage="disbursed", amount=4)
    source.progress.create(percent=100, told_on=date(2027, 2, 1))
    other = PlanTaskFactory(lead_unit_id=LAM_DONG, year=2027, due_on=date(2027, 12, 31))
    other.participations.create(unit_id=so.pk)
    chosen = keys(source, other)
    preview = client.get(COPY, {"task": chosen})
    assert (preview.context["year"], preview.context["ready"]) == (2028, 1)
    assert "28/02/2029" in preview.content.decode()
    assert not PlanTask.objects.filter(year=2028).exists()
    outcome = client.post(COPY, {"key": "a", "task": chosen, "year": "2028"}).context["outcome"]
    made = PlanTask.objects.get(copied_from=source)
    assert [row["new"]["code"] for row in outcome["made"]] == [made.code]
    assert [row["why"] for row in outcome["refused"]] == ["Ngoài phạm vi đơn vị bạn được lập nhiệm vụ."]
    assert (made.state, made.year, made.due_on, made.first_due_on, made.starts_on, made.holder) == (
        State.DRAFT, 2028, date(2029, 2, 28), date(2029, 2, 28), date(2028, 1, 5), None,
    )  # fmt: skip
    assert list(made.budget.values_list("year", "source", "stage", "amount")) == [(2028, "local", "planned", 5)]
    assert list(made.participations.values_list("unit", "part")) == [("BCT", "Cử chuyên gia")]
    assert not made.progress.exists()
    again = client.post(COPY, {"key": "b", "task": chosen, "year": "2028"}).context["outcome"]
    assert (again["made"], [row["new"]["code"] for row in again["there"]]) == ([], [made.code])
    assert client.post(COPY, {"key": "c", "task": chosen, "year": "2029"}).context["outcome"]["made"]
    assert "Năm đích phải sau năm 2027." in client.get(COPY, {"task": chosen, "year": 2027}).content.decode()


def test_what_an_ended_unit_led_goes_on_with_the_one_that_carries_its_past(people, signed_in):
    source = PlanTaskFactory(lead_unit_id=BAC_GIANG, year=2025, due_on=date(2025, 12, 31))
    signed_in(people.editor_of_province).post(COPY, {"key": "a", "task": keys(source), "year": "2026"})
    assert PlanTask.objects.get(copied_from=source).lead_unit_id == BAC_NINH


def test_days_move_by_years():
    assert moved_by_years(date(2028, 2, 29), 4) == date(2032, 2, 29)
    assert moved_by_years(date(2028, 2, 29), 1) == date(2029, 2, 28)
    assert moved_by_years(date(2026, 12, 31), 1) == date(2027, 12, 31)
