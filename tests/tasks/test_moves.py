"""Three routes by the services: who moves what, who is refused, and what each move leaves behind."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.core.moves import allowed
from apps.tasks import moving
from apps.tasks.acting import allowed_moves
from apps.tasks.models import PlanTask
from apps.tasks.services import asking, moves
from apps.tasks.services.drafting import create_task
from tests.factories.tasks import PlanTaskFactory
from tests.tasks.lives import of_extensions, of_task_lists

State = PlanTask.State
# Of each route: who leads, who appraises, who decides.
ROUTES = {
    "province": ("SO-BAC-NINH", "officer_of_so", "editor_of_province", "approver_of_province"),
    "ministry": ("CUC-CT", "officer_of_cuc", "editor_of_ministry", "approver_of_ministry"),
    "central": ("VMI", "officer_of_vmi", "officer", "leader"),
}


@pytest.mark.parametrize("route", ROUTES)
def test_a_task_goes_its_route_from_proposal_to_its_end(people, decided, route):
    lead, proposer, appraiser, approver = ROUTES[route]
    by = lambda name: getattr(people, name)  # noqa: E731
    task = create_task(
        PlanTask(
            framework_item_id="B.6", title="Hỗ trợ 120 doanh nghiệp", kind="recurrent", term="yearly", year=2026,
            lead_unit_id=lead, product="Báo cáo", due_on=date(2026, 12, 31),
        ),
        by=by(proposer),
    )  # fmt: skip
    assert (task.route, task.state, task.code[:8]) == (route, State.DRAFT, "NV-2026-")
    task = moves.propose(task, by=by(proposer), version=task.version)
    task = moves.return_for_revision(task, "Tách kinh phí theo nguồn", by=by(appraiser))
    task = moves.propose(task, by=by(proposer))
    task = moves.start_appraisal(task, by=by(appraiser))
    if route == "ministry":
        with pytest.raises(ValidationError, match="Đang chờ ý kiến"):
            moves.appraise(task, by=by(appraiser))
        asking.answer_consultation(task.consultations.get(), "agree", "", by=people.officer)
    task = moves.appraise(task, by=by(appraiser), reason="Đạt")
    task = moves.approve(task, decided, by=by(approver), version=task.version)
    task = moves.start(task, by=by(proposer))
    asked = asking.ask_extension(task, date(2027, 3, 31), "Nhà thầu giao chậm", by=by(proposer))
    asking.grant_extension(asked, decided, by=by(approver))
    asked = asking.ask_extension(task, date(2027, 9, 30), "Còn chậm", by=by(proposer))
    asking.refuse_extension(asked, "Không đủ căn cứ", by=by(approver))
    with pytest.raises(ValidationError, match=r"trước ngày phê duyệt nhiệm vụ \(20/11/2026\)"):
        moves.report_completion(task, by=by(proposer), on=date(2026, 11, 19))
    task = moves.report_completion(task, by=by(proposer), on=date(2026, 11, 28))
    task = moves.fail_acceptance(task, "Thiếu sản phẩm", by=by(approver))
    task = moves.report_completion(task, by=by(proposer), on=date(2026, 11, 29))
    task = moves.accept(task, decided, by=by(approver))
    task = moves.close(task, by=by(approver))
    assert (task.state, task.due_on, task.first_due_on) == (State.CLOSED, date(2027, 3, 31), date(2026, 12, 31))
    assert [step.verb for step in task.steps.all()] == [
        "create", "propose", "return_for_revision", "propose", "start_appraisal", "appraise", "approve", "start",
        "report_completion", "fail_acceptance", "report_completion", "accept", "close",
    ]  # fmt: skip
    approved = task.steps.get(verb="approve")
    assert (approved.decision.number, approved.signatory) == ("2145/QĐ-UBND", "KT. Chủ tịch")
    told = AuditEvent.objects.filter(target_type="tasks.plantask", target_id=str(task.pk))
    assert told.count() == task.version + (1 if route == "ministry" else 0)


# Who may make a move of a task of the province's Sở; everybody else is refused.
MAY_OF_PROVINCE = {
    moving.PROPOSE: {"officer_of_so", "editor_of_province"},
    moving.APPRAISE: {"editor_of_province"},
    moving.RETURN: {"editor_of_province", "approver_of_province"},
    moving.DECIDE: {"approver_of_province"},
}


@pytest.fixture
def tries_out_of_turn() -> set[str]:
    """Of all those who may move no task of the province one tries; all of them in `make soak`."""
    return {"neighbour"}.union(*MAY_OF_PROVINCE.values())


@pytest.mark.parametrize("state", State.values)
def test_each_move_is_open_to_its_people_in_its_states_and_to_nobody_else(
    people, decided, so, state, tries_out_of_turn
):
    task = PlanTaskFactory(state=state, lead_unit_id=so.pk)
    for name, user in vars(people).items():
        found = {move.verb for move in allowed_moves(task, user)}
        for move in (one for one in PlanTask.MOVES if one.sources):
            if not move.leaves(task):
                continue
            assert (move.verb in found) == (name in MAY_OF_PROVINCE[move.permission]), (move.verb, name)
            if move.verb not in found:
                with pytest.raises(PermissionDenied), transaction.atomic():
                    _make(move.verb, task, user, decided)
        assert found <= allowed(task, user)
        out_of_turn = set(moves.VERBS) - {move.verb for move in PlanTask.MOVES if move.leaves(task)}
        for verb in sorted(out_of_turn) if name in tries_out_of_turn else ():
            with pytest.raises((PermissionDenied, ValidationError)), transaction.atomic():
                _make(verb, task, user, decided)
    task.refresh_from_db()
    assert (task.state, task.version) == (state, 1)


def _make(verb, task, user, decided):
    needs = next(move.needs for move in PlanTask.MOVES if move.verb == verb)
    given = {"decision": decided} if "decision" in needs else {"reason": "Lý do"} if "reason" in needs else {}
    return getattr(moves, verb)(task, **given, by=user)


def test_who_serves_the_whole_programme_decides_nothing_of_provinces_and_ministries(people, so, cuc):
    for lead in (so.pk, cuc.pk):
        task = PlanTaskFactory(state=State.APPRAISED, lead_unit_id=lead)
        for user in (people.officer, people.leader, people.administrator, people.approver_of_most):
            assert allowed_moves(task, user) == []


def test_proposer_and_approver_are_never_the_same_person(people, decided, so):
    task = PlanTaskFactory(state=State.UNDER_APPRAISAL, lead_unit_id=so.pk, proposed_by=people.editor_of_province,
                           proposed_at="2026-11-01T09:00:00+07:00")  # fmt: skip
    with pytest.raises(ValidationError, match="người khác phải xử lý"):
        moves.appraise(task, by=people.editor_of_province)
    assert "appraise" not in {move.verb for move in allowed_moves(task, people.editor_of_province)}


def test_a_stale_version_is_refused_with_the_state_of_now(people, decided, so):
    task = PlanTaskFactory(state=State.APPRAISED, lead_unit_id=so.pk)
    moves.approve(task, decided, by=people.approver_of_province, version=1)
    with pytest.raises(ValidationError) as refused:
        moves.approve(task, decided, by=people.approver_of_province, version=1)
    assert refused.value.code == "stale"
    assert refused.value.params["current"] == State.APPROVED


def test_the_database_holds_the_table_of_moves(db, so):
    task = PlanTaskFactory(lead_unit_id=so.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        PlanTask.objects.filter(pk=task.pk).update(state=State.APPROVED)
    with pytest.raises(DatabaseError), transaction.atomic():
        PlanTaskFactory(lead_unit_id=so.pk, origin="portal", state=State.APPROVED)
    with pytest.raises(DatabaseError), transaction.atomic():
        task.budget.create(year=2026, source="central_investment", stage="planned", amount=1)
    suspended = PlanTaskFactory(lead_unit_id=so.pk, state=State.SUSPENDED)  # from in_progress
    with pytest.raises(DatabaseError), transaction.atomic():
        PlanTask.objects.filter(pk=suspended.pk).update(state=State.APPROVED, resume_to="")
    PlanTask.objects.filter(pk=suspended.pk).update(state=State.IN_PROGRESS, resume_to="")
    investment = PlanTaskFactory(lead_unit_id=so.pk, framework_item_id="A.2.2.1.a")
    investment.budget.create(year=2026, source="central_investment", stage="planned", amount=1)


@pytest.mark.parametrize("life", [of_extensions, of_task_lists])
def test_the_database_holds_the_moves_of_what_hangs_on_tasks(request, life):
    """Every pair of states of one life: the trigger lets pass what the table has, and nothing else."""
    told = life(request.getfixturevalue)
    row = next(iter(told["rows"]))
    model = type(row)
    [trigger] = model._meta.triggers
    table = {(one, str(move.target)) for move in model.MOVES for one in map(str, move.sources)}
    assert {tuple(map(str, pair)) for pair in trigger.transitions} == table
    left = {source for source, _target in table}
    ends = (target for source, target in sorted(table, reverse=True) if source == row.state and target not in left)
    ended = next(ends)
    noted = {"decided_by": told["by"][""], "decided_at": timezone.now(), "decided_reason": "Không"}
    rows = model.objects.filter(pk=row.pk)
    rows.update(state=ended, **(noted if hasattr(row, "decided_at") else {}))
    with pytest.raises(DatabaseError, match="Invalid transition"), transaction.atomic():
        rows.update(state=row.state)
