"""Valkey as the portal has it: what it needs is open, and what would empty, copy or configure a server is not."""

from collections.abc import Iterator

import pytest
from kombu import Connection
from redis import Redis
from redis.exceptions import NoPermissionError, ResponseError

from program996.management.processes import wait_for
from program996.management.servers import broker_url, valkey_answers, valkey_child


@pytest.fixture
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("v")


@pytest.fixture
def line(folder) -> Iterator[Redis]:
    child = valkey_child(folder / "data", folder, options=("--appendonly", "no"), log=folder / "valkey.log")
    child.start()
    wait_for(lambda: valkey_answers(child), [child], 60)
    with Redis(unix_socket_path=f"{folder}/redis.sock") as one:
        yield one
    child.ask_to_stop()
    child.wait_until_stopped()


@pytest.mark.parametrize(
    "command",
    [
        *("FLUSHALL", "FLUSHDB", "CONFIG GET *", "KEYS *", "SHUTDOWN", "MONITOR", "ACL LIST", "SAVE", "CLIENT LIST"),
        *("REPLICAOF host 1", "MIGRATE host 1 key 0 1", "SCRIPT FLUSH", "FUNCTION LIST", "MODULE LIST"),
    ],
)
def test_nobody_empties_copies_or_configures_it(line, command):
    with pytest.raises(NoPermissionError):
        line.execute_command(*command.split())


def test_messages_go_through_it(line, folder):
    with Connection(broker_url(f"unix://{folder}/redis.sock?db=0")) as broker:
        queue = broker.SimpleQueue("quick")
        queue.put({"id": "1"})
        message = queue.get(timeout=60)
        message.ack()
        queue.close()
    assert message.payload == {"id": "1"}


def test_counts_are_kept_in_it(line):
    line.set("n", 1, ex=60, nx=True)
    assert line.incr("n") == 2


def test_a_script_may_do_no_more_than_who_brings_it(line):
    assert line.eval("return redis.call('PING')", 0) == b"PONG"
    with pytest.raises(ResponseError, match=r"(?i)acl|perm"):
        line.eval("return redis.call('FLUSHALL')", 0)
