"""One child process of the stack: started, watched, started again, stopped. Standard library only."""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parents[2]
PR_SET_PDEATHSIG = 1
LOG_LIMIT = 20_000_000  # bytes, looked at when a process starts
WELL_AFTER = 10  # seconds: a process that dies sooner has not come up, and is started again more and more slowly
LONGEST_PAUSE = 10
LIBC = ctypes.CDLL(None, use_errno=True)


class StackError(Exception):
    """Something the person at the keyboard can mend; its text is shown as it is."""


@dataclass
class Child:
    name: str
    command: list[str]
    env: Mapping[str, str]
    log: Path
    pid_file: Path | None = None
    account: pwd.struct_passwd | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals = signal.SIGTERM  # what the kernel sends it when the launcher is killed
    patience: float = 15
    keep_open: tuple[int, ...] = ()
    deaths: int = 0
    started_at: float = 0
    restart_at: float | None = None
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd="/" if self.account else BASE_DIR,
                env=dict(self.env),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches the launcher alone, which stops the others in order
                pass_fds=self.keep_open,
                preexec_fn=die_with_launcher(self.death_signal),
                **as_account(self.account),
            )
        self.started_at, self.restart_at = time.monotonic(), None
        if self.pid_file:
            write_whole(self.pid_file, f"{self.process.pid}\n")

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        if self.process and self.alive:
            self.process.send_signal(self.stop_signal)  # the main process alone: it ends its own children

    def wait_until_stopped(self) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(self.patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.sweep()
        if self.pid_file:
            self.pid_file.unlink(missing_ok=True)

    def sweep(self) -> None:
        """End what a killed main process left behind; the group's number is not given away while a member lives."""
        if self.process:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)

    def tend(self) -> None:
        """Start again what has died: at once the first time, then more and more slowly."""
        now = time.monotonic()
        if self.alive:
            return
        if self.restart_at is None:
            self.sweep()
            self.deaths = 1 if now - self.started_at > WELL_AFTER else self.deaths + 1
            self.restart_at = now + min(0.1 * 2 ** min(self.deaths, 10), LONGEST_PAUSE)
            say(f"{self.name} đã dừng bất thường, đang khởi động lại (nhật ký: {self.log})")
        elif now >= self.restart_at:
            self.start()


def as_account(account: pwd.struct_passwd | None) -> dict:
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def die_with_launcher(signum: signal.Signals) -> Callable[[], None]:
    launcher = os.getpid()

    def in_child() -> None:
        LIBC.prctl(PR_SET_PDEATHSIG, int(signum), 0, 0, 0)
        if os.getppid() != launcher:  # it died before the line above
            os._exit(1)

    return in_child


def say(message: str) -> None:
    """To whoever still listens: a terminal that was closed must not stop the portal."""
    with contextlib.suppress(OSError):
        os.write(2, f"{message}\n".encode())


def wait_for(ready: Callable[[], bool], children: list[Child], seconds: float) -> None:
    """Wait until `ready`; give up where the time is over or a process keeps dying."""
    deadline = time.monotonic() + seconds
    while not ready():
        for child in children:
            child.tend()
            if child.deaths > 3:
                raise StackError(f"{child.name} không khởi động được.\n{log_tail(child.log)}")
        if time.monotonic() > deadline:
            names = ", ".join(child.name for child in children)
            raise StackError(f"Chờ quá {seconds:.0f} giây mà chưa sẵn sàng: {names}. Nhật ký: {children[0].log.parent}")
        time.sleep(0.05)


def log_tail(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return "\n".join([f"Nhật ký tiến trình {log}:", *lines[-15:]])


def make_folder(path: Path, mode: int) -> None:
    if not path.is_dir():
        path.mkdir(parents=True)
        path.chmod(mode)


def write_whole(path: Path, text: str) -> None:
    """Readers see the old text or the new, never a part; the umask keeps it ours."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(text)
    fresh.replace(path)
