"""The second wall: what is sent for one unit gets nothing of another's rows, whatever the code forgot to ask."""

import pghistory.models
import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from psycopg2.extensions import cursor as plain_cursor

from apps.core.wall import held_to, wall_open
from apps.enterprises.models import Enterprise
from apps.organisations.models import OrganisationUnit
from apps.people.rights import rights_of
from apps.training.models import TrainingCourse
from program996.management.roles import ROLE
from program996.management.wall import APART, OPEN_POLICY, POLICY, policies, set_up_wall, walled
from program996.walled import HELD_ROLE, SETTING, WalledConnection
from tests.conftest import BAC_NINH, LAM_DONG
from tests.factories.enterprises import EnterpriseFactory
from tests.walk.scopes_off import scopes_off

pytestmark = pytest.mark.django_db
OWN, FOREIGN = "Công ty CP Thực phẩm Sông Cầu", "Công ty TNHH Cà phê Langbiang"


def run(sql: str, *values: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        return cursor.fetchall() if cursor.description else []


@pytest.fixture(autouse=True)
def behind_the_wall(monkeypatch) -> None:
    monkeypatch.setattr(WalledConnection, "held_role", HELD_ROLE)


@pytest.fixture
def two(db) -> None:
    """An enterprise in each of two provinces."""
    EnterpriseFactory(name=OWN, unit_id=BAC_NINH)
    EnterpriseFactory(name=FOREIGN, unit_id=LAM_DONG)


def names() -> set[str]:
    return set(Enterprise.objects.values_list("name", flat=True))


# ── what lies behind it ─────────────────────────────────────────────────────────────────────────────────────────────


def test_every_table_of_a_unit_is_behind_it_or_named_with_its_reason():
    """Rows of a unit, and those that hang on such rows; how these were before follows from them."""
    behind = walled()
    ours = [model for model in apps.get_models() if not issubclass(model, pghistory.models.Event)]
    histories = {model for model in apps.get_models() if getattr(model, "pgh_tracked_model", None) in behind}
    assert histories <= behind.keys()
    of_units = {
        model._meta.label
        for model in ours
        for field in model._meta.concrete_fields
        if field.name == "unit" or field.related_model is OrganisationUnit or field.related_model in behind
    }
    told = {model._meta.label for model in behind}
    assert of_units - told - APART.keys() == set(), "to program996/management/wall.py: its way to its unit, or why not"
    assert APART.keys() & told == set()
    assert APART.keys() - of_units == set()
    assert len(told) >= 60


def test_the_base_has_what_is_declared():
    standing = run(
        "SELECT c.relname::text, relrowsecurity, relforcerowsecurity FROM pg_class c JOIN pg_policy ON polrelid = c.oid"
        " WHERE polname = %s AND polroles = ARRAY[%s::regrole::oid] AND NOT polpermissive",
        *(POLICY, HELD_ROLE),
    )
    every = "SELECT polrelid::regclass::text FROM pg_policy WHERE polname = %s AND polroles = '{0}' AND polpermissive"
    assert {table for (table,) in run(every, OPEN_POLICY)} == policies().keys()
    assert {table for table, _on, _forced in standing} == policies().keys()
    assert {(is_on, is_forced) for _table, is_on, is_forced in standing} == {(True, False)}  # migrations see all


def test_again_it_changes_nothing():
    with CaptureQueriesContext(connection) as asked:
        set_up_wall()
    assert [one["sql"] for one in asked if "POLICY" in one["sql"] or "VIEW" in one["sql"]] == []


def test_another_rule_is_made_anew_and_one_too_many_goes():
    table = Enterprise._meta.db_table
    run(f"COMMENT ON POLICY {POLICY} ON {table} IS 'of another release'")
    run(f"ALTER TABLE {TrainingCourse._meta.db_table} DISABLE ROW LEVEL SECURITY")
    run(f"ALTER TABLE jobs_clockbell ENABLE ROW LEVEL SECURITY; CREATE POLICY {POLICY} ON jobs_clockbell USING (true)")
    set_up_wall()
    test_the_base_has_what_is_declared()
    assert run("SELECT relrowsecurity FROM pg_class WHERE relname = 'jobs_clockbell'") == [(False,)]


# ── what it gives ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_who_was_told_nothing_is_given_nothing(two):
    """Not even that: a session that nobody told anything."""
    assert names() == {OWN, FOREIGN}
    with transaction.atomic():
        with connection.connection.cursor(cursor_factory=plain_cursor) as plain:
            plain.execute(f"SET LOCAL ROLE {HELD_ROLE}; RESET {SETTING}")
            for table in policies():
                plain.execute(f"SELECT count(*) FROM {table}")
                assert plain.fetchone() == (0,), table
        transaction.set_rollback(True)


def test_who_works_in_every_unit_has_the_plans_of_tables_without_it(two):
    """Of jobs and the programme's own people: an index that a policy would keep from them is used."""
    with transaction.atomic():
        run(f"SET LOCAL ROLE {ROLE}; SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")
        plan = Enterprise.objects.search("Sông Cầu").order_by().explain()
        transaction.set_rollback(True)
    assert "enterprise_name_trgm" in plan
    assert "InitPlan" not in plan


def test_where_nobody_made_the_role_there_is_one_wall(two, keeper, monkeypatch):
    monkeypatch.setattr(WalledConnection, "held_role", "nobody_made_it")
    rights_of(keeper)
    with held_to(keeper):
        assert names() == {OWN, FOREIGN}


def test_a_person_is_given_rows_of_their_units(two, keeper, outsider, stranger, officer):
    for person in (keeper, outsider, stranger, officer):
        with held_to(person):
            assert names() == set()  # whose rights nobody has read
        rights_of(person)
    for person, seen in ((keeper, {OWN}), (outsider, {FOREIGN}), (stranger, set()), (officer, {OWN, FOREIGN})):
        with held_to(person):
            assert names() == seen
            with wall_open("a test"):
                assert names() == {OWN, FOREIGN}
            assert names() == seen
    keeper.is_active = False
    with held_to(keeper):
        assert names() == set()


def test_nobody_writes_a_row_of_a_foreign_unit(two, keeper):
    rights_of(keeper)
    with held_to(keeper):
        assert Enterprise.objects.filter(name=FOREIGN).update(note="x") == 0
        with pytest.raises(DatabaseError) as refusal, transaction.atomic():
            EnterpriseFactory(unit_id=LAM_DONG)
        assert refusal.value.__cause__.pgcode == "42501"
        with pytest.raises(DatabaseError), transaction.atomic():
            Enterprise.objects.filter(name=OWN).update(unit=LAM_DONG)


def test_what_a_transaction_took_back_is_told_anew(two, keeper):
    rights_of(keeper)
    with held_to(keeper):
        with transaction.atomic():
            with wall_open("a test"):
                assert names() == {OWN, FOREIGN}
            transaction.set_rollback(True)
        assert names() == {OWN}
        with wall_open("a test"), transaction.atomic():
            with held_to(keeper):
                assert names() == {OWN}
            transaction.set_rollback(True)
        with transaction.atomic(), wall_open("a test"):
            assert names() == {OWN, FOREIGN}
        assert names() == {OWN}
    with wall_open("a test"):
        before = transaction.savepoint()
    with held_to(keeper):
        assert names() == {OWN}
        transaction.savepoint_rollback(before)  # and with it to what was told then
        assert names() == {OWN}


def test_what_a_whole_transaction_took_back_is_told_anew(two, keeper):
    line = connection.copy()
    told = f"SELECT current_setting('{SETTING}')"

    def asked() -> str:
        with line.cursor() as cursor:
            cursor.execute(told)
            return cursor.fetchone()[0]

    rights_of(keeper)
    try:
        with wall_open("a test"):
            assert asked() == "*"
        line.set_autocommit(False)
        with held_to(keeper):
            units = asked()
            line.rollback()
            assert asked() == units != "*"
    finally:
        line.close()


# ── requests ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("export", ["", "?export=csv"])
def test_a_page_without_its_scope_shows_nothing_of_others(two, keeper, signed_in, monkeypatch, export):
    client, address = signed_in(keeper), reverse("enterprises:enterprise_list") + export
    scopes_off(monkeypatch)
    told = client.get(address).getvalue().decode() if export else client.get(address).content.decode()
    assert OWN in told
    assert FOREIGN not in told
    monkeypatch.setattr(WalledConnection, "held_role", "")
    told = client.get(address).getvalue().decode() if export else client.get(address).content.decode()
    assert FOREIGN in told, "the scope was not off: nothing was proved"


def test_a_record_without_its_scope_is_not_there(two, keeper, signed_in, monkeypatch):
    client = signed_in(keeper)
    scopes_off(monkeypatch)
    keys = dict(Enterprise.objects.values_list("name", "pk"))
    assert client.get(reverse("enterprises:enterprise_detail", args=[keys[OWN]])).status_code == 200
    assert client.get(reverse("enterprises:enterprise_detail", args=[keys[FOREIGN]])).status_code == 404
    assert client.get(f"/api/v1/registers/enterprises/{keys[FOREIGN]}/").status_code == 404


def test_one_after_the_other_over_one_connection(two, keeper, outsider, officer, signed_in, monkeypatch):
    scopes_off(monkeypatch)
    address = reverse("enterprises:enterprise_list")
    for person, seen in ((keeper, {OWN}), (officer, {OWN, FOREIGN}), (outsider, {FOREIGN}), (keeper, {OWN})):
        told = signed_in(person).get(address).content.decode()
        assert {name for name in (OWN, FOREIGN) if name in told} == seen
