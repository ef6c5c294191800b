"""The role of backups reads everything, takes the log, and writes nothing."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from program996.management.backup_role import BACKUP_ROLE, set_up_backup_role

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def role():
    """Gone with the test's transaction."""
    set_up_backup_role()
    set_up_backup_role("mat-khau-996")


def run(sql: str, *values: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        return cursor.fetchall() if cursor.description else []


def test_role_is_confined():
    row = "rolcanlogin, rolreplication, rolbypassrls, rolsuper, rolcreatedb, rolcreaterole"
    assert run(f"SELECT {row} FROM pg_roles WHERE rolname = %s", BACKUP_ROLE) == [(True, True, True, *[False] * 3)]
    [(secret,)] = run("SELECT rolpassword FROM pg_authid WHERE rolname = %s", BACKUP_ROLE)
    assert secret.startswith("SCRAM-SHA-256$")


def test_role_reads_all_and_writes_nothing():
    tables = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
    names = [name for (name,) in run(tables)]
    assert len(names) > 100
    for name in names:
        held = "SELECT p FROM unnest(%s::text[]) p WHERE has_table_privilege(%s, %s::regclass, p)"
        rights = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE"]
        assert run(held, rights, BACKUP_ROLE, f'"{name}"') == [("SELECT",)], name


@pytest.mark.parametrize(
    "sql", ["DELETE FROM jobs_job", "CREATE TABLE other (id int)", "SELECT pg_read_file('/etc/hostname')"]
)
def test_refused(sql):
    with pytest.raises(DatabaseError) as refusal, transaction.atomic():
        run(f"SET LOCAL ROLE {BACKUP_ROLE}; {sql}")
    assert refusal.value.__cause__.pgcode == "42501"


@pytest.mark.parametrize(("user", "is_made"), [("program996_backup", True), ("somebody", False)])
def test_database_roles_makes_it_where_its_address_stands(monkeypatch, capsys, user, is_made):
    monkeypatch.setenv("BACKUP_DATABASE_URL", f"postgresql://{user}:mat-khau@db/program996")
    call_command("database_roles")
    assert (BACKUP_ROLE in capsys.readouterr().out) == is_made
