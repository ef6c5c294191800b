"""The portal's own roles in the database: what they may do, table by table.

The owner makes and changes tables and is used by `migrate` and `database_roles` only. The portal's role reads and
writes rows, makes no table, and where rows are evidence it adds and reads, no more.
"""

from typing import Any

import pghistory.models
import psycopg2.errors
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from psycopg2.extensions import encrypt_password

from apps.exchange.resource import resources
from apps.exchange.staging import STAGED
from program996.walled import HELD_ROLE

ROLE = "program996_app"
# Two who do this at the same moment, in two bases of one server, meet in the catalogues that all bases share.
TRIES = 10
MET_ANOTHER = (psycopg2.errors.UniqueViolation, psycopg2.errors.DuplicateObject, psycopg2.errors.InternalError_)

_CONFINED_TO = "NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
_CONFINED = """
    SELECT NOT (rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls), rolcanlogin
    FROM pg_roles WHERE rolname = %s
"""
# Temporary tables are where the roll-up compares; they are gone with their transaction. They come last in the search
# path, so none can stand before a true table and swallow what is written to the audit. A copy of a base lacks these.
ON_DATABASE = f"""
    REVOKE ALL ON DATABASE {{database}} FROM {ROLE}, {HELD_ROLE};
    GRANT CONNECT, TEMPORARY ON DATABASE {{database}} TO {ROLE}, {HELD_ROLE};
    ALTER ROLE {ROLE} IN DATABASE {{database}} SET search_path = public, pg_temp;
"""
# The role that a request works as, held to units (wall.py), has the same rights and no sign-in. The portal's may become
# it and is not it by itself: else its policies would apply to jobs.
_HELD = f"GRANT {HELD_ROLE} TO {ROLE} WITH INHERIT FALSE, SET TRUE"
_GRANT = """
    REVOKE CREATE ON SCHEMA public FROM PUBLIC, {role};
    REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role};
    REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {role};
    GRANT USAGE ON SCHEMA public TO {role};
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role};
    GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role};
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {role};
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {role};
"""

MAINTAIN_SINCE = (17,)  # the server that can give this right


def measured_tables() -> set[str]:
    """Whose statistics the portal takes itself: an import joins thousands of rows that nobody else sees yet."""
    staged = {table.partition(" ")[0] for table in STAGED}
    return staged | {table for resource in resources() for table in resource.measured}


def evidence_tables() -> list[str]:
    """Who did what, and how every row was before: added to and read, never changed."""
    evidence = {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if any(trigger.name == "append_only" for trigger in getattr(model._meta, "triggers", ()))
        or issubclass(model, (pghistory.models.Event, pghistory.models.Context))
    }
    kept = evidence & set(connection.introspection.table_names())
    return sorted(kept | _parts_of(kept))


def _parts_of(tables: set[str]) -> set[str]:
    """Where one table is several behind its name (the audit's years) they give no more than it does."""
    parts = "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent::regclass::text = ANY(%s)"
    with connection.cursor() as cursor:
        cursor.execute(parts, [sorted(tables)])
        return {name for (name,) in cursor.fetchall()}


# Of a figure nothing but its end is ever written: accepted figures are read from these rows.
ENDED_ONLY = ("targets_indicatorvalue", "known_to")


def set_up_role(password: str = "") -> None:
    """Make the role where it is missing and give it exactly its rights; may be run again at any time."""
    for left in reversed(range(TRIES)):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(hashtext('database_roles'))")
                _make(cursor, password)
                _grant(cursor)
            return
        except DatabaseError as error:
            if not left or not isinstance(error.__cause__, MET_ANOTHER):
                raise


def _make(cursor: Any, password: str) -> None:
    for role, can in ((ROLE, "LOGIN"), (HELD_ROLE, "NOLOGIN")):
        cursor.execute(_CONFINED, [role])
        row = cursor.fetchone()
        if row is None:
            cursor.execute(f"CREATE ROLE {role} {can}")
        elif row != (True, can == "LOGIN"):
            cursor.execute(f"ALTER ROLE {role} {can} {_CONFINED_TO}")
    cursor.execute("SELECT pg_has_role(%s, %s, 'MEMBER') AND NOT pg_has_role(%s, %s, 'USAGE')", [ROLE, HELD_ROLE] * 2)
    if cursor.fetchone() == (False,):
        cursor.execute(_HELD)
    if password:
        set_password(cursor, password)


def set_password(cursor: Any, password: str) -> None:
    """As a hash: statements may be logged."""
    secret = encrypt_password(password, ROLE, connection.connection, "scram-sha-256")
    cursor.execute(f"ALTER ROLE {ROLE} PASSWORD %s", [secret])


def _grant(cursor: Any) -> None:
    cursor.execute(ON_DATABASE.format(database=connection.ops.quote_name(connection.settings_dict["NAME"])))
    for role in (ROLE, HELD_ROLE):
        cursor.execute(_GRANT.format(role=role))
        _take_back(cursor, role)


def _take_back(cursor: Any, role: str) -> None:
    """What is evidence, and what only the owner writes; and to be said apart, whose statistics the portal takes."""
    quote, there = connection.ops.quote_name, {*connection.introspection.table_names()}
    for table in evidence_tables():
        cursor.execute(f"REVOKE UPDATE, DELETE ON {quote(table)} FROM {role}")
    table, column = ENDED_ONLY
    if table in there:
        cursor.execute(f"REVOKE UPDATE, DELETE ON {quote(table)} FROM {role}")
        cursor.execute(f"GRANT UPDATE ({quote(column)}) ON {quote(table)} TO {role}")
    if connection.get_database_version() >= MAINTAIN_SINCE:
        for table in sorted(measured_tables() & there):
            cursor.execute(f"GRANT MAINTAIN ON {quote(table)} TO {role}")
    migrations = MigrationRecorder(connection)
    if migrations.has_table():
        table = quote(migrations.Migration._meta.db_table)
        cursor.execute(f"REVOKE INSERT, UPDATE, DELETE ON {table} FROM {role}")
