import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection, transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.jobs.models import Job
from apps.jobs.services import enqueue
from tests.factories.people import MembershipFactory, RoleFactory
from tests.jobs.handlers import KIND


@pytest.fixture
def add() -> Callable[..., Job]:
    """A job as a service would leave it: committed."""

    def add(kind: str = KIND, **kwargs: Any) -> Job:
        if kind != "test.progress" and kind != "test.wait":
            kwargs.setdefault("word", "a")
        with transaction.atomic():
            return enqueue(kind, **kwargs)

    return add


@pytest.fixture
def change() -> Callable[..., Job]:
    """The row as it would look after some history."""

    def change(row: Job, **fields: Any) -> Job:
        Job.objects.filter(pk=row.pk).update(**fields)
        row.refresh_from_db()
        return row

    return change


@pytest.fixture
def long_ago() -> Any:
    return timezone.now() - timedelta(minutes=10)


@pytest.fixture
def elsewhere() -> Callable:
    """Run a function in another thread, hence over another connection; its result or error comes from `.get()`."""
    started: list[Elsewhere] = []

    def run(function: Callable, *args: Any) -> "Elsewhere":
        started.append(Elsewhere(function, args))
        return started[-1]

    yield run
    for other in started:
        other.thread.join(10)


class Elsewhere:
    def __init__(self, function: Callable, args: tuple) -> None:
        self.function, self.args = function, args
        self.thread = threading.Thread(target=self._run)
        self.thread.start()

    def _run(self) -> None:
        try:
            self.result, self.error = self.function(*self.args), None
        except Exception as error:
            self.result, self.error = None, error
        finally:
            connection.close()

    @property
    def is_waiting(self) -> bool:
        return self.thread.is_alive()

    def get(self) -> Any:
        self.thread.join(10)
        assert not self.is_waiting, "still waiting"
        if self.error:
            raise self.error
        return self.result


@contextmanager
def other_connection() -> Iterator[Any]:
    line = connection.copy()
    try:
        yield line
    finally:
        line.close()


@pytest.fixture
def locked() -> Callable:
    """The row held by somebody else's open transaction."""

    @contextmanager
    def hold(row: Job) -> Iterator[None]:
        with other_connection() as line:
            line.set_autocommit(False)
            with line.cursor() as cursor:
                cursor.execute("SELECT 1 FROM jobs_job WHERE id = %s FOR UPDATE", [row.pk])
            yield
            line.rollback()

    return hold


@pytest.fixture
def person(db) -> Callable[..., User]:
    """person("an", "view_job"): somebody whose role somewhere carries these rights over jobs."""

    def make(name: str, *codes: str) -> User:
        user = User.objects.create_user(f"{name}@example.test", full_name=name)
        if codes:
            role = RoleFactory(name=" ".join(codes))
            role.permissions.set(Permission.objects.filter(codename__in=codes, content_type__app_label="jobs"))
            MembershipFactory(user=user, role=role)
        return user

    return make
