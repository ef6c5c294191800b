"""A whole portal as `make run` starts it, to be beaten; and this process as one more client of its database."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import environ
from django.conf import settings
from django.db import connection

from program996.management.commands.stack import read_env
from program996.management.processes import BASE_DIR
from tests.test_stack import free_port, launch, nothing_runs, pid_of, stop, throw_away


@dataclass
class Portal:
    data: Path
    url: str

    @property
    def env(self) -> dict[str, str]:
        return read_env(self.data)

    def manage(self, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        """A command beside the portal, as a person would type it."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=BASE_DIR,
            env={"PATH": os.environ["PATH"], **self.env, **env},
            capture_output=True,
            text=True,
        )

    def send(self, name: str, signum: signal.Signals) -> bool:
        """Signal a process by its pid file; False where it is away just now."""
        with suppress(FileNotFoundError, ProcessLookupError, ValueError):
            os.kill(pid_of(self.data, name), signum)
            return True
        return False

    def children(self, name: str) -> list[int]:
        with suppress(FileNotFoundError, ValueError):
            pid = pid_of(self.data, name)
            return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        return []

    def account(self, role: str, unit: str) -> dict[str, Any]:
        accounts = json.loads((self.data / "demo-accounts.json").read_text())
        return next(one for one in accounts if role in one["roles"] and one["unit"] == unit)

    def log(self, name: str) -> str:
        return (self.data / f"log/{name}.log").read_text(errors="replace")


@contextmanager
def running_portal(folder: Path, enterprises: int, **env: str) -> Iterator[Portal]:
    data, port = folder / "var", free_port()
    process = launch(data, "--port", str(port), "--demo", "1", "--enterprises", str(enterprises), **env)
    try:
        line = process.stdout.readline()
        assert line == f"READY http://127.0.0.1:{port}/\n", process.communicate()[1]
        yield Portal(data, f"http://127.0.0.1:{port}")
        assert process.poll() is None, "the launcher did not outlive its processes"
    finally:
        if process.poll() is None:
            stop(process)
        assert nothing_runs(data)
        throw_away(data)


@contextmanager
def joined(portal: Portal, database: str = "", role: str = "DATABASE_URL") -> Iterator[None]:
    """Queries of this process, of all its threads, go to the portal's database (or another one beside it)."""
    line, media = connection.settings_dict, settings.MEDIA_ROOT
    before = dict(line)
    address = environ.Env.db_url_config(portal.env[role])
    connection.close()
    line.update({key: address[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")})
    line["OPTIONS"] = {**before["OPTIONS"], **address.get("OPTIONS", {})}
    line["NAME"] = database or line["NAME"]
    settings.MEDIA_ROOT = portal.env["MEDIA_ROOT"]
    try:
        yield
    finally:
        connection.close()
        line.update(before)
        settings.MEDIA_ROOT = media
