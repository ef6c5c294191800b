"""The audit gets a table for each year. What there is becomes the first of them; nothing is copied.

While people write: a constraint and an index are made beside them, then one short transaction puts a divided table of
the same name in front. The former release goes on writing to that name and notices nothing.

Bounds are midnight in Viet Nam, as the days of the seals are. A key of a divided table has the moment in it; the number
alone is unique by its sequence.
"""

import time
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.db import OperationalError, migrations, transaction
from django.utils import timezone

TABLE = "audit_auditevent"
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
TRIES, WAIT, PAUSE = 60, "2s", 1  # whoever writes to the audit waits no longer than that for us
A_WEEK = timedelta(days=7)  # a year that is nearly over has the next one with it

# Whoever may do something with the model may do that with the part, and nobody else anything.
SAME_RIGHTS = """
CREATE OR REPLACE FUNCTION audit_same_rights(part regclass, model regclass) RETURNS void LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    held record;
BEGIN
    FOR held IN SELECT DISTINCT a.grantee::regrole AS who FROM pg_class c, aclexplode(c.relacl) a
        WHERE c.oid = part AND a.grantee NOT IN (0, c.relowner)
    LOOP
        EXECUTE format('REVOKE ALL ON %s FROM %s', part, held.who);
    END LOOP;
    FOR held IN SELECT a.grantee::regrole AS who, a.privilege_type AS what FROM pg_class c, aclexplode(c.relacl) a
        WHERE c.oid = model AND a.grantee NOT IN (0, c.relowner)
    LOOP
        EXECUTE format('GRANT %s ON %s TO %s', held.what, part, held.who);
    END LOOP;
END
$$
"""
ADD_PART = """
CREATE OR REPLACE FUNCTION audit_add_part(name text, bounds text) RETURNS void LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    EXECUTE format('CREATE TABLE %I PARTITION OF audit_auditevent %s', name, bounds);
    PERFORM audit_same_rights(name::regclass, 'audit_auditevent');
END
$$
"""
# By the owner's rights, for the portal's role, which makes no table: years up to that one, ten ahead at most. Rows that
# came before their table are put into it. Whoever waits too long for a lock leaves it to the next night.
MAKE_YEARS = """
CREATE OR REPLACE FUNCTION audit_make_years(last_year integer) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET lock_timeout = '3s' AS $$
DECLARE
    zone CONSTANT text := 'Asia/Ho_Chi_Minh';
    newest integer;
    upto timestamptz;
    is_late boolean;
BEGIN
    PERFORM pg_advisory_xact_lock(9962, 1);
    EXECUTE 'ANALYZE ONLY audit_auditevent';
    last_year := least(last_year, extract(year FROM now() AT TIME ZONE zone)::integer + 10);
    SELECT max(right(c.relname, 4)::integer) INTO newest FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid
        WHERE inhparent = 'audit_auditevent'::regclass AND c.relname ~ '_[0-9]{4}$';
    IF newest >= last_year THEN
        RETURN 0;
    END IF;
    upto := make_timestamptz(last_year + 1, 1, 1, 0, 0, 0, zone);
    is_late := EXISTS (SELECT FROM audit_auditevent_default WHERE at < upto);
    IF is_late THEN
        ALTER TABLE audit_auditevent DETACH PARTITION audit_auditevent_default;
    END IF;
    FOR year IN newest + 1 .. last_year LOOP
        PERFORM audit_add_part('audit_auditevent_' || year, format(
            'FOR VALUES FROM (%L) TO (%L)',
            make_timestamptz(year, 1, 1, 0, 0, 0, zone), make_timestamptz(year + 1, 1, 1, 0, 0, 0, zone)));
    END LOOP;
    IF is_late THEN
        INSERT INTO audit_auditevent SELECT * FROM audit_auditevent_default WHERE at < upto;
        DELETE FROM audit_auditevent_default WHERE at < upto;
        ALTER TABLE audit_auditevent ATTACH PARTITION audit_auditevent_default DEFAULT;
    END IF;
    RETURN last_year - newest;
END
$$
"""
IS_DIVIDED = f"SELECT relkind = 'p' FROM pg_class WHERE oid = '{TABLE}'::regclass"
INDEXES = f"""
    SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid), i.indisprimary
    FROM pg_index i WHERE i.indrelid = '{TABLE}'::regclass AND i.indexrelid <> '{{prepared}}'::regclass
"""
TRIGGERS = f"""
    SELECT tgname::text, pg_get_triggerdef(oid), obj_description(oid, 'pg_trigger')
    FROM pg_trigger WHERE tgrelid = '{TABLE}'::regclass AND NOT tgisinternal
"""


def divide(apps, schema_editor):
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        if _one(cursor, IS_DIVIDED):
            return
        for function in (SAME_RIGHTS, ADD_PART, MAKE_YEARS):
            cursor.execute(function)
        year = _last_year_of_the_first(cursor)
        first, prepared = f"{TABLE}_until_{year}", f"{TABLE}_until_{year}_pkey"
        before = f"at < '{year + 1}-01-01 00:00:00+07'"
        _patiently(lambda: _prepare(cursor, before))
        # Beside writers: these wait for whoever began before them, and nobody waits for these.
        cursor.execute("SET statement_timeout = 0; SET lock_timeout = '15min'")
        cursor.execute(f"ALTER TABLE {TABLE} VALIDATE CONSTRAINT audit_first_years")
        cursor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {prepared}")
        cursor.execute(f"CREATE UNIQUE INDEX CONCURRENTLY {prepared} ON {TABLE} (id, at)")
        cursor.execute("RESET statement_timeout; RESET lock_timeout")
        _patiently(lambda: _put_in_front(cursor, first, prepared, year))
        cursor.execute("SELECT audit_make_years(%s)", [year + 2])


def _last_year_of_the_first(cursor):
    """Of today, or of the newest row where a clock was ahead."""
    newest = _one(cursor, f"SELECT max(at) FROM {TABLE}")
    soon = timezone.now() + A_WEEK
    return max(newest or soon, soon).astimezone(ZONE).year


def _prepare(cursor, before):
    """So that nobody reads the whole table while all wait. An earlier try may have left its own."""
    cursor.execute(f"SET LOCAL lock_timeout = '{WAIT}'")
    cursor.execute(f"ALTER TABLE {TABLE} DROP CONSTRAINT IF EXISTS audit_first_years")
    cursor.execute(f"ALTER TABLE {TABLE} ADD CONSTRAINT audit_first_years CHECK ({before}) NOT VALID")


def _put_in_front(cursor, first, prepared, year):
    cursor.execute(f"SET LOCAL lock_timeout = '{WAIT}'")
    cursor.execute(f"LOCK TABLE {TABLE} IN ACCESS EXCLUSIVE MODE")
    sequence = _one(cursor, f"SELECT pg_get_serial_sequence('{TABLE}', 'id')")
    cursor.execute(f"SELECT last_value, is_called FROM {sequence}")
    place = cursor.fetchone()
    cursor.execute(TRIGGERS)
    triggers = cursor.fetchall()
    cursor.execute(INDEXES.format(prepared=prepared))
    indexes = cursor.fetchall()
    _make_the_first(cursor, first, prepared, triggers, indexes)
    cursor.execute(f"CREATE TABLE {TABLE} (LIKE {first} INCLUDING DEFAULTS INCLUDING STORAGE) PARTITION BY RANGE (at)")
    cursor.execute(f"ALTER TABLE {TABLE} ALTER id ADD GENERATED BY DEFAULT AS IDENTITY")
    cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s, %s)", [TABLE, *place])
    cursor.execute(f"ALTER TABLE {TABLE} ADD PRIMARY KEY (id, at)")
    for _name, definition, is_primary in indexes:
        if not is_primary:
            cursor.execute(definition)
    cursor.execute("SELECT audit_same_rights(%s, %s)", [TABLE, first])
    bounds = f"FOR VALUES FROM (MINVALUE) TO ('{year + 1}-01-01 00:00:00+07')"
    cursor.execute(f"ALTER TABLE {TABLE} ATTACH PARTITION {first} {bounds}")
    cursor.execute(f"ALTER TABLE {first} DROP CONSTRAINT audit_first_years")
    cursor.execute("SELECT audit_add_part(%s, 'DEFAULT')", [f"{TABLE}_default"])
    for name, definition, words in triggers:
        cursor.execute(definition)
        cursor.execute(f"COMMENT ON TRIGGER {name} ON {TABLE} IS %s", [words])


def _make_the_first(cursor, first, prepared, triggers, indexes):
    """Out of what there was; names go to the table in front, which has the triggers for all."""
    for name, _definition, _words in triggers:
        cursor.execute(f"DROP TRIGGER {name} ON {TABLE}")
    cursor.execute(f"ALTER TABLE {TABLE} ALTER id DROP IDENTITY")
    cursor.execute(f"ALTER TABLE {TABLE} RENAME TO {first}")
    for name, _definition, is_primary in indexes:
        if is_primary:
            cursor.execute(f"ALTER TABLE {first} DROP CONSTRAINT {name}")
            cursor.execute(f"ALTER TABLE {first} ADD PRIMARY KEY USING INDEX {prepared}")
        else:
            cursor.execute(f"ALTER INDEX {name} RENAME TO {name}_{first.rpartition('_')[2]}")


def _patiently(act):
    """Somebody's long transaction must not make everybody else wait behind us."""
    for left in reversed(range(TRIES)):
        try:
            with transaction.atomic():
                act()
            return
        except OperationalError as error:
            if not left or getattr(error.__cause__, "pgcode", "") != "55P03":  # lock not available
                raise
            time.sleep(PAUSE)


def _one(cursor, query):
    cursor.execute(query)
    return cursor.fetchone()[0]


class Migration(migrations.Migration):
    atomic = False  # an index beside writers is made outside of transactions

    dependencies = [("audit", "0005_years_in_archives")]

    operations = [migrations.RunPython(divide, migrations.RunPython.noop)]
