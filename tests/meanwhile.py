"""What another does just before a statement of ours runs, in one connection: the order is certain, no clock asked."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


@contextmanager
def meanwhile(statement: str, act: Callable[[], Any]) -> Iterator[None]:
    """Just before the first statement that has these words, the other acts."""
    acted = False

    def wrapper(execute, sql, params, many, context):
        nonlocal acted
        if not acted and statement in sql:
            acted = True
            act()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield
    assert acted, statement
