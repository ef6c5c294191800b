"""Changes since a cursor: a copy kept by them is the list of whoever keeps it, and says nothing of what others see."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from apps.core import changes as api
from apps.core import feeds, limits
from apps.core.feeds import HALF, Mark
from apps.enterprises.services import withdraw_event
from apps.labs.models import MeasurementStandard
from apps.organisations.models import OrganisationUnit
from apps.people.models import Membership
from apps.registers.services import change_row, hand_over_rows, withdraw_row
from apps.tasks.services.drafting import withdraw_task
from program996.management.roles import ROLE
from tests.api.histories import History
from tests.api.mirrors import CHANGES, Mirror, changes
from tests.conftest import BAC_NINH, LAM_DONG
from tests.exchange.conftest import bac_ninh, upload  # noqa: F401 - the way of a file is the same here
from tests.factories.enterprises import AssuranceProgrammeFactory, EnterpriseFactory, ProgrammeEventFactory
from tests.factories.registers import LaboratoryFactory, ScopeFactory, StandardFactory
from tests.factories.tasks import PlanTaskFactory
from tests.people.people import person, today
from tests.people.test_tokens import by, issued

pytestmark = pytest.mark.django_db
committed = pytest.mark.django_db(transaction=True)  # in one transaction everything is new
STANDARDS = "registers/standards"
# As on a server that nobody shares: beside us other workers have long transactions in bases of their own.
OURS_ALONE = """
    SELECT coalesce(
        (SELECT min(backend_xid::text::bigint) FROM pg_stat_activity WHERE datname = current_database()),
        pg_snapshot_xmax(pg_current_snapshot())::text::bigint
    )
"""


@pytest.fixture(autouse=True)
def ours_alone(monkeypatch):
    monkeypatch.setattr(feeds, "_XID", OURS_ALONE)


def code_of(answer) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def is_refused(answer) -> bool:
    return answer.status_code == 400 and answer.json()["errors"]["since"][0]["code"] == "bad_cursor"


def lists(client) -> list[str]:
    return client.get(f"{CHANGES}?resource=").json()["allowed"]


@pytest.fixture
def history(upload, officer, central_keeper, member):  # noqa: F811
    def begun(seed: int) -> History:
        found = History(seed, upload, officer, central_keeper, member("Editor", "unit_editor", BAC_NINH))
        found.begin()
        return found

    return begun


@pytest.fixture
def unlimited(monkeypatch) -> None:
    """So many files at once nobody else asks for."""
    monkeypatch.setattr(limits, "check", lambda *_: None)


# ── a copy is the list ──────────────────────────────────────────────────────────────────────────────────────────────


@committed
def test_copies_kept_over_a_random_history_are_the_lists(history, signed_in, officer, keeper, unlimited):
    keep_copies(history(996), signed_in(officer), signed_in(keeper), steps=25)


def keep_copies(told: History, centre, province, steps: int) -> None:
    """Of every list the centre's copy; the province's of those in which it has rows of its own."""
    names = lists(centre)
    assert len(names) > 25
    own = [name for name in names if name.startswith("registers/") or name == "tasks"]
    copies = [Mirror(centre, name, page_size=40) for name in names] + [Mirror(province, name, 40) for name in own]
    for _ in range(3):
        told.go(steps)
        for copy in told.random.sample(copies, 12):
            copy.catch_up()
    for copy in copies:
        copy.catch_up()
    assert [copy.resource for copy in copies if not copy.is_true()] == []
    again = [copy.resource for copy in told.random.sample(copies, 20) if copy.catch_up()]
    assert again == [], "told again, though nothing happened"
    assert sum(copy.gone > 0 for copy in copies) > 4, "where hardly anything goes out of sight, nothing is shown"


@committed
def test_who_began_before_and_commits_after_is_not_passed_over(signed_in, keeper):
    copy = Mirror(signed_in(keeper), STANDARDS)
    written, told = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with transaction.atomic():
                StandardFactory(code="CHẬM")
                written.set()
                told.wait(20)
        finally:
            connection.close()

    other = threading.Thread(target=slow)
    other.start()
    assert written.wait(20)
    StandardFactory(code="NHANH")  # begun later, committed first
    assert "NHANH" in {one["row"]["code"] for one in copy.catch_up()}
    copy.catch_up()
    told.set()
    other.join()
    assert "CHẬM" in {one["row"]["code"] for one in copy.catch_up()}
    assert copy.is_true()


@committed
def test_what_changes_behind_the_page_is_told_in_the_next_round(signed_in, keeper):
    client = signed_in(keeper)
    copy = Mirror(client, STANDARDS, page_size=1)
    first, second = StandardFactory(), StandardFactory()
    page = changes(client, STANDARDS, copy.cursor, page_size=1).json()
    assert page["more"]
    MeasurementStandard.objects.filter(pk=first.pk).update(holder="Khác")
    rest = changes(client, STANDARDS, page["cursor"], page_size=1).json()
    assert [one["id"] for one in rest["results"]] == [second.pk]
    again = changes(client, STANDARDS, rest["cursor"]).json()["results"]
    assert {one["id"]: one["row"]["holder"] for one in again}[first.pk] == "Khác"


# ── out of sight ────────────────────────────────────────────────────────────────────────────────────────────────────


@committed
def test_who_loses_a_row_hears_that_it_is_gone_and_who_never_saw_it_nothing(
    signed_in, keeper, outsider, central_keeper, member
):
    mine, theirs = StandardFactory(), StandardFactory(unit_id=LAM_DONG)
    third = member("Keeper BCT", "register_keeper", "BCT")
    copies = {who: Mirror(signed_in(who), STANDARDS) for who in (keeper, outsider, third)}
    hand_over_rows([mine], OrganisationUnit.objects.get(pk=LAM_DONG), "Bàn giao", by=central_keeper)
    withdraw_row(theirs, "Nhầm", by=central_keeper)
    assert copies[keeper].catch_up() == [{"id": mine.pk, "row": None}]
    assert {one["id"]: bool(one["row"]) for one in copies[outsider].catch_up()} == {mine.pk: True, theirs.pk: False}
    change_row(mine, {"holder": "Nơi mới"}, "Sửa", by=central_keeper)
    assert copies[keeper].catch_up() == []
    assert copies[third].catch_up() == []


@committed
def test_rows_follow_the_one_above_them(signed_in, keeper, outsider, central_keeper):
    """Nothing of them changed."""
    lab = LaboratoryFactory()
    item = ScopeFactory(laboratory=lab)
    copies = {who: Mirror(signed_in(who), "registers/scope") for who in (keeper, outsider)}
    hand_over_rows([lab], OrganisationUnit.objects.get(pk=LAM_DONG), "Bàn giao", by=central_keeper)
    assert copies[keeper].catch_up() == [{"id": item.pk, "row": None}]
    assert [one["id"] for one in copies[outsider].catch_up()] == [item.pk]
    assert all(copy.is_true() for copy in copies.values())


@committed
def test_an_enterprise_is_gone_with_the_event_that_opened_it(signed_in, outsider, central_keeper):
    enterprise = EnterpriseFactory()
    event = ProgrammeEventFactory(programme=AssuranceProgrammeFactory(enterprise=enterprise), unit_id=LAM_DONG)
    copy = Mirror(signed_in(outsider), "registers/enterprises")
    assert enterprise.pk in copy.rows
    withdraw_event(event, "Nhầm", by=central_keeper)
    assert copy.catch_up() == [{"id": enterprise.pk, "row": None}]
    assert copy.is_true()


@committed
def test_a_task_is_gone_for_who_takes_part_no_more(signed_in, member):
    client, neighbour = signed_in(member("Editor", "unit_editor", BAC_NINH)), member("Other", "unit_editor", LAM_DONG)
    task = PlanTaskFactory(lead_unit_id=LAM_DONG)
    part = task.participations.create(unit_id=BAC_NINH)
    child = PlanTaskFactory(lead_unit_id=BAC_NINH, parent=task)
    shared, foreign = PlanTaskFactory.create_batch(2, lead_unit_id=LAM_DONG)
    shared.participations.create(unit_id=BAC_NINH)
    copy = Mirror(client, "tasks")
    assert copy.rows[child.code]["parent"] == task.code
    part.delete()
    for one in (shared, foreign):
        withdraw_task(one, "Trùng", by=neighbour)
    told = {one["id"]: one["row"] for one in copy.catch_up()}
    assert (told[task.code], told[child.code]["parent"], told[shared.code]) == (None, None, None)
    assert foreign.code not in told
    assert copy.is_true()


@committed
def test_another_day_is_told_where_it_makes_a_difference(signed_in, officer, monkeypatch):
    late = PlanTaskFactory(state="in_progress", due_on=timezone.localdate())
    PlanTaskFactory(state="in_progress", due_on=timezone.localdate() + timedelta(days=500))
    copies = [Mirror(signed_in(officer), name) for name in ("tasks", "units")]
    tomorrow = timezone.localdate() + timedelta(days=1)
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: tomorrow)
    assert [one["id"] for one in copies[0].catch_up()] == [late.code]
    copies[1].catch_up()
    assert all(copy.is_true() for copy in copies)


# ── cursors ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_cursors_that_are_none(reader_client, signed_in, central_keeper):
    cursor = changes(reader_client, STANDARDS).json()["cursor"]
    for wrong in ("x", cursor[:-1], cursor.upper(), "a:b", "\x00", "đ" * 3000):
        assert is_refused(changes(reader_client, STANDARDS, wrong)), wrong
    assert is_refused(changes(reader_client, "registers/labs", cursor))
    assert code_of(changes(signed_in(central_keeper), STANDARDS, cursor)) == (410, "resync")
    assert changes(reader_client, STANDARDS, cursor).status_code == 200


def test_other_rights_are_another_ground(reader_client, keeper):
    cursor = changes(reader_client, STANDARDS).json()["cursor"]
    Membership.objects.create(
        user=keeper, unit_id=LAM_DONG, role=Membership.objects.get(user=keeper).role, valid_from=today(-1)
    )
    assert code_of(changes(reader_client, STANDARDS, cursor)) == (410, "resync")


def test_another_base_and_a_cursor_too_old_are_another_ground(reader_client, monkeypatch):
    cursor = changes(reader_client, STANDARDS).json()["cursor"]
    with monkeypatch.context() as patched:
        patched.setattr(api, "cluster", lambda: "restored")
        assert code_of(changes(reader_client, STANDARDS, cursor)) == (410, "resync")
    now = Mark(HALF + 10, timezone.localdate())
    assert Mark(11, now.day).reaches_to(now)
    assert not Mark(10, now.day).reaches_to(now)
    assert not Mark(now.xid + 1, now.day).reaches_to(now)


def test_the_portals_own_role_may_ask_which_base_it_is(reference):
    asked = "pg_control_system()", "pg_current_wal_lsn()", "pg_walfile_name(pg_lsn)", "pg_current_snapshot()"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bool_and(has_function_privilege(%s, one, 'execute')) FROM unnest(%s) one", [ROLE, [*asked]]
        )
        assert cursor.fetchone() == (True,)


@committed
def test_numbers_of_transactions_go_round(signed_in, keeper, monkeypatch):
    """PostgreSQL keeps 32 bits of them with a row: a whole circle later the same are meant."""
    client = signed_in(keeper)
    copy, real = Mirror(client, STANDARDS), api.mark_now
    monkeypatch.setattr(api, "mark_now", lambda tables: Mark(real(tables).xid + 2**32, timezone.localdate()))
    copy.cursor = changes(client, STANDARDS).json()["cursor"]
    row = StandardFactory()
    assert [one["id"] for one in copy.catch_up()] == [row.pk]
    assert copy.catch_up() == []


# ── who may ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_list_asks_for_its_own_rights_and_scopes(reference, signed_in, stranger):
    owner = person("Kết nối", "service_account", BAC_NINH)
    enough = by(issued(owner, ["changes:read", "units:read"]).key)
    assert changes(enough, "units").status_code == 200
    refused = changes(enough, "tasks")
    assert (*code_of(refused), refused.json()["needed"]) == (403, "wrong_scope", "tasks:read")
    refused = changes(by(issued(owner, ["units:read"]).key), "units")
    assert (*code_of(refused), refused.json()["needed"]) == (403, "wrong_scope", "changes:read")
    assert code_of(changes(signed_in(stranger), STANDARDS)) == (403, "permission_denied")


def test_what_is_asked_wrongly(reader_client):
    refused = reader_client.get(f"{CHANGES}?resource=jobs")
    assert refused.status_code == 400
    assert {"figures", "tasks", STANDARDS} <= set(refused.json()["allowed"])
    assert "jobs" not in refused.json()["allowed"]
    assert code_of(reader_client.get(f"{CHANGES}?resource=units&unit=x")) == (400, "invalid")


@pytest.mark.parametrize("count", [1, 3])
def test_asked_as_often_for_many_as_for_one(reader_client, count, django_assert_num_queries):
    cursor = changes(reader_client, STANDARDS).json()["cursor"]
    StandardFactory.create_batch(count)
    with django_assert_num_queries(7):
        assert len(changes(reader_client, STANDARDS, cursor).json()["results"]) == count
