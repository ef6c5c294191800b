"""The outbox: in the change's transaction or not at all, dealt out once, to whom it concerns."""

import pytest
from django.db import transaction

from apps.jobs.models import Job
from apps.organisations.models import OrganisationUnit
from apps.webhooks.models import Delivery, Event, Subscription
from apps.webhooks.services import Fact, publish, publish_many
from apps.webhooks.services.publishing import FAN_OUT, fan_out
from tests.at_once import at_once
from tests.conftest import BAC_GIANG, BAC_NINH, LAM_DONG

FIGURE = "figure.changed"


def figure(*units: str) -> None:
    with transaction.atomic():
        publish(FIGURE, units=units, indicator="MT5", period="2026", year=2026, national=not units)


def given(label: str) -> list[list[str]]:
    return list(Delivery.objects.filter(subscription__label=label).order_by("pk").values_list("units", flat=True))


@pytest.mark.django_db
def test_event_goes_as_the_change_goes(subscribe):
    subscribe()
    with transaction.atomic():
        publish(FIGURE, indicator="MT5")
        transaction.set_rollback(True)
    assert (Event.objects.count(), fan_out(), Delivery.objects.count()) == (0, 0, 0)


@pytest.mark.django_db(transaction=True)
def test_publishing_outside_a_transaction_is_a_mistake():
    with pytest.raises(transaction.TransactionManagementError):
        publish(FIGURE, indicator="MT5")


@pytest.mark.django_db
def test_publishing_costs_one_row_whoever_listens(subscribe, django_assert_num_queries):
    subscribe()
    with transaction.atomic(), django_assert_num_queries(1):
        publish_many(FIGURE, [Fact({"indicator": f"MT{number}"}, [BAC_NINH]) for number in range(1, 8)])
    assert Event.objects.count() == 7


@pytest.mark.django_db(transaction=True)
def test_bell_rings_once_after_the_commit_and_for_nobody_not_at_all(subscribe):
    bells = Job.objects.filter(kind=FAN_OUT)
    figure(BAC_NINH)
    assert (bells.count(), fan_out()) == (0, 1), "and the clock takes away what nobody wants"
    subscribe()
    with transaction.atomic():
        for _ in range(3):
            figure(BAC_NINH)
        assert bells.count() == 0
    assert (bells.count(), Event.objects.count()) == (1, 3)


@pytest.mark.django_db
def test_unit_is_told_of_its_own_and_of_the_whole_programme(subscribe):
    """Its own: what it was before the mergers too. Of figures of many units it learns those that are its own."""
    subscribe("Mọi đơn vị")
    subscribe("Bắc Ninh", unit=OrganisationUnit.objects.get(pk=BAC_NINH))
    subscribe("Lâm Đồng", unit=OrganisationUnit.objects.get(pk=LAM_DONG))
    subscribe("Khác", events=["period.closed"])
    figure(BAC_NINH, BAC_GIANG, LAM_DONG)
    figure(BAC_NINH)
    figure()
    fan_out()
    assert sorted(given("Mọi đơn vị"), key=len) == [[], [BAC_NINH], sorted([BAC_NINH, BAC_GIANG, LAM_DONG])]
    assert sorted(given("Bắc Ninh"), key=len) == [[], [BAC_NINH], sorted([BAC_NINH, BAC_GIANG])]
    assert sorted(given("Lâm Đồng"), key=len) == [[], [LAM_DONG]]
    assert given("Khác") == []
    assert Event.objects.count() == 0


@pytest.mark.django_db
def test_removed_receivers_get_no_deliveries(subscribe):
    Subscription.objects.filter(pk=subscribe().pk).update(state="removed", secret="")
    figure(BAC_NINH)
    assert (fan_out(), Delivery.objects.count()) == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_two_who_deal_out_at_once_make_each_delivery_once(subscribe):
    subscribe()
    for _ in range(20):
        figure(BAC_NINH)
    dealt = at_once([fan_out] * 4)
    assert sum(dealt) == 20
    assert Delivery.objects.count() == 20
    assert Job.objects.filter(kind="webhooks.deliver", state="pending").count() == 1


@pytest.mark.django_db(transaction=True)
def test_receiver_made_while_a_change_is_under_way_is_told_of_it(subscribe):
    """The change published before the receiver was there, and became true after it."""
    with transaction.atomic():
        publish(FIGURE, units=[BAC_NINH], indicator="MT5", period="2026", year=2026, national=False)
        [made] = at_once([subscribe])
    fan_out()
    assert Delivery.objects.get().subscription == made
