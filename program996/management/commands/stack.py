"""`manage.py stack`: the whole portal on one machine, started, watched and stopped in order.

Standard library only, and run by manage.py before any setting is read: it is what makes the settings' environment.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import fcntl
import hashlib
import http.client
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn, Self

from program996.demo.day import FULL_DAY
from program996.management.backups import SERVER_OPTIONS, backup_environment
from program996.management.old_tables import OLD_TABLES, old_folder
from program996.management.processes import (
    BASE_DIR,
    Child,
    StackError,
    die_with_launcher,
    log_tail,
    make_folder,
    say,
    wait_for,
    write_whole,
)
from program996.management.servers import (
    broker_url,
    counts_folder,
    postgres_child,
    server_answers,
    server_urls,
    socket_folder,
    valkey_child,
)

# The processes of the portal. docker-compose.yml runs the same commands, and a test holds the two together.
PROCESSES = {
    "web": "gunicorn program996.wsgi -b {bind} -w 2 --threads 4 --preload"
    " --no-control-socket --worker-tmp-dir /dev/shm",
    "worker": "celery -A program996 worker -c 2 --without-mingle --without-gossip --loglevel INFO",
    "relay": "python manage.py relay",
    "beat": "celery -A program996 beat --pidfile= --loglevel INFO",
}
OF_BACKUPS = {"archiver": "python manage.py archiver"}  # only where they are asked for
ENVIRONMENT = {
    # Celery's soft shutdown: running work gets a few seconds. System checks are for `make check`, not for each start.
    "worker": {"REMAP_SIGTERM": "SIGQUIT", "CELERY_SKIP_CHECKS": "1"},
    "beat": {"CELERY_SKIP_CHECKS": "1"},
}
STOP_ORDER = (("web", "beat"), ("relay", "archiver"), ("worker",), ("redis",), ("postgres",))
# What the settings ask for, where a command needs no portal.
NO_PORTAL = {
    "SECRET_KEY": secrets.token_urlsafe(50),
    "SITE_URL": "http://127.0.0.1:8000",
    "DATABASE_URL": "postgresql://nobody@/nothing?host=/nonexistent",
    "REDIS_URL": "unix:///nonexistent/redis.sock?db=0",
    "CELERY_BROKER_URL": "redis+socket:///nonexistent/redis.sock?virtual_host=0",
    "EMAIL_URL": "consolemail://",
    "MEDIA_ROOT": "/nonexistent/files",
    "STATIC_ROOT": "/nonexistent/static",
}
OF_OURS = ("DATABASE_OWNER_URL", "BACKUP_DATABASE_URL")
OUTSIDE = Path("/var/lib/program996")  # root only: for what PostgreSQL's account must read and cannot reach


class Stack:
    def __init__(self, data: Path, port: int, full: bool = False, backup: Path | None = None):
        self.data, self.port, self.full = data.resolve(), port, full
        self.run_folder, self.log_folder = self.data / "run", self.data / "log"
        self.children: dict[str, Child] = {}
        self.counts: Path | None = None
        os.umask(0o077)
        make_folder(self.data, 0o711)  # PostgreSQL's account passes through where we are root
        make_folder(self.run_folder, 0o711)
        make_folder(self.log_folder, 0o700)
        self.lock = take_lock(self.run_folder / "lock")
        self.sockets = socket_folder(self.data)
        self.backup = backup_environment(backup, self.data)
        self.env = self.environment()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        say("Đang dừng...")
        for names in STOP_ORDER:
            stage = [self.children[name] for name in names if name in self.children]
            for child in stage:
                child.ask_to_stop()
            for child in stage:
                child.wait_until_stopped()
        if self.sockets != self.run_folder:
            shutil.rmtree(self.sockets, ignore_errors=True)
        if self.counts:
            shutil.rmtree(self.counts, ignore_errors=True)

    def environment(self) -> dict[str, str]:
        """What the settings need: the servers of the outer environment where named there, else our own."""
        ours = self.addresses() | {
            "SECRET_KEY": os.environ.get("SECRET_KEY") or kept_secret(self.data / "secret-key"),
            "SITE_URL": f"http://127.0.0.1:{self.port}",
            "MEDIA_ROOT": str(self.data / "files"),
            "STATIC_ROOT": str(self.data / "static"),
            "DATA": str(self.data),
            "EMAIL_URL": os.environ.get("EMAIL_URL") or "consolemail://",  # into the worker's log
        }
        if "FACTS" in os.environ:
            ours["FACTS"] = str(Path(os.environ["FACTS"]).resolve())
        if days := self.days_ahead():
            ours["CLOCK_DAYS_AHEAD"] = str(days)
        ours |= self.backup
        write_whole(self.data / "env", "".join(f"{key}={value}\n" for key, value in ours.items()))
        whole = dict(os.environ) | ours | {"PYTHONUNBUFFERED": "1"}
        self.owner = {key: whole.pop(key) for key in ["DATABASE_OWNER_URL"] if key in whole}
        self.reader = {key: whole.pop(key) for key in ["BACKUP_DATABASE_URL"] if key in whole}
        return whole

    def days_ahead(self) -> int:
        """The full load stands at the end of the programme. What a folder began with stays: time never goes back."""
        if kept := read_env(self.data).get("CLOCK_DAYS_AHEAD"):
            return int(kept)
        is_new = not (self.data / "done/first-start").exists()
        return (FULL_DAY - datetime.date.today()).days if self.full and is_new else 0

    def addresses(self) -> dict[str, str]:
        urls = server_urls(self.sockets)
        if "REDIS_URL" in os.environ:
            urls["CELERY_BROKER_URL"] = broker_url(os.environ["REDIS_URL"])
        named = {key: os.environ.get(key, url) for key, url in urls.items()}
        if "DATABASE_URL" not in os.environ:
            named |= {key: urls[key] for key in OF_OURS}  # ours, whomever an address outside names
            return named
        named = {key: url for key, url in named.items() if key not in OF_OURS or key in os.environ}
        if "DATABASE_OWNER_URL" not in named:
            say("Chưa đặt DATABASE_OWNER_URL: cổng chạy bằng chính vai trò tạo bảng, nêu trong DATABASE_URL.")
        return named

    def child_options(self, name: str) -> dict:
        return {
            "log": self.log_folder / f"{name}.log",
            "pid_file": self.run_folder / f"{name}.pid",
            "keep_open": (self.lock,),
        }

    def start_servers(self) -> None:
        if "DATABASE_URL" not in os.environ:
            if not (self.data / "pg18").exists():
                shutil.rmtree(self.data / "done", ignore_errors=True)  # what was done to another database
            options = self.child_options("postgres") | {"options": SERVER_OPTIONS if self.backup else ()}
            self.start(postgres_child(self.data, self.sockets, OUTSIDE, **options))
        if "REDIS_URL" not in os.environ:
            options = self.child_options("redis")
            self.start(valkey_child(self.data / "valkey-9", self.sockets, **options))
        servers = list(self.children.values())
        wait_for(lambda: all(server_answers(child) for child in servers), servers, 60)

    def start(self, child: Child) -> None:
        self.children[child.name] = child
        child.start()

    def prepare(self, demo: bool, enterprises: int | None) -> None:
        """Tables, static files and facts; of those only what this start still needs."""
        packages = [BASE_DIR / "requirements.lock", BASE_DIR / "node_modules/.package-lock.json"]
        tables = [*BASE_DIR.glob("apps/*/migrations"), *packages]
        self.once("migrate", tables, "--noinput")
        if self.owner:
            self.once("database_roles", [*tables, BASE_DIR / "program996/management"])
        if not (self.data / "static").exists():
            (self.data / "done/collectstatic").unlink(missing_ok=True)
        shipped = [BASE_DIR / "static", *BASE_DIR.glob("apps/core/*.py"), *packages]
        self.once("collectstatic", shipped, "--noinput", "--clear")
        self.once("load_reference", [BASE_DIR / "fixtures", BASE_DIR / "apps/progress"])
        first = self.data / "done/first-start"
        if not first.exists():
            if demo:
                options = ["--enterprises", str(enterprises)] if enterprises else []
                self.manage("load_demo", "--seed", "996", *options, *(["--full"] if self.full else []))
            write_whole(first, "demo" if demo else "reference")
        elif demo and first.read_text() == "reference":
            say("Không nạp số liệu minh họa: thư mục dữ liệu này đã được dùng trước đó với DEMO=0.")
        elif self.full and "CLOCK_DAYS_AHEAD" not in self.env:
            say("Không nạp báo cáo đến 2030: thư mục dữ liệu này đã được dùng trước đó. Hãy chọn thư mục khác.")

    def once(self, command: str, sources: list[Path], *arguments: str) -> None:
        """Run a command again only where what it reads has changed since it last ended well.

        A database that is not ours may have changed by other hands: there it is always run.
        """
        done, now = self.data / "done" / command, fingerprint(sources)
        if "DATABASE_URL" in os.environ or not done.exists() or done.read_text() != now:
            self.manage(command, *arguments)
            make_folder(done.parent, 0o700)
            write_whole(done, now)

    def manage(self, *arguments: str) -> None:
        say(f"manage.py {' '.join(arguments)}")
        log = self.log_folder / "setup.log"
        with log.open("ab") as out:
            result = subprocess.run(
                [sys.executable, str(BASE_DIR / "manage.py"), *arguments],
                cwd=BASE_DIR,
                # A worker's time limits: loading takes longer than a page may. The owner's address is for two
                # commands only, which manage.py knows; no process of the portal has it.
                env=self.env | self.owner | self.reader | {"PROCESS": "worker"},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=(self.lock,),
                preexec_fn=die_with_launcher(signal.SIGKILL),
            )
        if result.returncode == OLD_TABLES and "DATABASE_URL" not in os.environ:
            raise StackError(old_folder(self.data))
        if result.returncode:
            raise StackError(f"manage.py {arguments[0]} không thành công.\n{log_tail(log)}")

    def start_portal(self, demo: bool, enterprises: int | None) -> None:
        self.prepare(demo, enterprises)
        self.counts = counts_folder(self.data)
        counted = {"web": {"PROMETHEUS_MULTIPROC_DIR": str(self.counts)}}  # its processes tell one sum: /metrics
        places = {"bind": f"127.0.0.1:{self.port}"}
        processes = PROCESSES | (OF_BACKUPS if self.backup else {})
        for name, command in processes.items():
            env = self.env | {"PROCESS": name} | ENVIRONMENT.get(name, {}) | counted.get(name, {})
            env |= self.reader if name in OF_BACKUPS else {}
            command_line = [*runnable(command, places), *(self.also_by_ipv6() if name == "web" else [])]
            child = Child(name, command_line, env, **self.child_options(name))
            if name == "worker":
                child.death_signal = signal.SIGKILL  # with its broker gone too it would wait for that for ever
            self.start(child)
        portal = [self.children[name] for name in processes]
        wait_for(lambda: self.is_ready() and all(child.alive for child in portal), portal, 120)

    def also_by_ipv6(self) -> list[str]:
        """What browsers may mean by localhost; not every machine has it."""
        return [] if port_trouble("::1", self.port) else ["-b", f"[::1]:{self.port}"]

    def is_ready(self) -> bool:
        """As /readyz sees it, save that work left over from before may wait, and that an old heartbeat says nothing."""
        with contextlib.suppress(OSError, http.client.HTTPException, ValueError):
            line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            with contextlib.closing(line):
                line.request("GET", "/readyz")
                checks = json.load(line.getresponse())["checks"]
            well = all(checks[name]["ok"] for name in ("database", "migrations", "broker", "worker"))
            worker_age = time.monotonic() - self.children["worker"].started_at
            return well and checks["worker"]["heartbeat_age_seconds"] <= worker_age
        return False

    def watch(self) -> NoReturn:
        while True:
            for child in self.children.values():
                child.tend()
            time.sleep(0.1)


def runnable(command: str, places: dict[str, str]) -> list[str]:
    """The command with the Python that runs us, so that no PATH is needed."""
    program, *arguments = [part.format(**places) for part in command.split()]
    return [sys.executable, *arguments] if program == "python" else [sys.executable, "-m", program, *arguments]


def kept_secret(path: Path) -> str:
    if not path.exists():
        write_whole(path, secrets.token_urlsafe(50))
    return path.read_text()


def fingerprint(sources: list[Path]) -> str:
    files = [file for source in sources for file in (sorted(source.rglob("*")) if source.is_dir() else [source])]
    files = [file for file in files if file.is_file() and file.suffix != ".pyc"]
    facts = ((str(file), file.stat().st_size, file.stat().st_mtime_ns) for file in files)
    return hashlib.sha256(repr(list(facts)).encode()).hexdigest()


def take_lock(path: Path) -> int:
    """Every process of the stack holds this lock open: a killed launcher leaves it shut until they are gone too."""
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + 20
    while True:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(lock, 0)
            os.pwrite(lock, str(os.getpid()).encode(), 0)
            return lock
        owner = os.pread(lock, 20, 0).decode()
        if time.monotonic() > deadline or (owner and Path("/proc", owner).exists()):
            raise StackError(
                f"Thư mục dữ liệu {path.parent.parent} đang được một cổng khác sử dụng (tiến trình {owner}). "
                "Hãy dừng cổng đó trước, hoặc chọn thư mục khác: make run DATA=..."
            )
        time.sleep(0.1)


def refuse_taken_port(port: int) -> None:
    if trouble := port_trouble("127.0.0.1", port):
        raise StackError(f"Không mở được cổng mạng {port} ({trouble}). Hãy chọn cổng khác: make run PORT=...")


def port_trouble(address: str, port: int) -> str:
    """Why we cannot listen there; empty where we can."""
    try:
        with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((address, port))
    except OSError as error:
        return str(error.strerror or error)
    return ""


def read_env(data: Path) -> dict[str, str]:
    """The environment of the stack that runs on this data folder, for other commands beside it."""
    lines = (data / "env").read_text().splitlines() if (data / "env").exists() else []
    return dict(line.split("=", 1) for line in lines)


def main(arguments: list[str]) -> int:
    options = parse(arguments)
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signum != signal.SIGHUP or signal.getsignal(signum) != signal.SIG_IGN:  # nohup stays in force
            signal.signal(signum, interrupt)
    try:
        with Stack(options.data, options.port, options.full, options.backup) as stack:
            if not options.servers_only:
                refuse_taken_port(options.port)
            stack.start_servers()
            if not options.servers_only:
                stack.start_portal(options.demo, options.enterprises)
            print("READY-SERVERS" if options.servers_only else f"READY http://127.0.0.1:{options.port}/", flush=True)
            stack.watch()
    except KeyboardInterrupt:
        return 0
    except StackError as error:
        say(f"Lỗi: {error}")
        return 1


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="manage.py stack", description="Chạy toàn bộ cổng trên một máy.")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--data", type=Path, default=BASE_DIR / "var", help="thư mục dữ liệu (mặc định: var)")
    parser.add_argument("--demo", type=lambda text: bool(int(text)), default=True, metavar="0|1")
    parser.add_argument("--enterprises", type=int, help="số doanh nghiệp minh họa")
    parser.add_argument("--full", action="store_true", help="báo cáo của mọi năm đến 2030; đồng hồ đặt ở 31/12/2030")
    parser.add_argument("--backup", type=Path, help="sao lưu vào thư mục này: mỗi đêm, và nhật ký ghi từng phút")
    parser.add_argument("--servers-only", action="store_true", help="chỉ chạy PostgreSQL và Valkey")
    return parser.parse_args(arguments)


def interrupt(_signum: int, _frame: object) -> None:
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, signal.SIG_IGN)  # stopping is under way; a second signal must not break its order
    raise KeyboardInterrupt
