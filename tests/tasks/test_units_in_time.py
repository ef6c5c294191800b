"""Tasks of units that were merged, that will be, and of people who left."""

from datetime import date

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied

from apps.accounts.models import User
from apps.framework.selectors import carriers_of
from apps.organisations.models import OrganisationUnit
from apps.people.models import Membership, SavedView
from apps.tasks import recipients
from apps.tasks.fields import units_to_lead
from apps.tasks.holders import holders_of
from apps.tasks.inbox import to_complete
from apps.tasks.models import PlanTask
from apps.tasks.services import moves, working
from apps.tasks.services.copying import copies_of
from apps.tasks.services.drafting import change_task
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG
from tests.factories.organisations import SuccessionFactory
from tests.factories.tasks import PlanTaskFactory
from tests.people.people import add_role, person, today

State = PlanTask.State


def test_what_a_merged_unit_led_goes_on_with_the_people_of_its_heir(people, so, signed_in, decided):
    """A deputy is named as such, though the task is still approved by the unit of its day."""
    officer, editor, approver = people.officer_of_so, people.editor_of_province, people.approver_of_province
    task = PlanTaskFactory(code="P-1", lead_unit_id=BAC_GIANG, year=2025, starts_on=date(2025, 1, 1))
    for user in (people.neighbour, people.officer_of_cuc):
        with pytest.raises(PermissionDenied):
            change_task(task, {"title": "Của đơn vị khác"}, by=user)
    assert signed_in(people.neighbour).get(task.get_absolute_url()).status_code == 404
    assert signed_in(officer).get(task.get_absolute_url()).status_code == 200
    task = change_task(task, {"title": "Hỗ trợ 60 doanh nghiệp"}, by=officer)
    task = working.hand_to(task, officer, by=editor)
    task = moves.propose(task, by=officer)
    task = moves.start_appraisal(task, by=editor)
    task = moves.appraise(task, by=editor)
    deputy = person("Trần Thị Phó", "unit_editor", BAC_NINH)
    add_role(deputy, "unit_approver", BAC_NINH, acting_for=approver.memberships.get(), valid_to=today(9))
    Authenticator.objects.create(user=deputy, type=Authenticator.Type.TOTP, data={})  # from which on it counts
    task = moves.approve(task, decided, by=User.objects.get(pk=deputy.pk))
    assert task.steps.get(verb="approve").acting_for == approver
    assert (task.lead_unit_id, task.approving_unit_id) == (BAC_GIANG, BAC_GIANG)
    assert moves.start(task, by=officer).state == State.IN_PROGRESS


def test_who_left_holds_no_right_and_the_work_waits_for_the_others(people, so, signed_in):
    gone, colleague = people.officer_of_so, person("Hoàng Văn Mới", "unit_editor", so.pk)
    task = PlanTaskFactory(lead_unit_id=so.pk, state=State.IN_PROGRESS, holder=gone, due_on=today(2))
    draft = PlanTaskFactory(lead_unit_id=so.pk, holder=gone)
    assert recipients.working(task) == {gone.pk}
    assert list(to_complete(colleague)) == []
    Membership.objects.filter(user=gone).update(valid_to=today(-1))
    add_role(gone, "unit_editor", LAM_DONG)  # went on elsewhere
    gone = User.objects.get(pk=gone.pk)
    with pytest.raises(PermissionDenied):
        change_task(draft, {"title": "Sau khi đã chuyển"}, by=gone)
    with pytest.raises(PermissionDenied):
        working.tell_progress(task, 50, by=gone)
    assert signed_in(gone).get(task.get_absolute_url()).status_code == 404
    assert signed_in(gone).post(f"{task.get_absolute_url()}hand_to/", {"holder": gone.pk}).status_code == 404
    assert recipients.working(task) == {colleague.pk, people.editor_of_province.pk}
    assert list(to_complete(colleague)) == [task]
    assert gone not in holders_of(task)
    assert working.hand_to(task, colleague, by=colleague).holder == colleague


def test_an_end_that_is_planned_is_none_yet(people, so):
    OrganisationUnit.objects.filter(pk__in=[BAC_NINH, so.pk]).update(valid_to=today(30))
    SuccessionFactory(
        predecessor_id=BAC_NINH, successor_id=LAM_DONG, effective_on=today(31), takes_members=True
    )  # fmt: skip
    officer, neighbour = people.officer_of_so, people.neighbour
    task = PlanTaskFactory(lead_unit_id=BAC_NINH)
    assert [label.id for label in carriers_of(BAC_NINH)] == [BAC_NINH]
    assert {unit.pk for unit in units_to_lead(officer)} == {BAC_NINH, so.pk}
    assert officer in holders_of(task)  # by the department that prepares for it
    [copy] = copies_of([task], 2027, by=officer)
    assert copy.draft.lead_unit_id == BAC_NINH
    view = SavedView.objects.create(owner=officer, page="tasks:plantask_list", name="Chung", shared_with_id=BAC_NINH)
    assert not SavedView.objects.visible_to(neighbour).exists()
    assert list(SavedView.objects.visible_to(people.editor_of_province)) == [view]
    SavedView.objects.update(shared_with=BAC_GIANG)  # whose people came to the province a year ago
    assert list(SavedView.objects.visible_to(people.editor_of_province)) == [view]
    assert not PlanTask.objects.visible_to(neighbour).exists()
