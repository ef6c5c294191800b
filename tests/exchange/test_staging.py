"""Rows on their way into the stage tables."""

import pytest
from django.db import connection, transaction

from apps.exchange import staging
from apps.exchange.models import ImportBatch
from tests.exchange import enterprise_files as files

pytestmark = pytest.mark.django_db


def believed_rows(table: str = "exchange_stagedrow") -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE oid = %s::regclass", [table])
        return cursor.fetchone()[0]


def test_portals_own_role_tells_the_planner_of_rows_just_staged(upload, monkeypatch):
    """Statistics that others take before the commit count none of them."""
    monkeypatch.setattr(staging, "MANY", 40)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE exchange_stagedrow")
    assert believed_rows() == 0
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE program996_app")
        assert upload(files.workbook(files.rows(39))).state == ImportBatch.State.CHECKED
        assert believed_rows() == 0  # a small file is not worth it
        assert upload(files.workbook(files.rows(40))).state == ImportBatch.State.CHECKED
        assert believed_rows() == 79
        cursor.execute("SET LOCAL ROLE NONE")


def test_pages_after_a_large_file_are_planned_by_what_it_wrote(upload, write, monkeypatch):
    """The server itself looks a minute later; until then MT5's page took longer than a statement may."""
    monkeypatch.setattr(staging, "MANY", 40)
    facts = ("enterprises_programmeevent", "enterprises_enterprise", "enterprises_enterpriseplace")
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {', '.join(facts)}")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE program996_app")
        write(upload(files.workbook(files.rows(39))))
        assert [believed_rows(table) for table in facts] == [0, 0, 0]
        write(upload(files.workbook(files.rows(40, prefix="25"))))
        assert [believed_rows(table) for table in facts] == [79, 79, 79]
        monkeypatch.setattr(staging, "GROWTH", 1)  # 41 rows on top of 79 are no growth to speak of
        write(upload(files.workbook(files.rows(41, prefix="27"))))
        assert [believed_rows(table) for table in facts] == [79, 79, 79]
        cursor.execute("SET LOCAL ROLE NONE")
