"""What several people do at the same moment. For transactional tests: each has a connection of its own."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection
from django.test import Client


def at_once(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """What each of them gives, in their order; an exception is what it gives, too."""
    gate, gifts = threading.Barrier(len(acts)), [None] * len(acts)

    def do(place: int) -> None:
        gate.wait()
        try:
            gifts[place] = acts[place]()
        except Exception as error:
            gifts[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=[place]) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return gifts


def pressed_at_once(clients: list[Client], address: str, data: dict | None = None) -> list[int]:
    """The statuses of one button pressed by all of them at the same moment."""
    answers = at_once([lambda client=client: client.post(address, data or {}) for client in clients])
    return [answer.status_code for answer in answers]
