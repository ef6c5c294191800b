"""Running portals with demonstration data. The data are loaded once a run; each portal starts on a copy of its own."""

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import StorageState

from tests.journeys.people import People
from tests.test_stack import free_port, launch, stop

ENTERPRISES = 3000


@dataclass
class Portal:
    url: str
    data: Path
    people: People
    sessions: dict[str, StorageState] = field(default_factory=dict)


@contextmanager
def portal_of_its_own(name: str, *, host: str = "127.0.0.1", **env: str) -> Iterator[Portal]:
    """What is done to it shows in no other; `env` changes its settings."""
    place = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=folder()))
    place.chmod(0o711)
    data, port = place / "var", free_port()
    subprocess.run(["cp", "-a", loaded(), data], check=True)  # with its owners, as PostgreSQL asks for
    process = started(data, port, **env)
    yield Portal(f"http://{host}:{port}", data, People(data / "demo-accounts.json"))
    stop(process)
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
            stop(started(fresh, free_port()))
            fresh.rename(data)
    return data


def started(data: Path, port: int, **env: str) -> subprocess.Popen[str]:
    process = launch(data, "--port", str(port), "--demo", "1", "--enterprises", str(ENTERPRISES), **env)
    line = process.stdout.readline()
    assert line == f"READY http://127.0.0.1:{port}/\n", process.communicate()[1]
    return process
