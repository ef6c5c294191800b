"""The inbox: what twenty-two times as many tasks cost it."""

from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

import pytest
from django.db import connection
from django.db.models import GeneratedField

from apps.tasks.models import PlanTask
from tests.bench.conftest import SMALLER, vacuum
from tests.bench.measuring import WARM_UPS, Figure, milliseconds
from tests.bench.test_pages import MUCH_LONGER, VISITS, queries_of, signed_in, visit

PAGE, MANY = "/inbox/", 22_000
PEOPLE = ("chuyen-vien@tdc.example", "lanh-dao@tdc.example", "lanh-dao@bac-ninh.example")


@contextmanager
def multiplied(to: int) -> Iterator[None]:
    """As many tasks, alike those there are; taken away again."""
    names = [one.column for one in PlanTask._meta.concrete_fields if not isinstance(one, GeneratedField)]
    names = [name for name in names if name not in ("id", "code")]
    listed = ", ".join(names)
    had = PlanTask.objects.count()
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO tasks_plantask (code, {listed}) SELECT code || '-x' || n, {listed} FROM tasks_plantask,"
            " generate_series(1, %s) n WHERE origin = 'demo' LIMIT %s",
            [to // had + 1, to - had],
        )
        vacuum()
        try:
            yield
        finally:
            cursor.execute("SET statement_timeout = 0")  # of each its history is written, and who refers to it asked
            cursor.execute("DELETE FROM tasks_plantask WHERE code LIKE '%%-x%%'")
            vacuum()


@pytest.mark.parametrize("email", PEOPLE)
def test_the_inbox_costs_the_same_with_22_000_tasks(base, take, email):
    with base(SMALLER[0]):
        few, many = PlanTask.objects.count(), MANY
        seconds, queries = {}, {}
        seconds[few], queries[few] = _cost(email)
        with multiplied(many):
            assert PlanTask.objects.count() == many
            seconds[many], queries[many] = _cost(email)
    take(
        Figure(
            f"inbox of {email}, {many:,} tasks", milliseconds(seconds[many]),
            f"at {few:,}: {milliseconds(seconds[few])}", seconds[many] / seconds[few], MUCH_LONGER,
        ),
        Figure(
            f"queries of that page, {email}", str(queries[many]), f"at {few:,}: {queries[few]}", goal_text="no more",
            met=queries[many] <= queries[few],
        ),
    )  # fmt: skip


def _cost(email: str) -> tuple[float, int]:
    client = signed_in(email)
    for _ in range(WARM_UPS):
        visit(client, PAGE)
    return median(visit(client, PAGE) for _ in range(VISITS)), queries_of(client, PAGE)
