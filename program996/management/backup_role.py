"""The role that backups are taken by: it reads everything, takes the log, and writes nothing."""

from typing import Any

from django.db import connection, transaction
from psycopg2.extensions import encrypt_password

BACKUP_ROLE = "program996_backup"
_MAKE = f"CREATE ROLE {BACKUP_ROLE} LOGIN"
# Rules of rows would hide from it what a backup must have.
_CONFINE = f"ALTER ROLE {BACKUP_ROLE} LOGIN REPLICATION BYPASSRLS NOSUPERUSER NOCREATEDB NOCREATEROLE"
_READ = f"""
    GRANT pg_read_all_data TO {BACKUP_ROLE};
    GRANT CONNECT ON DATABASE {{database}} TO {BACKUP_ROLE};
"""


def set_up_backup_role(password: str = "") -> None:
    """Make the role where it is missing and give it exactly its rights; may be run again at any time."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('database_roles'))")
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [BACKUP_ROLE])
        if cursor.fetchone() is None:
            cursor.execute(_MAKE)
        cursor.execute(_CONFINE)
        cursor.execute(_READ.format(database=connection.ops.quote_name(connection.settings_dict["NAME"])))
        _set_password(cursor, password)


def _set_password(cursor: Any, password: str) -> None:
    if password:  # as a hash: statements may be logged
        secret = encrypt_password(password, BACKUP_ROLE, connection.connection, "scram-sha-256")
        cursor.execute(f"ALTER ROLE {BACKUP_ROLE} PASSWORD %s", [secret])
