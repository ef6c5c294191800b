"""What one audit row holds, and that nobody changes it."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import Error, transaction
from django.http import HttpResponse
from django.test import RequestFactory

from apps.audit.models import AuditEvent
from apps.audit.selectors import changes_of
from apps.audit.services import record
from apps.core.middleware import RequestIdMiddleware
from apps.organisations.models import OrganisationUnit
from apps.people.models import Person
from tests.conftest import BAC_NINH, LAM_DONG

pytestmark = pytest.mark.django_db


def recorded_during(request) -> AuditEvent:
    made = []

    def view(request):
        made.append(record("test.done", by=None))
        return HttpResponse()

    RequestIdMiddleware(view)(request)
    return made[0]


@pytest.mark.parametrize(
    "proxies, forwarded, expected",
    [
        (0, "", "203.0.113.9"),
        (0, "198.51.100.1", "203.0.113.9"),
        (1, "198.51.100.7", "198.51.100.7"),
        (1, "10.0.0.1, 198.51.100.7", "198.51.100.7"),
        (1, "", "203.0.113.9"),
    ],
)
def test_address_is_the_true_one_whatever_the_client_writes(settings, proxies, forwarded, expected):
    settings.PROXY_COUNT = proxies
    extra = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    event = recorded_during(RequestFactory().get("/", REMOTE_ADDR="203.0.113.9", **extra))
    event.refresh_from_db()
    assert event.address == expected
    assert len(event.request_id) == 9


def test_address_is_empty_outside_a_request_and_on_a_socket_without_addresses():
    assert recorded_during(RequestFactory().get("/", REMOTE_ADDR="")).address is None
    recorded_during(RequestFactory().get("/", REMOTE_ADDR="203.0.113.9"))
    assert record("test.done", by=None).address is None


def test_before_and_after_keep_what_forms_work_with(keeper):
    unit = OrganisationUnit.objects.get(pk=BAC_NINH)
    event = record(
        "unit.corrected",
        by=keeper,
        target=unit,
        unit=unit.pk,
        before={
            "parent": LAM_DONG,
            "valid_from": date(2025, 7, 1),
            "weight": Decimal("1234.5"),
            "is_focal": False,
            "region": "",
        },
        after={"parent": None, "valid_from": None, "weight": Decimal("2"), "is_focal": True, "region": "Trung du"},
        document="QĐ 1/QĐ-TTg",
    )
    event.refresh_from_db()
    assert event.data == {"document": "QĐ 1/QĐ-TTg"}
    assert event.target_type == "organisations.organisationunit"
    assert event.before["parent"] == "Lâm Đồng"  # an id says nothing to a reader
    told = {change.label: (change.before, change.after) for change in changes_of(event)}
    label = str(OrganisationUnit._meta.get_field("valid_from").verbose_name)
    assert told[label] == ("01/07/2025", "–")
    assert told["weight"] == ("1234.5", "2")
    assert ("không", "có") in told.values()
    assert ("–", "Trung du") in told.values()


def test_a_proxy_is_known_as_the_row_it_is(keeper):
    event = record("account.closed", by=None, target=Person.objects.get(pk=keeper.pk))
    assert (event.target_type, event.target_id) == ("accounts.user", str(keeper.pk))


def test_row_is_neither_changed_nor_deleted(at, auditor):
    row = record("test.done", by=auditor)
    with pytest.raises(Error, match="Cannot update"), transaction.atomic():
        AuditEvent.objects.filter(pk=row.pk).update(reason="khác")
    with pytest.raises(Error, match="Cannot update"), transaction.atomic():
        row.delete()
    assert AuditEvent.objects.get(pk=row.pk).reason == ""
