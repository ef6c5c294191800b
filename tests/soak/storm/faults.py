"""Does the storm see what it is there to see? Faults of the kinds that it guards against, planted one at a time: what
is planted, which steps meet it, how many, and which hold must say so.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.db import connection

from apps.accounts.models import User
from apps.audit import jobs as audit_jobs
from apps.audit import services as audit_services
from apps.core import moves
from apps.enterprises import importing as enterprise_importing
from apps.enterprises import services as enterprise_services
from apps.enterprises import undoing
from apps.enterprises.models import EnterpriseQuerySet
from apps.exchange import services as imports
from apps.exchange.models import ImportBatch
from apps.exchange.views.batches import ImportBatchDetailView
from apps.jobs import consumer, relay
from apps.jobs.models import Job
from apps.people import rights
from apps.people.backends import MembershipBackend
from apps.progress import services as progress_services
from apps.reports.models.annualreport import AnnualReportQuerySet
from apps.reports.services import recording as report_recording
from apps.tasks.api import PlanTaskViewSet
from apps.tasks.models.plantask import PlanTaskQuerySet
from apps.tasks.services import recording as task_recording
from tests.soak.storm import machinery
from tests.soak.storm.storm import Storm

Plant = Callable[[pytest.MonkeyPatch, Storm], None]
FACTS = ("tell_of_a_stage", "register_an_enterprise", "take_a_stage_back")
TASKS = ("move_a_task", "write_a_task")
DAYS = ("a_day_passes", "on_to_a_special_day")


@dataclass(frozen=True)
class Fault:
    plant: Plant
    says: str
    among: tuple[str, ...]
    steps: int


FAULTS: dict[str, Fault] = {}


def fault(says: str, *among: str, steps: int = 15) -> Callable[[Plant], Plant]:
    def keep(plant: Plant) -> Plant:
        FAULTS[plant.__name__] = Fault(plant, says, among, steps)
        return plant

    return keep


def by_hand(statement: str) -> None:
    """As somebody who holds the database itself: no trigger, no right."""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE; SET session_replication_role = replica")
        cursor.execute(statement)
        cursor.execute("SET session_replication_role = DEFAULT; SET ROLE program996_app")


def once(storm: Storm, patch: pytest.MonkeyPatch, act: Callable[[], None]) -> None:
    """Right after the first step, when the holds have looked once."""
    known, done = storm.step, []

    def step() -> None:
        known()
        if not done:
            done.append(True)
            act()

    patch.setattr(storm, "step", step)


# ── figures ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@fault("every_derived_table", *FACTS)
def a_fact_asks_for_no_recount(patch: pytest.MonkeyPatch, storm: Storm) -> None:
    patch.setattr(enterprise_services, "request_recompute", lambda source, by: None)


@fault("every_derived_table", "a_file_comes")
def a_file_asks_for_no_recount(patch: pytest.MonkeyPatch, storm: Storm) -> None:
    patch.setattr(enterprise_importing, "request_recompute", lambda source, by: None)


@fault("every_derived_table", *DAYS, steps=4)
def a_new_period_stays_empty(patch: pytest.MonkeyPatch, storm: Storm) -> None:
    patch.setattr(progress_services, "_standing_behind", set)


@fault("địa bàn", *FACTS)
def places_are_not_kept(patch: pytest.MonkeyPatch, storm: Storm) -> None:
    for table in ("programmeevent", "enterprise"):
        by_hand(f"ALTER TABLE enterprises_{table} DISABLE TRIGGER USER")


@fault("the_nation_is_one", "a_day_passes", steps=1)
def a_unit_passes_on_half_of_its_past(patch: pytest.MonkeyPatch, storm: Storm) -> None:
    by_hand("UPDATE organisations_succession SET share = share / 2")


@fault("what_was_accepted_stays", "a_day_passes", steps=2)
def an_accepted_figure_is_changed(patch: pytest.MonkeyPatch, storm: Storm) -> None:
    act = "UPDATE targets_indicatorvalue SET value = value + 1 WHERE unit_id IS NULL AND breakdown = ''"
    once(storm, patch, lambda: by_hand(act))


@fault("no_job_breaks", "tell_of_a_stage", steps=25)
def a_figure_is_known_before_its_fact(patch: pytest.MonkeyPatch, storm: Storm) -> None:
    """A new figure is dated back to before the closings: the database itself does not take it."""
    opened = progress_services._OPEN.replace("%(now)s", "%(now)s - interval '3 years'")
    patch.setattr(progress_services, "_OPEN", opened)


# ── records ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@fault("every_step_is_in_the_audit_once", *TASKS)
def a_task_moves_without_the_audit(patch: pytest.MonkeyPatch, storm: Storm) -> None:
    patch.setattr(task_recording, "record", lambda *args, **data: None)


@fault("the_audit_is_whole", "a_day_passes", steps=2)
def a_row_of_the_audit_is_changed(patch: pytest.MonkeyPatch, storm: Storm) -> None:
    act = "UPDATE audit_auditevent SET action = 'demo.other' WHERE id = (SELECT min(id) FROM audit_auditevent)"
    once(storm, patch, lambda: by_hand(act))


@fault("the_audit_is_whole", "a_day_passes", steps=2)
def a_row_of_the_audit_is_taken_away(patch: pytest.MonkeyPatch, storm: Storm) -> None:
    act = "DELETE FROM audit_auditevent WHERE id = (SELECT min(id) FROM audit_auditevent)"
    once(storm, patch, lambda: by_hand(act))


@fault("the_audit_is_whole", "a_day_passes", steps=3)
def days_are_not_sealed(patch: pytest.MonkeyPatch, storm: Storm) -> None:
    patch.setattr(audit_jobs.services, "seal_days", lambda: None)
    assert audit_services.seal_days is audit_jobs.services.seal_days


@fault("every_task_stands", "move_a_task")
def a_step_says_another_beginning(patch: pytest.MonkeyPatch, storm: Storm) -> None:
    known = task_recording.TaskStep
    patch.setattr(task_recording, "TaskStep", lambda **given: known(**given | {"source": "suspended"}))


@fault(": 500", "move_a_task_out_of_turn", steps=60)
def no_verb_asks_whether_it_is_the_moment(patch: pytest.MonkeyPatch, storm: Storm) -> None:
    """The pairs of the tables do not take it."""
    patch.setattr(moves.Move, "leaves", lambda move, row: bool(move.sources))


@fault("every_report_stands", "fill_cells", steps=15)
def a_report_changes_its_state_without_a_step(patch: pytest.MonkeyPatch, storm: Storm) -> None:
    act = "UPDATE reports_annualreport SET state = 'submitted' WHERE state = 'draft'"
    once(storm, patch, lambda: by_hand(act))


@fault("every_report_stands", "move_a_report", steps=20)
def a_report_keeps_its_version(patch: pytest.MonkeyPatch, storm: Storm) -> None:
    known = report_recording.ReportStep
    patch.setattr(report_recording, "ReportStep", lambda **given: known(**given | {"version": given["version"] + 9}))


# ── sight ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@fault("nobody_sees_more", "a_day_passes", steps=1)
def tasks_of_everybody_are_seen(patch: pytest.MonkeyPatch, storm: Storm) -> None:
    patch.setattr(PlanTaskQuerySet, "concerning", lambda rows, scope: rows)


@fault("nobody_sees_more", "a_day_passes", steps=1)
def reports_of_everybody_are_seen(patch: pytest.MonkeyPatch, storm: Storm) -> None:
    patch.setattr(AnnualReportQuerySet, "in_units", lambda rows, scope: rows)


@fault("nobody_sees_more", "a_day_passes", steps=1)
def enterprises_of_everybody_are_seen(patch: pytest.MonkeyPatch, storm: Storm) -> None:
    patch.setattr(EnterpriseQuerySet, "visible_to", lambda rows, user: rows)


@fault("nobody_sees_more", "a_role_ends", "a_day_passes", steps=20)
def roles_do_not_end(patch: pytest.MonkeyPatch, storm: Storm) -> None:
    from datetime import date

    known = rights._ask
    patch.setattr(rights, "_ask", lambda users, day=None, permission=None: known(users, date(2026, 12, 1), permission))


@fault("a_closed_account_opens_nothing", "an_account_is_closed", steps=12)
def a_closed_account_keeps_its_session(patch: pytest.MonkeyPatch, storm: Storm) -> None:
    from apps.people.services import people

    patch.setattr(MembershipBackend, "get_user", lambda backend, pk: User.objects.filter(pk=pk).first())
    patch.setattr(people, "end_all_sessions", lambda user: 0)


@fault("reads /", "a_file_comes", "knock_where_nobody_may_come_in", steps=60)
def files_of_others_open_by_their_address(patch: pytest.MonkeyPatch, storm: Storm) -> None:
    patch.setattr(ImportBatchDetailView, "get_queryset", lambda view: ImportBatch.objects.all())


# ── answers ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@fault("500", "change_a_draft", steps=12)
def a_door_breaks(patch: pytest.MonkeyPatch, storm: Storm) -> None:
    patch.setattr(PlanTaskViewSet, "told", lambda view, task: {}["nothing"])


@fault(": 50", "the_broker_hangs", steps=1)
def a_page_rings_the_broker_itself(patch: pytest.MonkeyPatch, storm: Storm) -> None:
    from apps.jobs import services

    def ring() -> None:
        if storm.machinery.is_hung:
            raise TimeoutError("the broker does not answer")

    patch.setattr(services, "_ring", ring)


# ── undoing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@fault("does not restore", "a_file_comes_and_is_undone", steps=6)
def new_enterprises_stay(patch: pytest.MonkeyPatch, storm: Storm) -> None:
    patch.setattr(undoing, "_REMOVE", "SELECT 1")


@fault("does not restore", "a_file_comes_and_is_undone", steps=6)
def an_undone_file_is_not_counted_anew(patch: pytest.MonkeyPatch, storm: Storm) -> None:
    patch.setattr(undoing, "request_recompute", lambda source, by: None)


# ── jobs and mails ──────────────────────────────────────────────────────────────────────────────────────────────────


@fault("every_step_is_told_once", "move_a_task")
def a_step_is_told_twice(patch: pytest.MonkeyPatch, storm: Storm) -> None:
    known = task_recording.enqueue
    patch.setattr(task_recording, "enqueue", lambda *told, **more: [known(*told, **more) for _ in range(2)])


@fault("every_step_is_told_once", "move_a_report", steps=20)
def a_step_is_told_to_nobody(patch: pytest.MonkeyPatch, storm: Storm) -> None:
    patch.setattr(report_recording, "enqueue", lambda *told, **more: None)


@fault("every_file_was_worked_on_once", "a_file_comes_and_is_undone", steps=4)
def a_job_says_done_and_did_nothing(patch: pytest.MonkeyPatch, storm: Storm) -> None:
    patch.setattr(imports, "undo", lambda batch_id: None)


@fault("jobs go round for ever", "a_file_comes", steps=2)
def a_bell_is_never_rung(patch: pytest.MonkeyPatch, storm: Storm) -> None:
    known = relay.ring
    silent = lambda row: known(row) if row.kind != "exchange.check" else None  # noqa: E731
    patch.setattr(machinery, "publish_due", lambda: relay.publish_due(silent))


@fault("no_job_is_lost", "workers_die", steps=12)
def the_dead_are_not_missed(patch: pytest.MonkeyPatch, storm: Storm) -> None:
    patch.setattr(machinery, "sweep", lambda: 0)


@fault("no_job_breaks", "move_a_task")
def who_should_be_told_is_looked_for_in_vain(patch: pytest.MonkeyPatch, storm: Storm) -> None:
    from apps.tasks.services import telling

    patch.setattr(telling.recipients, "following", lambda task: [][0])


@fault("no_mail_comes_twice", "move_a_report", "move_a_task", *DAYS, steps=25)
def every_mail_goes_out_twice(patch: pytest.MonkeyPatch, storm: Storm) -> None:
    known = EmailMessage.send
    patch.setattr(EmailMessage, "send", lambda mail, *told: known(mail) and known(mail))


@fault("is said to be sent", "move_a_report", "move_a_task", *DAYS, steps=25)
def mails_are_not_sent(patch: pytest.MonkeyPatch, storm: Storm) -> None:
    patch.setattr(EmailMessage, "send", lambda mail, *told: 1)


@fault("no_mail_comes_twice", "workers_die", *TASKS, *DAYS, steps=40)
def an_effect_is_done_before_it_is_claimed(patch: pytest.MonkeyPatch, storm: Storm) -> None:
    """Done twice: once outside of the job's own transaction."""
    known = consumer._carry_out

    def carry_out(claimed: Job) -> Any:
        if claimed.kind == "notifications.mail":
            consumer.get_handler(claimed.kind).function(**claimed.payload)
        return known(claimed)

    patch.setattr(consumer, "_carry_out", carry_out)
