"""Tasks for the bench: as many as are asked for, of all years, states and provinces, by a few statements."""

from django.db import connection

STATES = "draft proposed under_appraisal appraised returned approved in_progress completion_reported accepted closed"

FILL = """
WITH units AS (
    SELECT id, row_number() OVER (ORDER BY id) - 1 AS at, count(*) OVER () AS times
    FROM organisations_organisationunit WHERE kind = 'province' AND valid_to IS NULL
), items AS (
    SELECT code, row_number() OVER (ORDER BY code) - 1 AS at, count(*) OVER () AS times
    FROM framework_frameworkitem WHERE kind = 'task'
), made AS (
    SELECT n, 2019 + n %% 12 AS year,
        -- years that are over are done, the present one is under way
        CASE WHEN n %% 12 < 7 THEN (ARRAY['accepted', 'closed'])[1 + n / 12 %% 2]
             ELSE (string_to_array(%(states)s, ' '))[1 + n / 12 %% 10] END AS state
    FROM generate_series(1, %(count)s) n
)
INSERT INTO tasks_plantask (
    code, title, objective, kind, term, year, product, starts_on, due_on, first_due_on, route, origin, state, resume_to,
    version, moved_at, reported_on, accepted_on, withdrawn_reason, created_at, updated_at, framework_item_id,
    lead_unit_id, approving_unit_id
)
SELECT 'NV-' || year || '-' || lpad(n::text, 6, '0'), 'Hỗ trợ doanh nghiệp về đo lường, đợt ' || n, '', 'recurrent',
    'yearly', year, 'Báo cáo kết quả', make_date(year, 1, 15), make_date(year, 1 + n %% 12, 28),
    make_date(year, 1 + n %% 12, 28), 'province', 'demo', state, '', 1, now(),
    CASE WHEN state IN ('completion_reported', 'accepted', 'closed') THEN make_date(year, 1, 20) END,
    CASE WHEN state IN ('accepted', 'closed') THEN make_date(year, 1, 25) END, '', now(), now(), items.code, units.id,
    units.id
FROM made JOIN units ON units.at = n %% units.times JOIN items ON items.at = n / 7 %% items.times
WHERE n > (SELECT count(*) FROM tasks_plantask)
"""
MONEY = """
INSERT INTO tasks_budgetline (task_id, year, source, stage, amount, kept_at)
SELECT id, year, 'local', 'planned', 1000000 * (50 + id %% 400), now() FROM tasks_plantask ON CONFLICT DO NOTHING
"""
PROGRESS = """
INSERT INTO tasks_taskprogress (task_id, percent, told_on, text, risk, created_at)
SELECT id, id %% 101, make_date(year, 1, 20), '', (ARRAY['none', 'some', 'high'])[1 + id %% 3], now()
FROM tasks_plantask WHERE state IN ('in_progress', 'accepted', 'closed')
AND NOT EXISTS (SELECT FROM tasks_taskprogress p WHERE p.task_id = tasks_plantask.id)
"""


def empty() -> None:
    """Those that were made here, so that the next figure begins where this one did."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE tasks_plantask CASCADE")


def fill(count: int) -> None:
    """Up to that many; calling it twice adds none."""
    with connection.cursor() as cursor:
        cursor.execute(FILL, {"count": count, "states": STATES})
        cursor.execute(MONEY.replace("%%", "%"))
        cursor.execute(PROGRESS.replace("%%", "%"))
        cursor.execute("VACUUM ANALYZE tasks_plantask, tasks_budgetline, tasks_taskprogress")
