from collections.abc import Callable, Iterator
from typing import Any

import pytest

from apps.accounts.models import User
from apps.webhooks import outbound
from apps.webhooks.models import Subscription
from apps.webhooks.services import subscribing
from tests.webhooks.receiver import HOST, Papers, Receiver, make_papers, receiving

LONG = 60.0  # seconds
ALL = ["figure.changed", "import.finished", "period.closed", "report.accepted", "task.state_changed"]


@pytest.fixture(autouse=True)
def patient(monkeypatch) -> None:
    """A busy machine is no slow receiver: a test of slowness says how long it waits."""
    monkeypatch.setattr(outbound, "PATIENCE", LONG)


@pytest.fixture(scope="session")
def papers(tmp_path_factory) -> Papers:
    return make_papers(tmp_path_factory.mktemp("papers"))


@pytest.fixture
def receiver(papers, monkeypatch) -> Iterator[Receiver]:
    """What lies outside is this receiver: names, numbers and trust are its own. The guard stays as it is."""
    with receiving(papers) as here:
        monkeypatch.setattr(outbound, "OUTSIDE", outbound.Outside(here.look_up, here.dial, here.trust))
        yield here


@pytest.fixture
def subscribe(central) -> Callable[..., Subscription]:
    def make(label: str = "Nền tảng dữ liệu", **given: Any) -> Subscription:
        owner: User = given.pop("owner", central)
        facts = {"address": f"https://{HOST}/hook?k=1", "events": ALL, "unit": None} | given
        made, _secret = subscribing.create_subscription(label=label, owner=owner, by=central, **facts)
        return made

    return make
