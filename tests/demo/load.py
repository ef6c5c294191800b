"""The load as a command, and what of the base shows that it was there."""

from io import StringIO
from pathlib import Path

from django.core.management import call_command
from django.db import connection


def load(path: Path, seed: int = 996, enterprises: int = 100) -> str:
    out = StringIO()
    given = ("--seed", str(seed), "--enterprises", str(enterprises), "--accounts", str(path))
    call_command("load_demo", *given, stdout=out)
    return out.getvalue()


def indexes() -> list:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename LIKE 'enterprises_%' ORDER BY 1")
        return cursor.fetchall()


DIGEST = """
    SELECT md5(string_agg(line, '|' ORDER BY line)) FROM (
        SELECT concat_ws(';', n.tax_code, n.tax_code_reason, n.name, n.ownership, i.version, i.code, n.industry_code,
                         n.unit_id, n.address, n.located_on, n.note, p.form, e.stage, e.occurred_on, e.unit_id, e.note,
                         e.reported_by_id, e.withdrawn_at IS NULL, e.withdrawn_reason, u.email) AS line
        FROM enterprises_enterprise n
        JOIN enterprises_industry i ON i.id = n.industry_id
        JOIN enterprises_assuranceprogramme p ON p.enterprise_id = n.id
        JOIN enterprises_programmeevent e ON e.programme_id = p.id
        LEFT JOIN accounts_user u ON u.id = e.withdrawn_by_id
        UNION ALL SELECT concat_ws(';', code, unit_id, year, value, source) FROM targets_unitstatistic
        UNION ALL SELECT concat_ws(';', number, title, unit_id, issued_on, first_year, last_year, ended_on)
            FROM plans_unitplan
        UNION ALL SELECT concat_ws(';', c.code, c.name, c.area, s.status, s.happened_on, s.reason)
            FROM labs_calibrationandmeasurementcapability c JOIN labs_cmcstatus s ON s.cmc_id = c.id
        UNION ALL SELECT concat_ws(';', code, name, kind, area, unit_id, accepted_on, commercialised_on, exported_on)
            FROM labs_developedproduct
        UNION ALL SELECT concat_ws(';', certificate, kind, performed_on, due_on) FROM labs_standardcomparison
        UNION ALL SELECT concat_ws(';', p.code, c.version, c.reason, d.number) FROM targets_period p
            JOIN targets_periodclosing c ON c.period_id = p.id JOIN documents_legaldocument d ON d.id = c.document_id
    ) lines
"""


def digest() -> str:
    with connection.cursor() as cursor:
        cursor.execute(DIGEST)
        return cursor.fetchone()[0]
