"""Ten years at ten times the load, by a few statements: a million rows of the audit in each of ten years, a million
stages of enterprises' programmes. Rows are written before their indexes, as nobody reads them meanwhile.
"""

import re
from datetime import date

from django.db import connection

from apps.audit.partitions import TABLE, years

FIRST, LAST = 2027, 2036
AUDIT_OF_A_YEAR = 1_000_000
ENTERPRISES, EVENTS_EACH = 125_000, 4  # of each of the two forms
STAGES = "approached surveyed being_built issued applied maintained"
ACTIONS = (
    "session.began session.ended export.requested document.fetched task.changed task.approved register.changed "
    "enterprise.updated report.submitted report.accepted import.confirmed access.refused"
)
OWNER = "so-dang-ky@tdc.example"  # of every five hundredth row

AUDIT = """
INSERT INTO {table} (
    id, at, action, actor_id, actor, actor_name, address, unit, unit_name, target_type, target_id, target, reason,
    before, after, data, request_id
)
SELECT nextval(pg_get_serial_sequence('audit_auditevent', 'id')),
    make_timestamptz({year}, 1, 1, 0, 0, 0, 'Asia/Ho_Chi_Minh') + (n - 1) * (interval '365 days' / {count}),
    (string_to_array('{actions}', ' '))[1 + n % 12],
    CASE WHEN n % 500 = 0 THEN (SELECT id FROM accounts_user WHERE email = '{owner}') ELSE 1000000 + n % 499 END,
    'nguoi-' || n % 500 || '@bench.example', 'Người thứ ' || n % 500, ('10.0.' || n % 250 || '.7')::inet, units.id,
    units.id, CASE WHEN n % 12 < 4 THEN 'accounts.user' ELSE 'enterprises.enterprise' END, (n % 120000)::text,
    'Công ty cổ phần cơ khí số ' || n % 120000, '', '{{"name": "Công ty cũ"}}', '{{"name": "Công ty mới"}}', '{{}}',
    upper(substr(md5(n::text), 1, 9))
FROM generate_series(1, {count}) n JOIN (
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS all_of_them
    FROM organisations_organisationunit WHERE valid_to IS NULL
) units ON units.place = n % units.all_of_them
"""
UNITS = """
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS all_of_them
    FROM organisations_organisationunit WHERE kind = 'province' AND valid_to IS NULL
"""
REGISTER = f"""
INSERT INTO enterprises_enterprise (
    tax_code, tax_code_reason, name, ownership, industry_code, unit_id, address, located_on, note, created_at,
    updated_at
)
SELECT '98' || lpad(n::text, 8, '0'), '', 'Công ty trách nhiệm hữu hạn sản xuất và thương mại số ' || n,
    (ARRAY['state', 'private', 'fdi', 'cooperative'])[1 + n % 4], '', units.id, 'Số ' || n || ', đường Lê Lợi',
    DATE '2025-08-01', '', now(), now()
FROM generate_series(1, %(count)s) n JOIN ({UNITS}) units ON units.place = n %% units.all_of_them;
INSERT INTO enterprises_assuranceprogramme (enterprise_id, form, created_at, updated_at)
SELECT e.id, form, now(), now() FROM enterprises_enterprise e, unnest(ARRAY['served', 'written']) form
WHERE e.tax_code LIKE '98%%'
""".replace("1 + n % 4", "1 + n %% 4")
EVENTS = """
INSERT INTO enterprises_programmeevent (
    programme_id, stage, occurred_on, unit_id, activity, note, reported_by_id, opens_record, withdrawn_reason,
    created_at, updated_at
)
SELECT p.id, (string_to_array(%(stages)s, ' '))[1 + (p.id + n) %% 6], DATE '2019-01-15' + (p.id %% 1500)::int + n * 300,
    e.unit_id, '', '', e.unit_id, true, '', now(), now()
FROM enterprises_assuranceprogramme p JOIN enterprises_enterprise e ON e.id = p.enterprise_id,
    generate_series(1, %(each)s) n
WHERE e.tax_code LIKE '98%%'
"""
INDEXES = """
    SELECT pg_get_indexdef(indexrelid), indisprimary FROM pg_index
    WHERE indrelid = %s::regclass ORDER BY indisprimary DESC
"""


def fill_audit(count: int = AUDIT_OF_A_YEAR) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_make_years(%s)", [LAST])
        cursor.execute(INDEXES, [TABLE])
        indexes = cursor.fetchall()
        for year in years():
            if year.is_first or year.last > LAST:
                continue
            cursor.execute(f"CREATE TABLE filling (LIKE {TABLE} INCLUDING DEFAULTS INCLUDING STORAGE)")
            cursor.execute(AUDIT.format(table="filling", year=year.last, count=count, actions=ACTIONS, owner=OWNER))
            for definition, is_primary in indexes:
                of_it = re.sub(r"INDEX \S+ ON ONLY \S+", "INDEX ON filling", definition)
                cursor.execute("ALTER TABLE filling ADD PRIMARY KEY (id, at)" if is_primary else of_it)
            cursor.execute(f"ALTER TABLE {TABLE} DETACH PARTITION {year.table}; DROP TABLE {year.table}")
            cursor.execute(f"ALTER TABLE filling RENAME TO {year.table}")
            cursor.execute(f"ALTER TABLE {TABLE} ATTACH PARTITION {year.table} {year.bounds}")
            cursor.execute("SELECT audit_same_rights(%s, %s)", [year.table, TABLE])


def fill_register() -> None:
    with connection.cursor() as cursor:
        cursor.execute(REGISTER, {"count": ENTERPRISES})
        cursor.execute("ANALYZE enterprises_enterprise, enterprises_assuranceprogramme")
        cursor.execute(EVENTS, {"stages": STAGES, "each": EVENTS_EACH})


def day_of_the_end() -> date:
    return date(LAST, 12, 31)
