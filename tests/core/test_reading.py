"""Which reads a replica is asked: never one that could miss what was written, and none where there is no replica.

The replica of these tests is the same base by a second name; what it says of its log is said by the test.
"""

from collections.abc import Iterator

import environ
import pytest
from django.core.exceptions import MiddlewareNotUsed
from django.db import OperationalError, connections, router, transaction
from django.test import Client

from apps.accounts.models import User
from apps.core import reading
from apps.core.reading import REPLICA, ReplicaMiddleware, alias_of_reads, reads
from apps.jobs.models import Job
from apps.organisations.models import OrganisationUnit
from apps.targets.models import Indicator
from program996.databases import databases

HAS_ALL, IS_BEHIND = "SELECT %s::pg_lsn IS NOT NULL", "SELECT %s::pg_lsn IS NULL"


class Line:
    """The primary's own line, as the replica; `cursor` may be told to fail."""

    def __init__(self) -> None:
        self.is_away, self.asked = False, 0

    def cursor(self):
        self.asked += 1
        if self.is_away:
            raise OperationalError("server closed the connection unexpectedly")
        return connections["default"].cursor()

    def chunked_cursor(self):
        return self.cursor()

    def is_usable(self) -> bool:
        return not self.is_away

    def close(self) -> None:
        pass

    close_if_unusable_or_obsolete = validate_no_broken_transaction = close

    def __getattr__(self, name: str):
        return getattr(connections["default"], name)


@pytest.fixture
def replica(reference, settings, monkeypatch) -> Iterator[Line]:
    monkeypatch.setitem(connections.settings, REPLICA, connections.settings["default"])
    monkeypatch.setattr(reading, "HAS_COME", HAS_ALL)
    monkeypatch.setattr(reading, "_away_until", 0.0)
    settings.DATABASE_ROUTERS = ["apps.core.reading.Router"]
    connections[REPLICA] = Line()
    yield connections[REPLICA]
    del connections[REPLICA]


def read_from(rows) -> str:
    return rows[:1].get()._state.db


def test_what_only_reads_goes_to_the_replica(replica):
    with reads(0):
        assert (read_from(Indicator.objects.all()), alias_of_reads()) == (REPLICA, REPLICA)
        assert Indicator.objects.select_for_update().db == "default"
        assert router.db_for_read(User) == router.db_for_read(Job) == "default"
    assert read_from(Indicator.objects.all()) == "default"


def test_what_is_in_a_transaction_stays_with_the_primary(replica):
    with reads(0):
        with transaction.atomic():
            assert (read_from(Indicator.objects.all()), alias_of_reads()) == ("default", "default")
        assert read_from(Indicator.objects.all()) == REPLICA
    with transaction.atomic(), reads(0):  # a job's own, which has written nothing that is read
        assert read_from(Indicator.objects.all()) == REPLICA


def test_what_follows_a_write_stays_with_the_primary(replica):
    with reads(0):
        assert read_from(OrganisationUnit.objects.all()) == REPLICA
        User.objects.filter(pk=0).update(full_name="")  # what is known of people is read at the primary anyway
        assert read_from(OrganisationUnit.objects.all()) == REPLICA
        OrganisationUnit.objects.filter(pk="none").update(region="")
        assert (read_from(OrganisationUnit.objects.all()), alias_of_reads()) == ("default", "default")


def test_a_replica_that_lacks_what_is_written_is_not_read(replica, monkeypatch):
    monkeypatch.setattr(reading, "HAS_COME", IS_BEHIND)
    with reads(0):
        assert read_from(Indicator.objects.all()) == "default"
    monkeypatch.setattr(reading, "HAS_COME", reading.HAS_COME.replace("IS NULL", "IS NOT NULL"))
    with reads(0):
        assert read_from(Indicator.objects.all()) == REPLICA


def test_a_server_that_was_made_the_primary_is_no_replica(replica, monkeypatch):
    """The true question, of a server that replays nothing."""
    monkeypatch.undo()
    monkeypatch.setitem(connections.settings, REPLICA, connections.settings["default"])
    with reads(0):
        assert alias_of_reads() == "default"
    assert reading.behind() is None


def test_a_replica_that_is_away_is_left_alone_for_a_while(replica):
    replica.is_away = True
    for _time in range(3):
        with reads(0):
            assert read_from(Indicator.objects.all()) == "default"
    assert replica.asked == 1


@pytest.fixture
def asked(replica, monkeypatch) -> list[float]:
    """How often it was asked whether the replica has all."""
    times: list[float] = []
    monkeypatch.setattr(reading, "_has_come", lambda patience: not times.append(patience))
    return times


@pytest.mark.parametrize(
    "address, is_asked",
    [("/api/v1/indicators/", True), ("/dashboard/", True), ("/targets/mt5/", True), ("/registers/enterprises/", False),
     ("/registers/enterprises/?export=csv", True), ("/api/v1/jobs/", False),
     ("/api/v1/changes/?resource=registers/standards&since=", False)],
)  # fmt: skip
def test_requests_that_read(asked, keeper, signed_in, address, is_asked):
    answer = signed_in(keeper).get(address)
    assert answer.status_code == 200
    assert bool(asked) is is_asked
    assert len(asked) <= 1


def test_a_request_that_writes_asks_nothing(asked, central_client):
    assert central_client.post("/api/v1/tasks/", {}, content_type="application/json").status_code == 403
    assert asked == []


def test_a_page_that_fails_on_the_replica_is_read_from_the_primary(asked, replica, keeper, signed_in):
    client = signed_in(keeper)
    client.raise_request_exception = False
    replica.is_away = True
    for address in ("/api/v1/indicators/", "/dashboard/"):
        assert client.get(address).status_code == 200
    assert replica.asked > 0


def test_without_a_replica_nothing_is_another(settings, db, client: Client):
    assert (settings.DATABASE_ROUTERS, list(settings.DATABASES)) == ([], ["default"])
    with pytest.raises(MiddlewareNotUsed):
        ReplicaMiddleware(lambda request: None)
    with reads(0):
        assert alias_of_reads() == "default"


@pytest.mark.parametrize("process, statement", [("web", "15s"), ("worker", "600s")])
def test_addresses_name_several_hosts(process, statement):
    address = environ.Env.db_url_config(
        "postgresql://app:p%40ss@db1:5432,db2:5433/program996?target_session_attrs=read-write"
    )
    found = databases(address, "postgresql://app:p%40ss@db2/program996?sslmode=verify-full", process)
    primary, replica = found["default"], found[REPLICA]
    assert (primary["HOST"], primary["PORT"], primary["PASSWORD"]) == ("db1,db2", "5432,5433", "p@ss")
    assert primary["OPTIONS"]["target_session_attrs"] == "read-write"
    assert (replica["HOST"], replica["OPTIONS"]["sslmode"]) == ("db2", "verify-full")
    assert all(f"statement_timeout={statement}" in one["OPTIONS"]["options"] for one in found.values())
    assert list(databases(address, "", process)) == ["default"]


def test_every_line_notices_a_host_that_was_cut_off(settings):
    options = settings.DATABASES["default"]["OPTIONS"]
    assert options["tcp_user_timeout"] <= 10_000
    assert options["keepalives_idle"] + options["keepalives_interval"] * options["keepalives_count"] <= 15
