"""The suite's own clock: the portal, its workers and the database are on the day of the tests."""

from datetime import timedelta

from django.db import connection
from django.utils import timezone

from tests.day import BEGINS

LONGEST = timedelta(days=1)  # a run of the suite


def test_the_portal_and_the_database_are_on_the_day_of_the_tests(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT now(), statement_timestamp(), transaction_timestamp(), clock_timestamp()")
        told = cursor.fetchone()
    for moment in (timezone.now(), *told):
        assert BEGINS <= moment < BEGINS + LONGEST


def test_a_default_of_a_column_is_of_that_day(db):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE dated (id int, at timestamptz DEFAULT statement_timestamp())")
        cursor.execute("INSERT INTO dated VALUES (1)")
        cursor.execute("SELECT at FROM dated")
        assert BEGINS <= cursor.fetchone()[0] < BEGINS + LONGEST
