"""Who is told of what happens to a task: the next side, the lead side, who follows it; each once."""

from datetime import date

import pytest
from django.core import mail as post

from apps.jobs.models import Job
from apps.jobs.services import run_job
from apps.notifications.models import Notification
from apps.notifications.selectors import seen
from apps.notifications.services.comments import comment, watch
from apps.people.models import Membership
from apps.people.rights import holders_of, units_with
from apps.tasks import moving
from apps.tasks.models import PlanTask
from apps.tasks.services import asking, moves, telling, working
from tests.conftest import BAC_NINH
from tests.factories.tasks import PlanTaskFactory
from tests.mail import deliver
from tests.people.people import add_role, today

pytestmark = pytest.mark.django_db
State = PlanTask.State


def run_tellers() -> None:
    for job in Job.objects.filter(kind__startswith="tasks.tell", state=Job.State.PENDING).order_by("created_at"):
        assert run_job(job.pk) == Job.State.DONE, job.error


def told(people, kind: str) -> set[str]:
    """Names of the fixture's people who have a notification of this kind."""
    users = set(Notification.objects.filter(kind=kind).values_list("user", flat=True))
    return {name for name, user in vars(people).items() if user.pk in users}


def test_each_move_tells_the_side_that_is_next(people, decided, so):
    task = PlanTaskFactory(lead_unit_id=so.pk, holder=people.officer_of_so)
    watch(task, by=people.reader_of_province)
    task = moves.propose(task, by=people.officer_of_so)
    task = moves.start_appraisal(task, by=people.editor_of_province)
    task = moves.appraise(task, by=people.editor_of_province)
    task = moves.approve(task, decided, by=people.approver_of_province)
    task = moves.start(task, by=people.officer_of_so)
    asked = asking.ask_extension(task, date(2027, 3, 31), "Nhà thầu giao chậm", by=people.officer_of_so)
    asking.refuse_extension(asked, "Không đủ căn cứ", by=people.approver_of_province)
    moves.report_completion(task, by=people.officer_of_so)
    run_tellers()
    reader, lead = "reader_of_province", {"officer_of_so", "editor_of_province"}
    assert told(people, "tasks.propose") == {"editor_of_province", reader}
    assert told(people, "tasks.start_appraisal") == {"officer_of_so", reader}
    assert told(people, "tasks.appraise") == {"approver_of_province", "officer_of_so", reader}
    assert told(people, "tasks.approve") == lead | {reader}
    assert told(people, "tasks.start") == {reader}
    assert told(people, "tasks.extension_ask") == {"approver_of_province", reader}
    assert told(people, "tasks.extension_refuse") == lead | {reader}
    assert told(people, "tasks.report_completion") == {"approver_of_province", reader}


def test_what_the_lead_unit_cannot_solve_is_told_to_those_above(people, so):
    task = PlanTaskFactory(lead_unit_id=so.pk, state=State.IN_PROGRESS)
    for risk in ("some", "high"):
        working.tell_progress(task, 40, by=people.officer_of_so, text="Thiếu chuẩn công tác", risk=risk)
    run_tellers()
    assert told(people, "tasks.risk") == {"approver_of_so", "approver_of_province"}
    assert Notification.objects.count() == 2


def test_a_job_that_runs_twice_tells_once_and_mails_once(people, so):
    task = PlanTaskFactory(lead_unit_id=so.pk, state=State.APPRAISED)
    moves.return_for_revision(task, "Tách kinh phí theo nguồn", by=people.approver_of_province)
    step = task.steps.get(verb="return_for_revision")
    first = telling.tell_moved(step.pk)
    assert len(first) == 2
    assert telling.tell_moved(step.pk) == []
    assert Notification.objects.count() == 2
    letters = deliver()
    assert sorted(one.to[0] for one in letters) == sorted([people.officer_of_so.email, people.editor_of_province.email])
    [letter] = [one for one in letters if one.to == [people.officer_of_so.email]]
    assert letter.subject.startswith(f"[Đề án 996] Nhiệm vụ {task.code} được trả lại để hoàn thiện – hạn ")
    assert letter.body.count("http") == 1
    assert f"/tasks/{task.code}/" in letter.body
    assert "Tách kinh phí" not in letter.body  # no detail leaves the portal by mail
    assert post.outbox == letters


def test_on_the_ministry_route_the_programme_office_is_asked_and_its_answer_told(people, cuc):
    task = PlanTaskFactory(lead_unit_id=cuc.pk, state=State.PROPOSED)
    task = moves.start_appraisal(task, by=people.editor_of_ministry)
    asking.answer_consultation(task.consultations.get(), "agree", "", by=people.officer)
    run_tellers()
    assert told(people, "tasks.consultation_ask") == {"officer", "other_officer"}
    assert told(people, "tasks.consultation_answer") == {"editor_of_ministry"}


def test_what_may_no_longer_be_seen_is_neither_shown_nor_mailed(people, so, signed_in):
    task = PlanTaskFactory(lead_unit_id=so.pk, state=State.APPRAISED)
    moves.return_for_revision(task, "Thiếu sản phẩm", by=people.approver_of_province)
    run_tellers()
    rows = Notification.objects.filter(user=people.officer_of_so)
    assert len(seen(rows, people.officer_of_so)) == 1
    Membership.objects.filter(user=people.officer_of_so).update(valid_to=today(-1))
    del people.officer_of_so._rights
    assert task.code not in signed_in(people.officer_of_so).get("/notifications/").content.decode()
    assert people.officer_of_so.email not in [one.to[0] for one in deliver()]


def test_people_named_in_the_talk_hear_of_it_and_of_what_follows(people, decided, so):
    task = PlanTaskFactory(lead_unit_id=so.pk, state=State.APPRAISED)
    said = comment(task, "Xem giúp @Bùi Thị Lan, và @Lê Thị Hoa.", by=people.editor_of_province)
    assert list(said.mentions.all()) == [people.reader_of_province]  # a neighbour does not see the task
    assert told(people, "comments.mentioned") == {"reader_of_province"}
    assert told(people, "comments.added") == set()  # one event is told once
    moves.approve(task, decided, by=people.approver_of_province)
    run_tellers()
    assert "reader_of_province" in told(people, "tasks.approve")


def test_holders_of_a_right_are_those_whom_it_is_answered_for(people, so, cuc):
    """The other way about gives the same: for every person, permission and unit."""
    add_role(
        people.auditor, "unit_approver", so.pk, acting_for=people.approver_of_so.memberships.get(), valid_to=today(9)
    )
    for permission in (moving.PROPOSE, moving.APPRAISE, moving.DECIDE, moving.CONSULT, "tasks.view_plantask"):
        held = holders_of(permission)
        for name, user in vars(people).items():
            vars(user).pop("_rights", None)
            scope = units_with(user, permission)
            assert (user.pk in held.everywhere) == scope.everything, (permission, name)
            for unit in (so.pk, cuc.pk, BAC_NINH, "VN-24-2008", "BCT", "BKHCN", "VMI"):
                assert (user.pk in held.of(unit)) == (unit in scope.ids), (permission, name, unit)


def test_a_question_asked_anew_after_a_return_is_told_anew(people, cuc):
    task = PlanTaskFactory(lead_unit_id=cuc.pk, state=State.PROPOSED)
    task = moves.start_appraisal(task, by=people.editor_of_ministry)
    run_tellers()
    task = moves.return_for_revision(task, "Tách kinh phí", by=people.editor_of_ministry)
    task = moves.propose(task, by=people.officer_of_cuc)
    moves.start_appraisal(task, by=people.editor_of_ministry)
    run_tellers()
    told_of = Notification.objects.filter(kind="tasks.consultation_ask", user=people.officer)
    assert told_of.count() == 2
    assert telling.tell_consultation(task.consultations.get().pk, "ask") == []  # the job again


def test_what_was_asked_is_new_for_nobody_once_it_is_done_and_a_return_says_why(people, so, signed_in):
    task = PlanTaskFactory(lead_unit_id=so.pk)
    task = moves.propose(task, by=people.officer_of_so)
    run_tellers()
    asked = Notification.objects.filter(kind="tasks.propose")
    assert asked.filter(read_at=None).exists()
    task = moves.return_for_revision(task, "Tách kinh phí theo nguồn", by=people.editor_of_province)
    run_tellers()
    assert not asked.filter(read_at=None).exists()
    client = signed_in(people.officer_of_so)
    page = client.get("/notifications/").content.decode()
    assert "Tách kinh phí theo nguồn" in page
    moves.propose(task, by=people.officer_of_so)
    run_tellers()
    assert asked.filter(read_at=None).exists()  # asked anew
    assert not Notification.objects.filter(kind="tasks.return_for_revision", read_at=None).exists()
