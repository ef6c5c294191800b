"""Hosts as network namespaces on one bridge: each has an address, processes of its own, and a cable that can be cut."""

import ctypes
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from program996.management.processes import BASE_DIR, LIBC, PR_SET_PDEATHSIG

BRIDGE = "p996lan"
NET = "10.99.6"
NEW_NET = 0x40000000  # CLONE_NEWNET
PAUSE = 1.0  # seconds before what died by itself is started again


def trouble() -> str:
    """Why there can be no hosts here; empty where there can."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    for command in (["ip", "netns", "add", f"{BRIDGE}-try"], ["ip", "link", "add", f"{BRIDGE}t", "type", "bridge"]):
        try:
            done = subprocess.run(command, capture_output=True, text=True)
        except FileNotFoundError:
            return "no program ip (iproute2)"
        if done.returncode:
            return f"{' '.join(command)}: {done.stderr.strip()}"
    subprocess.run(["ip", "netns", "del", f"{BRIDGE}-try"], check=True)
    subprocess.run(["ip", "link", "del", f"{BRIDGE}t"], check=True)
    return ""


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True, text=True)


@dataclass
class Process:
    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    log: Path
    account: pwd.struct_passwd | None = None
    running: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    died_at: float = 0.0


@dataclass
class Host:
    name: str
    number: int
    folder: Path
    processes: list[Process] = field(default_factory=list)
    is_up: bool = True

    @property
    def address(self) -> str:
        return f"{NET}.{self.number}"

    @property
    def namespace(self) -> str:
        return f"p996-{self.name}"

    def make(self) -> None:
        outer = f"p996v{self.number}"
        ip("netns", "add", self.namespace)
        ip("link", "add", outer, "type", "veth", "peer", "name", "eth0", "netns", self.namespace)
        ip("link", "set", outer, "master", BRIDGE, "up")
        ip("-n", self.namespace, "link", "set", "lo", "up")
        ip("-n", self.namespace, "addr", "add", f"{self.address}/24", "dev", "eth0")
        ip("-n", self.namespace, "link", "set", "eth0", "up")

    def cut(self) -> None:
        """The cable is out: nobody is told anything, packets are just gone."""
        ip("link", "set", f"p996v{self.number}", "nomaster")

    def plug(self) -> None:
        ip("link", "set", f"p996v{self.number}", "master", BRIDGE)

    def add(self, name: str, command: Sequence[str], env: Mapping[str, str], **more: pwd.struct_passwd | None) -> None:
        self.processes.append(Process(name, command, env, self.folder / f"{self.name}-{name}.log", **more))

    def start(self) -> None:
        self.is_up = True
        for process in self.processes:
            self._start(process)

    def tend(self) -> None:
        """What ended by itself is started again, as whoever runs services does."""
        for process in self.processes if self.is_up else ():
            if process.running is not None and process.running.poll() is not None:
                process.died_at = process.died_at or time.monotonic()
                if time.monotonic() > process.died_at + PAUSE:
                    self._start(process)

    def kill(self) -> None:
        """Everything that runs there, at once."""
        self.is_up = False
        for pid in self.pids():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for process in self.processes:
            if process.running is not None:
                process.running.wait()

    def pids(self) -> list[int]:
        told = subprocess.run(["ip", "netns", "pids", self.namespace], capture_output=True, text=True)
        return [int(pid) for pid in told.stdout.split()]

    def run(self, *command: str, env: Mapping[str, str], account: pwd.struct_passwd | None = None) -> str:
        """A command that somebody types there."""
        done = subprocess.run(
            command, env=dict(env), cwd="/", capture_output=True, text=True, preexec_fn=self._entering(account)
        )
        assert done.returncode == 0, f"{self.name}: {' '.join(command)}\n{done.stdout[-2000:]}{done.stderr[-4000:]}"
        return done.stdout

    def _start(self, process: Process) -> None:
        process.died_at = 0.0
        with process.log.open("ab") as log:
            process.running = subprocess.Popen(
                process.command,
                env=dict(process.env),
                cwd="/" if process.account else BASE_DIR,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=self._entering(process.account),
            )

    def _entering(self, account: pwd.struct_passwd | None) -> Callable[[], None]:
        place = f"/run/netns/{self.namespace}"

        def enter() -> None:
            line = os.open(place, os.O_RDONLY)
            if LIBC.setns(line, NEW_NET):
                raise OSError(ctypes.get_errno(), place)
            os.close(line)
            if account is not None:
                os.setgroups([])
                os.setgid(account.pw_gid)
                os.setuid(account.pw_uid)
            LIBC.prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)

        return enter


class Lan:
    """`with Lan(folder) as lan: lan.host("web1", 11)`; whatever happens within, nothing of it is left behind."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.hosts: dict[str, Host] = {}

    def __enter__(self) -> Self:
        self._clear()
        ip("link", "add", BRIDGE, "type", "bridge")
        ip("addr", "add", f"{NET}.1/24", "dev", BRIDGE)
        ip("link", "set", BRIDGE, "up")
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for host in self.hosts.values():
            host.kill()
        self._clear()

    def host(self, name: str, number: int) -> Host:
        host = self.hosts[name] = Host(name, number, self.folder)
        host.make()
        return host

    def tend(self) -> None:
        for host in self.hosts.values():
            host.tend()

    def _clear(self) -> None:
        """Also what a run left that was killed itself."""
        told = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True).stdout
        for name in [line.split()[0] for line in told.splitlines() if line.startswith("p996-")]:
            left = Host(name.removeprefix("p996-"), 0, self.folder)
            left.kill()
            subprocess.run(["ip", "netns", "del", name], capture_output=True)
        subprocess.run(["ip", "link", "del", BRIDGE], capture_output=True)
