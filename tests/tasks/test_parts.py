"""What a task is part of: only what one may write, and what is not over; and no part is left behind by its whole."""

import json

import pytest
from django.core.exceptions import ValidationError

from apps.organisations.models import OrganisationUnit
from apps.tasks.models import PlanTask
from apps.tasks.services import moves
from apps.tasks.services.drafting import change_task, create_task, withdraw_task
from tests.at_once import at_once
from tests.factories.tasks import PlanTaskFactory
from tests.people.people import add_role
from tests.tasks.conftest import INDUSTRY
from tests.tasks.test_api import TASK, URL, post

State = PlanTask.State
OVER = (State.COMPLETION_REPORTED, State.ACCEPTED, State.CLOSED, State.REJECTED, State.TERMINATED)


def part_of(parent: PlanTask, lead: str) -> PlanTask:
    return PlanTask(framework_item_id="B.6", title="Phần việc", kind="recurrent", term="yearly", year=2026,
                    lead_unit_id=lead, product="Báo cáo", due_on=parent.due_on, parent=parent)  # fmt: skip


def test_a_part_hangs_only_on_a_task_that_one_may_write(people, cuc, signed_in):
    """Seen it is by who takes part in it, too; and its approving unit would even be the same."""
    above = PlanTaskFactory(lead_unit_id=INDUSTRY, state=State.IN_PROGRESS)
    above.participations.create(unit_id=cuc.pk)
    sent = TASK | {"lead_unit": cuc.pk}
    client = signed_in(people.officer_of_cuc)
    assert client.get(f"{URL}{above.code}/").status_code == 200
    answer = post(client, URL, sent | {"parent": above.code})
    assert (answer.status_code, set(answer.json()["errors"])) == (400, {"parent"})
    assert "ngoài phạm vi đơn vị bạn được sửa" in json.dumps(answer.json(), ensure_ascii=False)
    with pytest.raises(ValidationError, match="ngoài phạm vi"):
        create_task(part_of(above, cuc.pk), by=people.officer_of_cuc)
    mine = PlanTaskFactory(lead_unit_id=cuc.pk)
    with pytest.raises(ValidationError, match="ngoài phạm vi"):
        change_task(mine, {"parent": above}, by=people.officer_of_cuc)
    assert post(signed_in(people.editor_of_ministry), URL, sent | {"parent": above.code}).status_code == 201


@pytest.mark.parametrize("state", OVER)
def test_nothing_becomes_part_of_what_is_over(people, so, state):
    above, mine = PlanTaskFactory(lead_unit_id=so.pk, state=state), PlanTaskFactory(lead_unit_id=so.pk)
    for make in (
        lambda: create_task(part_of(above, so.pk), by=people.officer_of_so),
        lambda: change_task(mine, {"parent": above}, by=people.officer_of_so),
    ):
        with pytest.raises(ValidationError) as refused:
            make()
        assert [error.code for error in refused.value.error_dict["parent"]] == ["parent_state"]
    was = PlanTaskFactory(lead_unit_id=so.pk, parent=above)
    assert change_task(was, {"title": "Tên khác", "parent": above}, by=people.officer_of_so).title == "Tên khác"


def test_what_was_taken_back_has_no_parts_and_gets_none(people, so):
    above = PlanTaskFactory(lead_unit_id=so.pk)
    part = PlanTaskFactory(lead_unit_id=so.pk, parent=above)
    with pytest.raises(ValidationError, match="Còn 1 nhiệm vụ thành phần"):
        withdraw_task(above, "Lập trùng", by=people.officer_of_so)
    withdraw_task(part, "Lập trùng", by=people.officer_of_so)
    withdraw_task(above, "Lập trùng", by=people.officer_of_so)
    with pytest.raises(ValidationError, match="không còn trong danh sách"):
        create_task(part_of(above, so.pk), by=people.officer_of_so)


def test_a_whole_does_not_go_to_another_approving_unit_than_its_parts(people, so):
    above = PlanTaskFactory(lead_unit_id=so.pk)
    part = PlanTaskFactory(lead_unit_id=so.pk, parent=above)
    add_role(people.officer_of_so, "unit_editor", "CUC-CT")
    cuc = OrganisationUnit.objects.get(pk="CUC-CT")
    with pytest.raises(ValidationError) as refused:
        change_task(above, {"lead_unit": cuc}, by=people.officer_of_so)
    assert [error.code for error in refused.value.error_dict["lead_unit"]] == ["other_route"]
    change_task(part, {"parent": None}, by=people.officer_of_so)
    change_task(above, {"lead_unit": cuc}, by=people.officer_of_so)


def test_what_ends_early_leaves_no_part_at_work_and_no_draft_of_it_goes_on(people, so, decided):
    by = people.approver_of_province
    above = PlanTaskFactory(lead_unit_id=so.pk, state=State.IN_PROGRESS)
    at_work = PlanTaskFactory(lead_unit_id=so.pk, state=State.IN_PROGRESS, parent=above)
    draft = PlanTaskFactory(lead_unit_id=so.pk, parent=above)
    before = PlanTaskFactory(lead_unit_id=so.pk, state=State.APPRAISED, parent=above)
    with pytest.raises(ValidationError, match="Còn 1 nhiệm vụ thành phần đang thực hiện"):
        moves.terminate(above, "Không cần nữa", by=by)
    moves.terminate(at_work, "Không cần nữa", by=by)
    moves.terminate(above, "Không cần nữa", by=by)
    with pytest.raises(ValidationError, match=f"Nhiệm vụ cấp trên {above.code} nay “Chấm dứt”"):
        moves.propose(draft, by=people.officer_of_so)
    with pytest.raises(ValidationError, match="nay “Chấm dứt”"):
        moves.approve(before, decided, by=by)
    draft = change_task(draft, {"parent": None}, by=people.officer_of_so)
    assert moves.propose(draft, by=people.officer_of_so).state == State.PROPOSED


@pytest.mark.django_db(transaction=True)
def test_a_part_made_while_its_whole_is_taken_back_is_refused_or_keeps_it(people, so):
    for n in range(5):
        above = PlanTaskFactory(code=f"BN-{n}", lead_unit_id=so.pk)
        gifts = at_once([
            lambda above=above: withdraw_task(above, "Lập trùng", by=people.officer_of_so),
            lambda above=above: create_task(part_of(above, so.pk), by=people.officer_of_so),
        ])  # fmt: skip
        assert sum(isinstance(one, ValidationError) for one in gifts) == 1, gifts
        above.refresh_from_db()
        assert above.subtasks.live().exists() == above.is_live
