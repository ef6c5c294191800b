"""Several at one receiver, or at one button, at the same moment."""

import pytest

from apps.webhooks.models import Attempt, Delivery
from apps.webhooks.services import sending
from tests.at_once import at_once, pressed_at_once
from tests.webhooks.outbox import closed

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_jobs_of_one_receiver_send_it_once(receiver, subscribe):
    subscription = subscribe()
    closed()
    sent = at_once([lambda: sending.send_next(subscription.pk)] * 4)
    assert [one.get("state") for one in sent].count("delivered") == 1
    assert (len(receiver.got), Attempt.objects.count()) == (1, 1)


def test_button_pressed_by_several_redelivers_once(receiver, subscribe, central, signed_in):
    subscription = subscribe()
    closed()
    sending.send_next(subscription.pk)
    delivery = Delivery.objects.get()
    clients = [signed_in(central) for _ in range(3)]
    pressed_at_once(clients, f"/webhooks/deliveries/{delivery.pk}/redeliver/")
    assert Delivery.objects.get().state == "pending"
    sending.send_next(subscription.pk)
    assert len(receiver.got) == 2
