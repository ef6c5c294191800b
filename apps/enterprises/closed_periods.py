"""What a fact does that is dated in a closed period: it is written, and the accepted figure stays as it is."""

from django.db import connection
from django.utils.translation import gettext as _

from apps.exchange.models import ImportBatch
from apps.exchange.resource import Closed, ClosedRow

# A row moves a figure of its period where its enterprise has nothing in force of that form by the period's end, and no
# earlier row of the file brings it. The enterprise is told by ten digits, as a branch counts with it. File and register
# are set beside each other by a sort, never joined row by row: how many rows a file has the planner cannot know.
_BESIDE = """
    WITH closed AS (
        SELECT p.year, p.starts_on, p.ends_on FROM targets_period p
        WHERE EXISTS (SELECT 1 FROM targets_periodclosing c WHERE c.period_id = p.id)
    ), staged AS MATERIALIZED (
        SELECT left(clean->>'tax_code', 10) AS digits, clean->>'form' AS form,
               (clean->>'occurred_on')::date AS occurred_on, clean->>'stage' IN ('applied', 'maintained') AS in_force,
               number, row_number() OVER (
                   PARTITION BY left(clean->>'tax_code', 10), clean->>'form',
                                clean->>'stage' IN ('applied', 'maintained')
                   ORDER BY clean->>'occurred_on', number
               ) = 1 AS is_first
        FROM exchange_stagedrow WHERE batch_id = %(batch)s AND state IN ('new', 'update')
    ), counted AS (
        SELECT left(n.tax_code, 10) AS digits, g.form, min(e.occurred_on) AS since
        FROM (SELECT DISTINCT digits FROM staged) s
        JOIN enterprises_enterprise n ON left(n.tax_code, 10) = s.digits
        JOIN enterprises_assuranceprogramme g ON g.enterprise_id = n.id
        JOIN enterprises_programmeevent e ON e.programme_id = g.id
         AND e.withdrawn_at IS NULL AND e.stage IN ('applied', 'maintained')
         AND e.batch_id IS DISTINCT FROM %(batch)s
        GROUP BY 1, 2
    ), beside AS (
        SELECT number, occurred_on, in_force, is_first, min(since) OVER (PARTITION BY digits, form) AS since
        FROM (
            SELECT number, digits, form, occurred_on, in_force, is_first, NULL::date AS since FROM staged
            UNION ALL SELECT NULL, digits, form, NULL, false, false, since FROM counted
        ) both_kinds
    ), told AS (
        SELECT number, p.year, in_force,
               in_force AND is_first AND (since IS NULL OR since > p.ends_on) AS is_moving
        FROM beside s JOIN closed p ON s.occurred_on BETWEEN p.starts_on AND p.ends_on
    )
"""
_BY_PERIOD = """
    SELECT year, count(*), count(*) FILTER (WHERE is_moving) FROM told GROUP BY ROLLUP (year) ORDER BY 1 DESC NULLS LAST
"""
_ONE_BY_ONE = "SELECT number, year, in_force, is_moving FROM told ORDER BY 1 LIMIT %(many)s OFFSET %(first)s"


def closed_rows(batch: ImportBatch) -> Closed:
    """The rows to be written that fall into closed periods."""
    with connection.cursor() as cursor:
        cursor.execute(_BESIDE + _BY_PERIOD, {"batch": batch.pk})
        return Closed.of(cursor)


def each_closed_row(batch: ImportBatch, first: int, last: int) -> list[ClosedRow]:
    """Some of those rows, with what each does and why."""
    with connection.cursor() as cursor:
        cursor.execute(_BESIDE + _ONE_BY_ONE, {"batch": batch.pk, "first": first, "many": last - first})
        return [
            ClosedRow(number, str(year), _told(year, in_force, is_moving))
            for number, year, in_force, is_moving in cursor.fetchall()
        ]


def _told(year: int, in_force: bool, is_moving: bool) -> str:
    if is_moving:
        return _("Hiện ở “điều chỉnh sau khi chốt” của kỳ %(year)s") % {"year": year}
    if in_force:
        return _("Không làm thay đổi số liệu: doanh nghiệp đã được tính từ trước, hoặc ở dòng khác của tệp")
    return _("Không làm thay đổi số liệu: giai đoạn này không được tính")
