"""Many people at the same figure and at the same button."""

import threading
import time
from collections.abc import Callable, Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db import connection

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.enterprises.models import AssuranceProgramme, Enterprise, ProgrammeEvent
from apps.enterprises.services import add_event, register_enterprise, withdraw_event
from apps.exchange.models import ImportBatch
from apps.exchange.services import request_write
from apps.jobs.models import Job
from apps.organisations.asked import UnitView
from apps.organisations.models import OrganisationUnit
from apps.progress.figures import figures
from apps.progress.services import find_differences
from apps.targets.models import Indicator
from tests.conftest import BAC_NINH
from tests.factories.tasks import PlanTaskFactory
from tests.soak.uploads import small_files, unknown_codes, upload, wait_for_state
from tests.soak.visitor import Visitor
from tests.soak.waiting import eventually, nothing_to_do
from tests.tasks.at_one_moment import approved_at_once, made_at_once
from tests.tasks.test_api import TASK

PEOPLE, ROUNDS = 50, 50
DAY = date(2026, 3, 1)
FIRST_EVENT = """
    SELECT count(*) FROM (
        SELECT DISTINCT ON (p.enterprise_id) e.unit_id
        FROM enterprises_programmeevent e JOIN enterprises_assuranceprogramme p ON p.id = e.programme_id
        WHERE e.withdrawn_at IS NULL AND e.stage IN ('applied', 'maintained') AND e.occurred_on >= '2018-12-15'
        ORDER BY p.enterprise_id, e.occurred_on, e.id
    ) counted WHERE %(unit)s IS NULL OR unit_id = %(unit)s
"""


def all_at_once(acts: Sequence[Callable[[], object]]) -> list[Exception]:
    """Do all of them in threads of their own, started together; return what was raised."""
    barrier, raised = threading.Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait()
            act()
        except Exception as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def by_hand(unit: str | None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(FIRST_EVENT, {"unit": unit})
        return cursor.fetchone()[0]


def stored(unit: str | None) -> int:
    found = figures(Indicator.objects.get(code="MT5"), view=UnitView.AS_REPORTED, year=2026)
    return next((int(figure.value) for figure in found if figure.unit_id == unit), 0)


def keeper(portal) -> User:
    return User.objects.get(email=portal.account("register_keeper", BAC_NINH)["email"])


def enterprises_without_events(count: int, by: User, unit: OrganisationUnit) -> list[Enterprise]:
    codes = unknown_codes("96")
    return [
        register_enterprise(
            Enterprise(
                tax_code=next(codes),
                name=f"Công ty đồng thời {number}",
                ownership=Enterprise.Ownership.PRIVATE,
                unit=unit,
                located_on=DAY,
            ),
            by=by,
        )
        for number in range(count)
    ]


def toggled(enterprise: Enterprise, by: User, unit: OrganisationUnit) -> Callable[[], object]:
    """Withdraw the enterprise's event where it has one, give it one where it has none."""
    event = ProgrammeEvent.objects.live().filter(programme__enterprise=enterprise).first()
    if event:
        return lambda: withdraw_event(event, "Thử đồng thời", by=by)
    fresh = ProgrammeEvent(stage=ProgrammeEvent.Stage.APPLIED, occurred_on=DAY, unit=unit)
    return lambda: add_event(enterprise, AssuranceProgramme.Form.SERVED, fresh, reported_by=unit, by=by)


def test_50_changes_of_one_figure_at_once_50_times(portal, say):
    by, unit = keeper(portal), OrganisationUnit.objects.get(pk=BAC_NINH)
    own = enterprises_without_events(PEOPLE, by, unit)
    for enterprise in own[::2]:  # from now on half of them add and half of them withdraw
        toggled(enterprise, by, unit)()
    assert eventually(nothing_to_do)
    jobs, right, started = Job.objects.count(), 0, time.monotonic()
    for _round in range(ROUNDS):
        assert all_at_once([toggled(enterprise, by, unit) for enterprise in own]) == []
        assert eventually(nothing_to_do)
        right += stored(BAC_NINH) == by_hand(BAC_NINH) and stored(None) == by_hand(None)
    say(
        f"{PEOPLE} changes of one figure at once: right {right} of {ROUNDS} times "
        f"({PEOPLE * ROUNDS} changes, {Job.objects.count() - jobs} jobs, {time.monotonic() - started:.0f} s)"
    )
    assert right == ROUNDS
    assert find_differences() == []
    assert not Job.objects.filter(state=Job.State.FAILED).exists()


def test_20_confirmations_of_one_batch_write_it_once(portal, say):
    by, [file] = keeper(portal), small_files(1, "Bắc Ninh", "97")
    visitor = Visitor(portal.url).sign_in(portal.account("register_keeper", BAC_NINH))
    pk = upload(visitor, BAC_NINH, file.name, file.content)
    wait_for_state(pk, ImportBatch.State.CHECKED)
    batch = ImportBatch.objects.get(pk=pk)
    raised = all_at_once([lambda: request_write(batch, by=by)] * 20)
    wait_for_state(pk, ImportBatch.State.WRITTEN)
    events = ProgrammeEvent.objects.filter(batch=pk).count()
    writings = Job.objects.filter(kind="exchange.write", payload={"batch_id": pk}).count()
    say(
        f"20 confirmations of one batch at once: {20 - len(raised)} accepted, {writings} job, {events} events of 3 rows"
    )
    assert [type(error) for error in raised] == [ValidationError] * 19
    assert (writings, events) == (1, len(file.facts))
    for action in ("import.confirmed", "import.written"):
        assert AuditEvent.objects.filter(action=action, target_id=str(pk)).count() == 1


def test_50_approvals_of_one_task_at_once(portal, say, signed_in):
    """By the API; and one request for a new task sent 20 times at once."""
    approver, editor = (
        User.objects.get(email=portal.account(role, BAC_NINH)["email"]) for role in ("unit_approver", "unit_editor")
    )
    task = PlanTaskFactory(code="SOAK-1", state="appraised", lead_unit_id=BAC_NINH)
    approved_at_once(task, [signed_in(approver)] * PEOPLE)
    made_at_once(TASK | {"lead_unit": BAC_NINH}, "soak", [signed_in(editor)] * 20)
    say(f"{PEOPLE} approvals of one task at once: 1 made, {PEOPLE - 1} told how it stands; 20 times one key: 1 task")
