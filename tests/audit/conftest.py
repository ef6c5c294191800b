from collections.abc import Callable
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection, transaction
from django.test import Client

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.audit.services import record
from tests.conftest import BAC_NINH, LAM_DONG, TDC


@pytest.fixture
def at(db) -> Callable[..., AuditEvent]:
    """at(moment, "enterprise.updated", unit=…): a row as record() would have written it then."""

    def write(moment: datetime, action: str = "test.done", **fields: Any) -> AuditEvent:
        with patch("django.utils.timezone.now", return_value=moment):
            return record(action, by=fields.pop("by", None), **fields)

    return write


@pytest.fixture
def unit_administrator(member) -> User:
    return member("Admin Bac Ninh", "unit_administrator", BAC_NINH)


@pytest.fixture
def neighbour(member) -> User:
    return member("Admin Lam Dong", "unit_administrator", LAM_DONG)


@pytest.fixture
def auditor(member) -> User:
    return member("Auditor TDC", "auditor", TDC)


@pytest.fixture
def auditor_client(auditor, signed_in) -> Client:
    return signed_in(auditor)


@pytest.fixture
def tampering() -> Callable:
    """What only the owner of the database can do: write with the triggers off."""

    @contextmanager
    def tampering():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            yield cursor
            cursor.execute("SET LOCAL session_replication_role = DEFAULT")

    return tampering
