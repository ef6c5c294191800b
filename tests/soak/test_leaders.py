"""Two relays and two beats of one portal, the leading ones killed again and again: no bell is lost."""

import os
import signal
import threading
from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from apps.jobs.models import ClockBell
from program996.management.commands.stack import ENVIRONMENT, PROCESSES, runnable
from program996.management.processes import Child
from tests.soak.conftest import SHORT_WAITS
from tests.soak.portal import Portal
from tests.soak.test_kills import upload_while_dying
from tests.soak.waiting import eventually

KILLS = 12
EVENTS = ("leads no more", "waits, another one leads", "leads")


@pytest.fixture
def second(portal: Portal) -> Iterator[dict[str, Child]]:
    """What another machine would run, started again where it dies."""
    children = {name: beside(portal, name) for name in ("relay", "beat")}
    ended = threading.Event()

    def tend() -> None:
        while not ended.wait(0.1):
            for child in children.values():
                child.tend()

    for child in children.values():
        child.start()
    thread = threading.Thread(target=tend)
    thread.start()
    yield children
    ended.set()
    thread.join()
    for child in children.values():
        child.ask_to_stop()
        child.wait_until_stopped()


def beside(portal: Portal, name: str) -> Child:
    env = {"PATH": os.environ["PATH"], **portal.env, **SHORT_WAITS, **ENVIRONMENT.get(name, {}), "PROCESS": name}
    places = {"log": portal.data / f"log/{name}-2.log", "pid_file": portal.data / f"run/{name}-2.pid"}
    return Child(f"{name}-2", runnable(PROCESSES[name], {}), env, **places)


def last_said(portal: Portal, name: str) -> str:
    lines = portal.log(name).splitlines()
    told = (event for line in reversed(lines) for event in EVENTS if f'"event": "{event}"' in line)
    return next(told, "")


def leading(portal: Portal, name: str) -> list[str]:
    return [one for one in (name, f"{name}-2") if last_said(portal, one) == "leads"]


def test_uploads_while_relays_and_beats_are_killed(portal, second, say):
    dying = ("relay", "relay-2", "beat", "beat-2")
    say(f"two relays, two beats: {upload_while_dying(portal, 60, ('85', '86'), dying)}")


def test_the_next_beat_rings_what_the_killed_one_owed(portal, second, say):
    """Every killed leader owes one bell of each queue."""
    assert eventually(lambda: len(leading(portal, "beat")) == 1)
    bells = ClockBell.objects.filter(name__startswith="heartbeat-")
    assert bells.count() > 1
    led = []
    for _ in range(KILLS):
        led += leading(portal, "beat")
        portal.send(led[-1], signal.SIGSTOP)  # it rings no more
        owed = timezone.now() - timedelta(minutes=10)
        bells.update(rung_at=owed)
        portal.send(led[-1], signal.SIGKILL)
        assert eventually(lambda owed=owed: not bells.filter(rung_at__lte=owed).exists()), "a bell is lost"
        assert eventually(partial(is_settled, portal, led[-1]))
    say(f"leading beat killed {KILLS} times, led by turns: {', '.join(led)}; each bell owed was rung by the next")
    assert len(set(led)) == 2


def is_settled(portal: Portal, killed: str) -> bool:
    """The killed one is back and waits."""
    return last_said(portal, killed) == EVENTS[1] and len(leading(portal, "beat")) == 1
