"""One load for all who only look at what lies in the base afterwards: it is most of what they cost."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import transaction

from tests.demo.load import indexes, load

SMALL = 2000


@dataclass(frozen=True)
class Loaded:
    path: Path
    said: str
    indexes_before: list


@pytest.fixture(scope="package", autouse=True)
def loaded(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[Loaded]:
    """Nothing of it is changed here; in a transaction that is undone."""
    path = tmp_path_factory.mktemp("demo") / "data" / "demo-accounts.json"
    with django_db_blocker.unblock(), transaction.atomic():
        before = indexes()
        yield Loaded(path, load(path, enterprises=SMALL), before)
        transaction.set_rollback(True)
