"""Every model with a state has one table of moves, and services, audit, pages and tests/permissions.yaml keep to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.db import models, transaction

from apps.allocations.models import Allocation
from apps.audit.models import AuditEvent, label_of
from apps.audit.registry import action_label
from apps.core.moves import WRONG_STATE, Move, allowed, find, moves_from
from apps.exchange.models import ImportBatch, StagedRow
from apps.feedback.models import Feedback
from apps.handover.models import Handover
from apps.jobs.models import Job
from apps.jobs.registry import get_handler
from apps.labs.models import CmcStatus
from apps.organisations.models import Reorganisation
from apps.people.models import ApiToken, Invitation, Person, SecondFactorReset
from apps.publications.models import ReportBook
from apps.publications.views.acts import MOVES as BOOK_MOVES
from apps.reports.models import AnnualReport, ReportingRound
from apps.reports.views.acts import MOVES as REPORT_MOVES
from apps.targets.models import ClosingProposal, Publication
from apps.tasks.models import Extension, PlanTask, TaskList
from apps.tasks.services.moves import VERBS
from apps.webhooks.models import Delivery, Subscription
from tests.lives import LIVES, Door, Life
from tests.progress.conftest import enterprise, event  # noqa: F401 - for the life of closings
from tests.publications.facts import facts  # noqa: F401 - for the life of books
from tests.test_architecture import own_models
from tests.walk import matrix
from tests.walk.routes import all_routes

TABLES = list(LIVES)
# What looks like a state and has no moves of its own.
# What a row of a file is follows from comparing; its verbs are the batch's. The status of a CMC is what its row tells.
WITHOUT = {StagedRow, CmcStatus}
PROCESSES = {"worker", "relay", "clock", "service"}
BY_LINK = {"accept", "create"}  # whoever holds the link of a mail
BY_NOBODY = {(Feedback, "send")}  # an open page asks nobody who they are, and the audit keeps nothing of it

# The page of each verb.
PAGES = {
    "exchange:columns_set": (ImportBatch, "set_columns"),
    "exchange:row_mend": (ImportBatch, "mend_cell"),
    "exchange:row_accept": (ImportBatch, "accept_warnings"),
    "exchange:warnings_accept": (ImportBatch, "accept_warnings"),
    "exchange:row_drop": (ImportBatch, "drop_row"),
    "exchange:rows_drop": (ImportBatch, "drop_rest"),
    "exchange:row_restore": (ImportBatch, "restore_row"),
    "exchange:suggestions_apply": (ImportBatch, "apply_suggestions"),
    "exchange:importbatch_retry": (ImportBatch, "retry"),
    "exchange:importbatch_confirm": (ImportBatch, "request_write"),
    "exchange:importbatch_cancel": (ImportBatch, "cancel"),
    "exchange:importbatch_undo": (ImportBatch, "request_undo"),
    "progress:closing_close": (ClosingProposal, "close"),
    "progress:closing_refuse": (ClosingProposal, "refuse"),
    "progress:closing_withdraw": (ClosingProposal, "withdraw"),
    "progress:publication_withdraw": (Publication, "withdraw"),
    "allocations:allocation_fill": (Allocation, "fill"),
    "allocations:allocation_cell(pk,unit)": (Allocation, "fill"),
    "allocations:allocation_cell(pk,unit,year)": (Allocation, "fill"),
    "allocations:allocation_suggest": (Allocation, "fill"),
    "allocations:allocation_circulate": (Allocation, "circulate"),
    "allocations:allocation_propose": (Allocation, "propose"),
    "allocations:allocation_return": (Allocation, "return_for_revision"),
    "allocations:allocation_approve": (Allocation, "approve"),
    "people:person_close": (Person, "deactivate"),
    "people:person_reopen": (Person, "reopen"),
    "people:person_sessions_end": (Person, "end_sessions"),
    "people:reset_approve": (SecondFactorReset, "approve"),
    "people:reset_refuse": (SecondFactorReset, "refuse"),
    "people:invitation_withdraw": (Invitation, "withdraw"),
    "people:invitation_resend": (Invitation, "resend"),
    "people:apitoken_revoke": (ApiToken, "revoke"),
    "reorganisations:reorganisation_withdraw": (Reorganisation, "withdraw"),
    "jobs:job_retry": (Job, "retry"),
    **{
        f"webhooks:subscription_{verb}": (Subscription, verb)
        for verb in ("change", "pause", "resume", "rotate", "test", "remove")
    },
    "webhooks:delivery_redeliver": (Delivery, "redeliver"),
    "handover:handover_resend": (Handover, "resend"),
    "feedback:feedback_handle": (Feedback, "handle"),
    "feedback:feedback_reopen": (Feedback, "reopen"),
    "tasks:tasklist_submit": (TaskList, "submit"),
    "tasks:tasklist_recall": (TaskList, "recall"),
    "tasks:tasklist_return": (TaskList, "return_for_revision"),
    "tasks:tasklist_approve": (TaskList, "approve"),
    "tasks:tasklist_drop": (TaskList, "drop"),
    **{f"tasks:plantask_{verb}": (PlanTask, verb) for verb in VERBS},
    **{f"reports:annualreport_{verb}": (AnnualReport, verb) for verb in REPORT_MOVES},
    **{f"publications:reportbook_{verb}": (ReportBook, verb) for verb in BOOK_MOVES},
    "publications:section_edit": (ReportBook, "write"),
    "reports:reportinground_open": (ReportingRound, "open"),
    "reports:reportinground_lock": (ReportingRound, "lock"),
    "tasks:plantask_grant_extension": (Extension, "grant"),
    "tasks:plantask_refuse_extension": (Extension, "refuse"),
}
# Where the rows are made: these pages have no object yet, some of them ask for more than the one permission.
MAKING = {
    "exchange:importbatch_list": (ImportBatch, "upload"),
    "progress:closing_detail": (ClosingProposal, "propose"),
    "progress:closing_publish": (Publication, "publish"),
    "allocations:allocation_add": (Allocation, "draft"),
    "people:reset_request": (SecondFactorReset, "request"),
    "people:invitation_add": (Invitation, "invite"),
    "people:apitoken_add": (ApiToken, "issue"),
    "people:invitation_accept": (Person, "create"),
    "reorganisations:reorganisation_new": (Reorganisation, "record"),
    "webhooks:subscription_new": (Subscription, "create"),
    "feedback_open:form": (Feedback, "send"),
    "tasks:tasklist_add": (TaskList, "make"),
    "reports:reportinground_add": (ReportingRound, "create"),
    "publications:reportbook_add": (ReportBook, "begin"),
    "tasks:plantask_add": (PlanTask, "create"),
    "tasks:plantask_ask_extension": (Extension, "ask"),
}
# People of the walk who are told apart by more than the state of their account.
STANDS_FOR = {
    "left": "active",
    "with_factor": "active",
    **dict.fromkeys(("on_draft_list", "on_submitted_list", "on_dropped_list"), "appraised"),
}


def label(model: type[models.Model]) -> str:
    return model.__name__


# --- the tables -------------------------------------------------------------------------------------------------------


def test_every_model_with_a_state_has_a_table():
    with_state = {
        model
        for model in own_models()
        if hasattr(model, "State") or {"state", "status"} & {field.name for field in model._meta.concrete_fields}
    }
    assert with_state - WITHOUT == set(TABLES) == {model for model in own_models() if hasattr(model, "MOVES")}


@pytest.mark.parametrize("model", TABLES, ids=label)
def test_table_speaks_of_its_states_and_leads_to_all_of_them(model):
    states = set(model.State.values)
    named = {state for move in model.MOVES for state in (*move.sources, move.target) if state}
    assert named == states
    reached = {move.target for move in model.MOVES if not move.sources}
    while further := {m.target for state in reached for m in moves_from(model, state) if m.target} - reached:
        reached |= further
    assert reached == states


@pytest.mark.parametrize("model", TABLES, ids=label)
def test_a_verb_of_a_person_has_one_outcome_wherever_it_starts(model):
    """Otherwise neither guard nor button would know which move is meant. A machine may come to several ends; where a
    person's verb does, a truth of the row tells them apart.
    """
    steps = [(move.verb, source, move.only_if) for move in model.MOVES if not move.machine for source in move.sources]
    assert len(steps) == len(set(steps))


@pytest.mark.django_db
@pytest.mark.parametrize("model", TABLES, ids=label)
def test_what_a_move_names_is_there(model):
    fields = {field.name for field in model._meta.concrete_fields}
    for move in model.MOVES:
        assert {move.who, move.when, move.not_by} - {""} <= fields, move
        assert not move.only_if or hasattr(model, move.only_if), move
        assert not move.audit or action_label(move.audit) != move.audit, move
        by_link = (move.verb in BY_LINK or (model, move.verb) in BY_NOBODY) and not move.permission
        assert bool(move.permission) + bool(move.machine) + by_link == 1, move
        if move.permission:
            app, _dot, code = move.permission.partition(".")
            assert Permission.objects.filter(content_type__app_label=app, codename=code).exists(), move
        if move.machine and move.machine not in PROCESSES:
            assert get_handler(move.machine).kind == move.machine, move


# --- the services -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("model", TABLES, ids=label)
def test_every_verb_in_every_state_does_what_the_table_says(model, request):
    """Through its service: made and recorded exactly where the table has it, refused elsewhere and nothing written."""
    life = LIVES[model](request.getfixturevalue)
    assert set(life.doors) == {move.verb for move in model.MOVES if move.sources}
    seen, made = set(), set()
    for row in life.rows:
        row = anew(row)
        seen.add(row.state)
        before = told(life)  # each press is taken back
        for verb, doors in life.doors.items():
            for door in doors if isinstance(doors, list) else [doors]:
                made |= pressed(life, anew(row), verb, door, before)
    assert seen == set(model.State.values)
    assert made == {(move.verb, source, move.target) for move in model.MOVES for source in move.sources}
    recorded = set(AuditEvent.objects.values_list("action", flat=True))
    assert {move.audit for move in model.MOVES if not move.sources and move.audit} <= recorded


def pressed(life: Life, row: Any, verb: str, door: Door, before: dict[str, Any]) -> set[tuple[str, str, str]]:
    """The move that was made, if the table has one from here."""
    fits = [move for move in find(row, verb) if move.leaves(row)]
    source, last = row.state, AuditEvent.objects.order_by("id").last()
    with rolled_back():
        refusal, after = refused_by(door, row), anew(row)
        since = AuditEvent.objects.filter(id__gt=last.id if last else 0)
        if not fits:
            is_asked = not find(row, verb)[0].machine
            assert refusal == (life.code.get(verb, WRONG_STATE) if is_asked else ""), (verb, source)
            assert after.state == source, (verb, source)
            if find(row, verb)[0].machine != "clock":  # that a day passes is no writing of ours
                assert told(life) == before, (verb, source)
            assert not since.exists(), (verb, source)
            return set()
        assert refusal == "", (verb, source)
        [move] = [move for move in fits if (move.target or source) == after.state] or [None]
        assert move, (verb, source, after.state)
        check_noted(life, move, after, since)
        return {(verb, source, move.target)}


def check_noted(life: Life, move: Move, after: Any, since: models.QuerySet[AuditEvent]) -> None:
    actions = set(since.values_list("action", flat=True))
    if move.audit:
        assert move.audit in actions, (move, actions)
    else:
        assert not since.filter(target_type=label_of(after), target_id=str(after.pk)).exists(), move
    assert not move.when or getattr(after, move.when), move
    if move.who:
        person = life.by.get(move.verb, life.by[""])
        who = getattr(after, f"{move.who}_id")
        assert who == person.pk if person else who, move


def refused_by(door: Door, row: Any) -> str:
    try:
        door(row)
    except ValidationError as refusal:
        return str(getattr(refusal, "code", refusal.messages))  # without a code: it refused what was entered
    return ""


def anew(row: Any) -> Any:
    return type(row)._base_manager.get(pk=row.pk)


def told(life: Life) -> dict[str, list[dict[str, Any]]]:
    return {model.__name__: list(model._base_manager.order_by("pk").values()) for model in life.tables}


@contextmanager
def rolled_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


# --- the pages --------------------------------------------------------------------------------------------------------


def test_every_verb_of_a_person_has_its_page():
    verbs = {(model, move.verb) for model in TABLES for move in model.MOVES if move.permission and move.sources}
    assert set(PAGES.values()) == verbs
    made = {(model, move.verb) for model in TABLES for move in model.MOVES if not move.sources and not move.machine}
    assert set(MAKING.values()) == made


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_for_the_permission_of_its_move(name):
    model, verb = PAGES[name]
    assert {(move.permission,) for move in find(model, verb)} == {all_routes()[name].permissions}


@pytest.mark.parametrize("name", [*PAGES, *MAKING])
def test_the_file_of_permissions_names_the_audit_of_the_move(name):
    model, verb = (PAGES | MAKING)[name]
    assert {move.audit for move in find(model, verb)} - {""} <= set(matrix.read().routes[name].methods["POST"].audit)


@pytest.mark.parametrize("name", PAGES)
def test_the_file_of_permissions_names_the_states_of_the_move(name):
    """A state in which a verb also asks for something else may stand there: it hangs on the object of the walk."""
    model, verb = PAGES[name]
    said = {STANDS_FOR.get(state, state) for state in matrix.read().routes[name].states}
    always = {state for move in find(model, verb) if not move.only_if for state in move.sources}
    assert always <= said <= {state for move in find(model, verb) for state in move.sources}


@pytest.mark.django_db
def test_a_button_is_for_who_may_and_for_another_than_who_asked(officer, leader, member):
    both = member("Both TDC", "programme_officer", "UBTDC")
    leading = leader.memberships.get()
    leading.pk, leading.user = None, both
    leading.save()
    proposal = ClosingProposal(prepared_by=both)
    assert allowed(proposal, officer) == {"withdraw"}
    assert allowed(proposal, leader) == {"close", "refuse"}
    assert allowed(proposal, both) == {"withdraw"}, "nobody closes what they prepared"
    proposal.state = ClosingProposal.State.REFUSED
    assert allowed(proposal, leader) == frozenset()
