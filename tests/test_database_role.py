"""The portal's own role in the database: it works with rows, makes no table, and cannot touch evidence."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date

import psycopg2
import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.utils import DatabaseError

from apps.audit.models import AuditEvent
from apps.audit.services import record
from apps.enterprises import services
from apps.enterprises.models import Enterprise, ProgrammeEvent
from apps.jobs.models import Job
from apps.organisations.models import OrganisationUnit
from apps.progress.services import find_differences, recompute
from apps.targets.models import IndicatorValue
from program996.management import roles
from program996.management.roles import ROLE, evidence_tables, set_up_role
from program996.walled import HELD_ROLE
from tests.conftest import BAC_NINH
from tests.factories.enterprises import EnterpriseFactory, tax_code

pytestmark = pytest.mark.django_db
# Evidence: all of the audit but the tally, which becomes a row of it and goes.
TABLES = """
    SELECT c.relname,
           c.relname LIKE 'audit\\_%%' AND c.relname <> 'audit_refusaltally'
               OR c.relname = 'pghistory_context' OR EXISTS (
               SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'pgh_label'
           ) OR EXISTS (
               SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname LIKE 'pgtrigger\\_append\\_only%%'
           ),
           ARRAY(SELECT p FROM unnest(%s::text[]) p WHERE has_table_privilege(%s, c.oid, p))
    FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
"""
PRIVILEGES = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN"]


@contextmanager
def as_portal() -> Iterator[None]:
    """What is done inside is done by the portal's role; a refusal leaves the test's transaction whole."""
    with transaction.atomic():
        run(f"SET LOCAL ROLE {ROLE}")
        yield
        run("SET LOCAL ROLE NONE")


def run(sql: str, *values: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        return cursor.fetchall() if cursor.description else []


def refused(sql: str) -> str:
    with pytest.raises(DatabaseError) as refusal, as_portal():
        run(sql)
    assert refusal.value.__cause__.pgcode == "42501", refusal.value  # insufficient privilege, not a trigger's words
    return str(refusal.value)


@pytest.mark.parametrize("role", [ROLE, HELD_ROLE])
def test_every_table_gives_what_its_kind_gives(role):
    kinds = {"evidence": set(), "other": set()}
    for table, is_evidence, held in run(TABLES, PRIVILEGES, role):
        kinds["evidence" if is_evidence else "other"].add(table)
        if table == "django_migrations":
            assert held == ["SELECT"]
        elif is_evidence or table == roles.ENDED_ONLY[0]:
            assert held == ["SELECT", "INSERT"], table
        elif table in roles.measured_tables():
            assert held == ["SELECT", "INSERT", "UPDATE", "DELETE", "MAINTAIN"], table
        else:
            assert held == ["SELECT", "INSERT", "UPDATE", "DELETE"], table
    assert kinds["evidence"] == set(evidence_tables())
    assert "audit_auditevent" in kinds["evidence"]
    assert {"enterprises_enterpriseevent", "pghistory_context"} <= kinds["evidence"]
    assert len(kinds["other"]) > 30
    columns = "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
    written = f"{columns} AND has_column_privilege(%s, attrelid, attname, 'UPDATE')"
    assert run(written, roles.ENDED_ONLY[0], role) == [(roles.ENDED_ONLY[1],)]


def test_role_is_confined():
    row = "rolcanlogin, rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls"
    assert run(f"SELECT {row} FROM pg_roles WHERE rolname = %s", ROLE) == [(True, False, False, False, False, False)]
    assert run(f"SELECT {row} FROM pg_roles WHERE rolname = %s", HELD_ROLE) == [(False,) * 6]
    member = "SELECT roleid::regrole::text FROM pg_auth_members WHERE member = %s::regrole"
    assert run(member, ROLE) == [(HELD_ROLE,)]
    assert run(member, HELD_ROLE) == []
    assert run("SELECT has_schema_privilege(%s, 'public', 'CREATE')", ROLE) == [(False,)]
    assert run("SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid = relowner WHERE rolname = %s", ROLE) == [(0,)]


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("audit_auditevent", "action = ''"),
        ("enterprises_enterpriseevent", "name = ''"),
        ("pghistory_context", "metadata = '{}'"),
    ],
)
def test_evidence_is_not_changed(table, change):
    assert table in evidence_tables()
    for sql in (f"UPDATE {table} SET {change}", f"DELETE FROM {table}", f"TRUNCATE {table}"):
        assert f"permission denied for table {table}" in refused(sql)


def test_evidence_is_not_changed_with_the_trigger_told_to_look_away():
    """Any session may set what pgtrigger asks; the privilege does not ask."""
    record("role.tested", by=None)
    run("SELECT set_config('pgtrigger.ignore', '{audit_auditevent:append_only}', true)")
    assert "permission denied" in refused("UPDATE audit_auditevent SET action = 'other'")
    assert AuditEvent.objects.get().action == "role.tested"


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE targets_indicatorvalue SET value = 1",
        "UPDATE targets_indicatorvalue SET known_from = known_from - interval '1 year'",
        "UPDATE targets_indicatorvalue SET unit_id = NULL, known_to = now()",
        "DELETE FROM targets_indicatorvalue",
    ],
)
def test_what_a_figure_said_is_not_changed(sql):
    """An accepted figure is copied nowhere: the row it is read from is all there is of it."""
    run("SELECT set_config('pgtrigger.ignore', '{targets_indicatorvalue:said_once}', true)")
    assert "permission denied for table targets_indicatorvalue" in refused(sql)


def contexts() -> list[dict]:
    return [
        json.loads(metadata) for (metadata,) in run("SELECT metadata FROM pghistory_context ORDER BY created_at, id")
    ]


def in_context(enterprise: Enterprise, name: str, context: str, metadata: str) -> None:
    """A change of one row as the portal's role, under a context that its session claims."""
    with as_portal():
        run("SELECT set_config('pghistory.context_id', %s, true)", context)
        run("SELECT set_config('pghistory.context_metadata', %s, true)", metadata)
        Enterprise.objects.filter(pk=enterprise.pk).update(name=name)


@pytest.mark.django_db(transaction=True)
def test_who_changed_a_row_stays_who_it_was(reference):
    """Whoever holds the portal's connection can claim an old context again, and so far rewrote the person in it."""
    enterprise, context = EnterpriseFactory(), "6a1fc7fa-0000-4000-8000-000000000996"
    in_context(enterprise, "Tên hai", context, '{"user": 7, "url": "/a/"}')
    assert contexts() == [{"user": 7, "url": "/a/"}]
    in_context(enterprise, "Tên ba", context, '{"user": 8, "url": "/a/"}')
    in_context(enterprise, "Tên bốn", context, '{"url": "/a/"}')
    assert contexts() == [{"user": 7, "url": "/a/"}]
    in_context(enterprise, "Tên năm", context, '{"user": 7, "url": "/a/", "job": "exchange.write"}')
    assert contexts() == [{"user": 7, "url": "/a/", "job": "exchange.write"}]
    assert run("SELECT count(*) FROM enterprises_enterpriseevent WHERE pgh_context_id = %s", context) == [(4,)]


def test_within_one_transaction_a_context_may_learn_its_person(reference):
    enterprise, context = EnterpriseFactory(), "6a1fc7fa-0000-4000-8000-000000000997"
    in_context(enterprise, "Tên hai", context, '{"user": null}')
    in_context(enterprise, "Tên ba", context, '{"user": 7}')
    assert {"user": 7} in contexts()
    assert {"user": None} not in contexts()


def test_evidence_is_added_and_read():
    with as_portal():
        record("role.tested", by=None)
        assert AuditEvent.objects.get().action == "role.tested"


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE other (id int)",
        "CREATE UNLOGGED TABLE other (id int)",
        "CREATE SCHEMA other",
        "CREATE FUNCTION other() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE OR REPLACE FUNCTION vn_fold(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT 1::text'",
        "CREATE TRIGGER other BEFORE INSERT ON audit_auditevent EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "CREATE INDEX other ON jobs_job (kind)",
        "CREATE EXTENSION file_fdw",
        "CREATE ROLE other",
        "ALTER TABLE jobs_job ADD COLUMN other int",
        "ALTER TABLE audit_auditevent DISABLE TRIGGER ALL",
        "ALTER TABLE audit_auditevent RENAME TO other",
        f"ALTER ROLE {ROLE} SUPERUSER",
        f"GRANT DELETE ON audit_auditevent TO {ROLE}",
        "DROP TABLE jobs_job",
        "DROP TRIGGER {trigger} ON audit_auditevent",
        "TRUNCATE jobs_job",
        "INSERT INTO django_migrations (app, name, applied) VALUES ('audit', '0996', now())",
        "DELETE FROM django_migrations",
        "SET session_replication_role = replica",
        "SET LOCAL ROLE program996",
        "COPY jobs_job TO PROGRAM 'cat'",
        "SELECT pg_read_file('/etc/hostname')",
        "SELECT rolpassword FROM pg_authid",
    ],
)
def test_refused(sql):
    if sql.startswith("SET LOCAL ROLE"):
        # It asks whom the session signed in as, here the owner; the portal's sessions have no such right.
        assert run("SELECT pg_has_role(%s, 'program996', 'MEMBER')", ROLE) == [(False,)]
    elif sql.startswith("GRANT"):
        with as_portal():
            run(sql)  # PostgreSQL warns and gives nothing
        assert run("SELECT has_table_privilege(%s, 'audit_auditevent', 'DELETE')", ROLE) == [(False,)]
    else:
        triggers = "SELECT tgname FROM pg_trigger WHERE tgrelid = 'audit_auditevent'::regclass AND NOT tgisinternal"
        refused(sql.replace("{trigger}", run(triggers)[0][0]))


def test_ordinary_work_goes_on(keeper):
    unit = OrganisationUnit.objects.get(pk=BAC_NINH)
    facts = {"tax_code": tax_code(9), "name": "Công ty A", "ownership": "private", "located_on": date(2025, 8, 1)}
    with as_portal():
        made = services.register_enterprise(Enterprise(**facts, unit=unit), by=keeper)
        event = ProgrammeEvent(stage="applied", occurred_on=date(2026, 3, 12), unit=unit)
        services.add_event(made, "served", event, reported_by=unit, by=keeper)
        assert set(AuditEvent.objects.values_list("action", flat=True)) >= {"enterprise.registered"}
        assert Job.objects.filter(kind="progress.recompute").exists()
        assert recompute()["MT5"] > 0
        assert IndicatorValue.objects.filter(indicator__code="MT5", unit_id=BAC_NINH).exists()
        assert find_differences() == []
        call_command("clearsessions")


def test_a_table_of_a_later_migration_is_reached():
    run("CREATE TABLE later (id bigint GENERATED BY DEFAULT AS IDENTITY, name text)")
    with as_portal():
        run("INSERT INTO later (name) VALUES ('a')")
        run("UPDATE later SET name = 'b'")
        assert run("SELECT name FROM later") == [("b",)]
        run("DELETE FROM later")
    refused("TRUNCATE later")
    refused("DROP TABLE later")


def test_rights_given_by_hand_are_taken_back():
    run(f"GRANT UPDATE, TRUNCATE ON audit_auditevent TO {ROLE}")
    run(f"GRANT CREATE ON SCHEMA public TO {ROLE}")
    set_up_role()
    test_every_table_gives_what_its_kind_gives(ROLE)
    test_role_is_confined()


def test_role_that_another_base_changes_meanwhile_is_waited_for(monkeypatch):
    """Two bases of one server share their roles: the second change fails, and is tried again."""
    passwords, errors = [], []
    make = roles._make
    monkeypatch.setattr(roles, "_make", lambda cursor, password: (passwords.append(password), make(cursor, password)))

    def set_up() -> None:
        try:
            set_up_role("mat-khau-996")
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    other = psycopg2.connect(**connection.get_connection_params())
    with closing(other), other.cursor() as cursor:
        cursor.execute(f"ALTER ROLE {ROLE} PASSWORD 'other'")
        thread = threading.Thread(target=set_up)
        thread.start()
        time.sleep(0.5)
        assert thread.is_alive()
        other.commit()
        thread.join(20)
        cursor.execute("SELECT rolpassword FROM pg_authid WHERE rolname = %s", [ROLE])
        assert cursor.fetchone()[0].startswith("SCRAM-SHA-256$")
    assert errors == []
    assert len(passwords) == 2


def test_no_temporary_table_stands_before_a_true_one():
    """Of a new connection of the role; the audit is written by its plain name."""
    told = run(
        "SELECT s.setconfig FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole "
        "JOIN pg_database d ON d.oid = s.setdatabase WHERE r.rolname = %s AND d.datname = current_database()",
        ROLE,
    )
    assert told == [(["search_path=public, pg_temp"],)]
    before = AuditEvent.objects.count()
    with as_portal():
        run("SET LOCAL search_path = public, pg_temp")
        run("CREATE TEMPORARY TABLE audit_auditevent (LIKE audit_auditevent INCLUDING ALL) ON COMMIT DROP")
        record("trial", by=None)
    assert AuditEvent.objects.count() == before + 1
