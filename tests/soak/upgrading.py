"""A portal of two web processes without a launcher: of a former release's code, of today's, or of one each."""

import http.client
import json
import os
import signal
import subprocess
import sys
import tarfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

from program996.management.commands.stack import ENVIRONMENT, PROCESSES, runnable
from program996.management.processes import BASE_DIR
from tests.soak.portal import Portal
from tests.test_stack import free_port, launch, stop, throw_away
from tests.upgrades.samples_of_releases import KEY, Sample, restore

FREELY = dict.fromkeys(("LIMIT_API", "LIMIT_TOKEN", "LIMIT_PUBLIC"), "1000000/60")
TASK = {
    "framework_item": "B.6",
    "kind": "recurrent",
    "term": "yearly",
    "lead_unit": "VN-24-2025",
    "due_on": "2030-12-31",
    "product": "Báo cáo kết quả",
}
READ = ("/api/v1/tasks/?page_size=5", "/api/v1/indicators/", "/accounts/login/", "/")
LOST = (OSError, http.client.HTTPException)


@dataclass
class Code:
    """One release's: its files, and the static files that it made of them."""

    folder: Path
    env: dict[str, str]

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=self.folder, env=self.env, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
        return done.stdout.strip()

    def start(self, name: str, log: Path, port: int = 0) -> subprocess.Popen[bytes]:
        command = runnable(PROCESSES[name], {"bind": f"127.0.0.1:{port}"})
        env = self.env | ENVIRONMENT.get(name, {}) | {"PROCESS": name}
        env.pop("DATABASE_OWNER_URL")
        with log.open("ab") as out:
            return subprocess.Popen(command, cwd=self.folder, env=env, stdout=out, stderr=out, start_new_session=True)


def former_code(sample: Sample, folder: Path, env: dict[str, str]) -> Code:
    """As it was released; node_modules are today's."""
    commit = sample.facts["commit"]
    told = subprocess.run(["git", "archive", commit], cwd=BASE_DIR, capture_output=True)
    if told.returncode:
        pytest.skip(f"this checkout has not the commit {commit} of release {sample.version}")
    with tarfile.open(fileobj=BytesIO(told.stdout)) as files:
        files.extractall(folder, filter="data")
    (folder / "node_modules").symlink_to(BASE_DIR / "node_modules")
    return made_ready(folder, env)


def made_ready(folder: Path, env: dict[str, str]) -> Code:
    static = Path(env["DATA"]) / f"static-{folder.name}"
    code = Code(folder, env | {"STATIC_ROOT": str(static)})
    code.manage("collectstatic", "--noinput", "-v", "0")
    return code


@contextmanager
def servers_of(sample: Sample, data: Path) -> Iterator[Portal]:
    """PostgreSQL and Valkey with the sample's rows and secrets; nothing of the portal runs."""
    port = free_port()
    process = launch(data, "--servers-only", "--port", str(port), SECRET_KEY=KEY)
    try:
        line = process.stdout.readline()
        assert line == "READY-SERVERS\n", process.communicate()[1]
        portal = Portal(data, f"http://127.0.0.1:{port}")
        restore(sample, portal.env["DATABASE_OWNER_URL"])
        yield portal
    finally:
        stop(process)
        throw_away(data)


@dataclass
class Webs:
    """`replace(n, code)`: that one process ends in good order and comes again; the others go on."""

    log: Path
    ports: list[int] = field(default_factory=lambda: [free_port(), free_port()])
    running: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)
    others: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def replace(self, number: int, code: Code) -> dict[str, Any]:
        if number in self.running:
            end(self.running[number])
        port = self.ports[number]
        self.running[number] = code.start("web", self.log / f"web-{number}.log", port)
        while (told := healthz(port)) is None:
            assert self.running[number].poll() is None, (self.log / f"web-{number}.log").read_text()[-3000:]
            time.sleep(0.1)
        return told

    def work_by(self, code: Code) -> None:
        """Relay and worker, of that release alone."""
        self.rest()
        self.others = [code.start(name, self.log / f"{name}.log") for name in ("relay", "worker")]

    def rest(self) -> None:
        while self.others:
            end(self.others.pop())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for process in [*self.running.values(), *self.others]:
            end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    process.wait()
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def healthz(port: int) -> dict[str, Any] | None:
    try:
        status, body = ask(port, "GET", "/healthz")
    except LOST:
        return None
    return json.loads(body) if status == 200 else None


def ask(port: int, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        line.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = line.getresponse()
        return answer.status, answer.read()
    finally:
        line.close()


class People:
    """They write and read all the time. A proxy stands before them in so far as who refuses a line is passed over."""

    def __init__(self, ports: list[int], token: str, writers: int = 2) -> None:
        self.ports, self.token = ports, token
        self.phase = "before"
        self.asked: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()
        self.trouble: list[str] = []
        self.made: dict[str, str] = {}  # title -> code that was answered
        self.ended = threading.Event()
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self._write, args=(n,)) for n in range(writers)]
        self.threads.append(threading.Thread(target=self._read))

    def __enter__(self) -> Self:
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.ended.set()
        for thread in self.threads:
            thread.join()

    def wait_for_more(self, count: int) -> None:
        """Until so many more were answered in this phase."""
        until = self.asked[self.phase] + count
        while self.asked[self.phase] < until:
            assert all(thread.is_alive() for thread in self.threads)
            time.sleep(0.05)

    def share_failed(self) -> float:
        return sum(self.failed.values()) / sum(self.asked.values())

    def _write(self, number: int) -> None:
        turn = 0
        while not self.ended.wait(0.05):
            turn += 1
            title = f"Nhiệm vụ {number}-{turn}"
            body = json.dumps(TASK | {"title": title}).encode()
            key = f"upgrade-{number}-{turn}"
            while (code := self._made(body, key)) is None:  # again, with the same key, until it is answered
                time.sleep(0.2)
            self.made[title] = code

    def _made(self, body: bytes, key: str) -> str | None:
        status, told = self._ask("POST", "/api/v1/tasks/", body, Idempotency_Key=key, Content_Type="application/json")
        return json.loads(told)["code"] if status in (200, 201) else None

    def _read(self) -> None:
        while not self.ended.wait(0.05):
            for path in READ:
                self._ask("GET", path)

    def _ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
        if path.startswith("/api/"):
            headers["Authorization"] = f"Bearer {self.token}"
        phase, status, told = self.phase, 0, b""
        first = time.monotonic_ns() % 2
        for port in (self.ports[first], self.ports[1 - first]):
            try:
                status, told = ask(port, method, path, body, **headers)
                break
            except ConnectionRefusedError:
                continue
            except LOST as error:
                told = repr(error).encode()
                break
        with self.lock:
            self.asked[phase] += 1
            if not 200 <= status < 400:
                self.failed[phase] += 1
                self.trouble.append(f"{phase}: {method} {path}: {status} {told[:300]!r}")
        return status, told
