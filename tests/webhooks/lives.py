"""The lives of receivers and of deliveries, for tests/test_moves.py."""

from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

from django.utils import timezone

from apps.jobs.models import Job
from apps.webhooks import outbound
from apps.webhooks.models import Attempt, Delivery, Subscription
from apps.webhooks.services import sending, subscribing

State = Subscription.State


def of_subscriptions(fixture: Callable[[str], Any]) -> dict[str, Any]:
    central = fixture("central")
    doors = {
        "change": lambda row: subscribing.change_subscription(row, label=f"Tên khác {row.state}", by=central),
        "pause": lambda row: subscribing.pause_subscription(row, by=central),
        "resume": lambda row: subscribing.resume_subscription(row, by=central),
        "disable": sending.disable,
        "rotate": lambda row: subscribing.rotate_secret(row, by=central),
        "test": lambda row: subscribing.send_test(row, by=central),
        "remove": lambda row: subscribing.remove_subscription(row, by=central),
    }
    tables = (Subscription, Delivery, Job)
    return {"rows": _subscriptions(central), "doors": doors, "by": {"": central}, "tables": tables}


def _made(central: Any) -> Subscription:
    return subscribing.create_subscription(
        label="Nền tảng dữ liệu", address="https://nhan.example.vn/", events=["period.closed"], unit=None,
        owner=central, by=central,
    )[0]  # fmt: skip


def _subscriptions(central: Any) -> Iterator[Subscription]:
    row = _made(central)
    yield row
    subscribing.pause_subscription(row, by=central)
    yield row
    subscribing.resume_subscription(row, by=central)
    sending.disable(row)
    yield row
    subscribing.remove_subscription(row, by=central)
    yield row


def of_deliveries(fixture: Callable[[str], Any]) -> dict[str, Any]:
    central = fixture("central")
    doors = {
        "send": [
            _answering(200),
            _answering(500),
            _answering(500, attempts=99),
            _answering(200, event="nothing.known"),
        ],
        "withhold": lambda row: subscribing.withhold_waiting(row.subscription),
        "redeliver": lambda row: subscribing.redeliver(row, by=central),
    }
    tables = (Subscription, Delivery, Attempt, Job)
    return {"rows": _deliveries(central), "doors": doors, "by": {"": central}, "tables": tables}


def _answering(status: int, **changes: Any) -> Callable[[Delivery], None]:
    def door(row: Delivery) -> None:
        for name, value in changes.items():
            setattr(row, name, value)
        with patch.object(outbound, "post", return_value=status):
            sending.send(row, row.subscription)

    return door


def _deliveries(central: Any) -> Iterator[Delivery]:
    receiver, now = _made(central), timezone.now()
    for state in (
        "delivered",
        "failed",
        "withheld",
        "pending",
    ):  # the last: another row's door must not find it waiting
        yield Delivery.objects.create(
            subscription=receiver, event="period.closed", data={"closing": 1}, occurred_at=now, next_at=now,
            state=state, finished_at=None if state == Delivery.State.PENDING else now,
        )  # fmt: skip
