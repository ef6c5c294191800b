"""Each rule of migrations would be heard of (test_samples.py holds today's to them)."""

import pytest
from django_migration_linter.sql_analyser import PostgresqlAnalyser, analyse_sql_statements

from tests.upgrades.lint import CONTRACTS
from tests.upgrades.samples_of_releases import samples

TABLE = 'ALTER TABLE "jobs_job"'


def test_what_is_taken_away_names_the_release_that_did_without():
    assert [name for name, release in CONTRACTS.items() if release not in {one.version for one in samples()}] == []


@pytest.mark.parametrize(
    ("code", "sql"),
    [
        ("DROP_COLUMN", f'{TABLE} DROP COLUMN "unit" CASCADE;'),
        ("DROP_TABLE", 'DROP TABLE "jobs_job" CASCADE;'),
        ("RENAME_COLUMN", f'{TABLE} RENAME COLUMN "unit" TO "place";'),
        ("RENAME_TABLE", f'{TABLE} RENAME TO "jobs_work";'),
        ("ALTER_COLUMN", f'{TABLE} ALTER COLUMN "unit" TYPE integer;'),
        ("NOT_NULL", f'{TABLE} ADD COLUMN "place" text NOT NULL;'),
        ("NOT_NULL", f'{TABLE} ALTER COLUMN "unit" SET NOT NULL;'),
        ("ADD_UNIQUE", f'{TABLE} ADD CONSTRAINT "one" UNIQUE ("unit");'),
    ],
)
def test_the_former_release_is_thought_of(code, sql):
    errors, _ignored, _warnings = analyse_sql_statements(PostgresqlAnalyser, ["BEGIN;", sql, "COMMIT;"])
    assert code in {error.code for error in errors}


@pytest.mark.parametrize(
    "sql",
    [
        f'{TABLE} ADD COLUMN "place" text NULL;',
        f"{TABLE} ADD COLUMN \"place\" text DEFAULT '' NOT NULL;",
        'CREATE TABLE "jobs_clockbell" ("name" varchar(100) NOT NULL PRIMARY KEY);',
        'CREATE INDEX CONCURRENTLY "by_unit" ON "jobs_job" ("unit");',
    ],
)
def test_what_only_adds_passes(sql):
    errors, _ignored, _warnings = analyse_sql_statements(PostgresqlAnalyser, ["BEGIN;", sql, "COMMIT;"])
    assert errors == []
