"""`manage.py stack` as a person meets it: started, refused, killed at, stopped."""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest

from program996.management.commands import stack
from program996.management.commands.stack import PROCESSES, port_trouble, read_env, runnable
from program996.management.processes import BASE_DIR
from program996.management.roles import ROLE
from program996.management.servers import SOCKET_PATH_LIMIT, broker_url, socket_folder

SERVERS = {"postgres", "redis"}
# A folder that is too long for a socket, with a blank and Vietnamese letters in it.
AWKWARD = "thư mục rất dài " * 8


def launch(data: Path, *arguments: str, **extra: str) -> subprocess.Popen[str]:
    """As on a bare machine: none of the variables that the tests themselves run with, and no HOME."""
    env = {key: os.environ[key] for key in ("PATH", "LANG", "TMPDIR") if key in os.environ} | extra
    command = [sys.executable, str(BASE_DIR / "manage.py"), "stack", "--data", str(data), *arguments]
    return subprocess.Popen(command, env=env, cwd="/", stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def stop(process: subprocess.Popen[str], signum: signal.Signals = signal.SIGTERM) -> int:
    process.send_signal(signum)
    process.communicate(timeout=60)
    return process.returncode


def pid_of(data: Path, name: str) -> int:
    return int((data / f"run/{name}.pid").read_text())


def eventually(condition: Callable[[], bool], seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def nothing_runs(data: Path) -> bool:
    """Every process of a stack holds its lock."""
    with (data / "run/lock").open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return not list((data / "run").glob("*.pid"))


DATABASE_PAGES = ("/accounts/login/", "/", "/khong-co/", "/api/v1/indicators/")


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: str


def ask(port: int, path: str, cookie: str = "sid=" + "a" * 32) -> Answer:
    """As a browser that was here before: its session is looked up in the database. Redirects are followed."""
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Cookie": cookie})
    try:
        response = urllib.request.urlopen(request, timeout=30)
    except urllib.error.HTTPError as refused:
        response = refused
    with response:
        return Answer(response.status, response.headers, response.read().decode())


def answers(port: int) -> bool:
    with suppress(OSError):
        return ask(port, "/healthz").status == 200
    return False


def throw_away(data: Path) -> None:
    """Where root's temporary folder is closed to PostgreSQL's account, the database lies outside it."""
    if (data / "pg18").is_symlink():
        shutil.rmtree((data / "pg18").resolve().parent)


@pytest.fixture(scope="module")
def servers(tmp_path_factory) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    data = tmp_path_factory.mktemp("servers") / AWKWARD
    process = launch(data, "--servers-only", "--port", str(free_port()))
    assert process.stdout.readline() == "READY-SERVERS\n", process.stderr.read()
    yield process, data
    if process.poll() is None:
        stop(process)
    throw_away(data)


@pytest.mark.xdist_group("servers")
class TestServers:
    def test_env_file_is_private_and_names_the_servers(self, servers):
        _, data = servers
        env = read_env(data)
        named = {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "CELERY_BROKER_URL", "SECRET_KEY"}
        assert named <= set(env)
        assert (data / "env").stat().st_mode & 0o777 == 0o600
        assert env["DATA"] == str(data)

    def test_second_start_on_the_same_data_is_refused(self, servers):
        _, data = servers
        second = launch(data, "--servers-only", "--port", str(free_port()))
        _, message = second.communicate(timeout=60)
        assert second.returncode == 1
        assert "đang được một cổng khác sử dụng" in message

    def test_taken_port_is_refused(self, tmp_path):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            process = launch(tmp_path / "var", "--port", str(port))
            _, message = process.communicate(timeout=60)
        assert process.returncode == 1
        assert f"Không mở được cổng mạng {port}" in message
        assert not (tmp_path / "var/pg18").exists()

    @pytest.mark.parametrize("name", sorted(SERVERS))
    def test_killed_server_is_started_again(self, servers, name):
        _, data = servers
        killed = pid_of(data, name)
        os.kill(killed, signal.SIGKILL)
        assert eventually(lambda: pid_of(data, name) != killed)

    def test_servers_end_with_a_launcher_that_is_killed(self, tmp_path):
        process = launch(tmp_path / "var", "--servers-only", "--port", str(free_port()))
        assert process.stdout.readline() == "READY-SERVERS\n"
        process.kill()
        process.communicate()
        again = launch(tmp_path / "var", "--servers-only", "--port", str(free_port()))
        assert again.stdout.readline() == "READY-SERVERS\n"  # not refused: it waited for the old ones to leave
        assert stop(again, signal.SIGINT) == 0
        assert nothing_runs(tmp_path / "var")
        throw_away(tmp_path / "var")


@pytest.fixture(scope="module")
def portal(tmp_path_factory) -> Iterator[tuple[subprocess.Popen[str], Path, int]]:
    data, port = tmp_path_factory.mktemp("portal") / "var", free_port()
    process = launch(data, "--port", str(port), "--demo", "0")
    line = process.stdout.readline()
    assert line == f"READY http://127.0.0.1:{port}/\n", process.communicate()[1]
    yield process, data, port
    if process.poll() is None:
        stop(process)
    throw_away(data)


@pytest.mark.xdist_group("portal")
class TestPortal:
    """One portal, met in this order; the last test stops it."""

    def test_every_process_has_its_pid_file(self, portal):
        _, data, _ = portal
        for name in {*PROCESSES, *SERVERS}:
            assert Path("/proc", str(pid_of(data, name))).exists()

    def test_commands_beside_it_use_its_database(self, portal):
        _, data, _ = portal
        result = subprocess.run(
            [sys.executable, "manage.py", "check", "--database", "default"],
            cwd=BASE_DIR,
            env={"PATH": os.environ["PATH"], "DATA": str(data)},
            capture_output=True,
            text=True,
        )
        assert result.returncode == 0, result.stderr

    def test_processes_work_as_the_role_that_changes_no_table(self, portal):
        _, data, _ = portal
        with closing(psycopg2.connect(read_env(data)["DATABASE_OWNER_URL"])) as line, line.cursor() as cursor:
            cursor.execute("SELECT DISTINCT usename, application_name FROM pg_stat_activity WHERE usename IS NOT NULL")
            users = {name.removeprefix("program996-"): user for user, name in cursor if name.startswith("program996-")}
        assert {"relay"} <= set(users) <= set(PROCESSES)
        assert set(users.values()) == {ROLE}
        for name in PROCESSES:
            assert b"DATABASE_OWNER_URL" not in Path("/proc", str(pid_of(data, name)), "environ").read_bytes()

    def test_it_answers_by_each_name_of_the_machine(self, portal):
        _, _, port = portal
        hosts = ["127.0.0.1", "localhost", *([] if port_trouble("::1", 0) else ["[::1]"])]
        for host in hosts:
            with urllib.request.urlopen(f"http://{host}:{port}/accounts/login/", timeout=30) as response:
                assert (response.status, response.url) == (200, f"http://{host}:{port}/accounts/login/")

    def test_list_of_static_files_is_not_served(self, portal):
        _, data, port = portal
        assert (data / "static/staticfiles.json").exists()
        assert ask(port, "/static/staticfiles.json").status == 404

    @pytest.mark.parametrize("name", PROCESSES)
    def test_killed_process_is_started_again(self, portal, name):
        _, data, _ = portal
        killed = pid_of(data, name)
        os.kill(killed, signal.SIGKILL)
        assert eventually(lambda: pid_of(data, name) != killed)
        time.sleep(0.5)
        assert Path("/proc", str(pid_of(data, name))).exists()

    def test_database_away_is_told_in_time_and_forgotten_soon(self, portal):
        process, data, port = portal
        assert eventually(lambda: answers(port))  # its processes were killed a moment ago
        process.send_signal(signal.SIGSTOP)  # or it would start the server again at once
        try:
            os.kill(pid_of(data, "postgres"), signal.SIGINT)
            assert eventually(lambda: not (socket_folder(data) / "pg/.s.PGSQL.5432").exists())
            for path in (*DATABASE_PAGES, *DATABASE_PAGES):  # connections that broke, then none to be had
                answer = ask(port, path)
                assert (answer.status, answer.headers["Retry-After"]) == (503, "5"), path
                assert answer.headers["X-Request-ID"] in answer.body
                assert ("Cổng tạm ngừng phục vụ" in answer.body) != path.startswith("/api/")
            assert ask(port, "/healthz", cookie="").status == 200
        finally:
            process.send_signal(signal.SIGCONT)
        assert eventually(lambda: ask(port, "/accounts/login/").status == 200)
        assert {ask(port, path).status for path in DATABASE_PAGES} <= {200, 403, 404}

    def test_sigterm_stops_all_and_exits_0(self, portal):
        process, data, _ = portal
        assert stop(process) == 0
        assert nothing_runs(data)

    def test_data_folder_from_before_the_role_is_taken_over(self, portal):
        """As an earlier version left it: one role, and no trace of the command that makes the other."""
        _, data, port = portal
        servers = launch(data, "--servers-only", "--port", str(port))
        assert servers.stdout.readline() == "READY-SERVERS\n"
        with closing(psycopg2.connect(read_env(data)["DATABASE_OWNER_URL"])) as line, line.cursor() as cursor:
            cursor.execute(f"DROP OWNED BY {ROLE}; DROP ROLE {ROLE}")
            line.commit()
        assert stop(servers) == 0
        (data / "done/database_roles").unlink()
        again = launch(data, "--port", str(port), "--demo", "0")
        assert again.stdout.readline() == f"READY http://127.0.0.1:{port}/\n", again.communicate()[1]
        assert stop(again) == 0

    def test_data_folder_of_an_earlier_version_is_refused(self, portal):
        """Its tables were made by migrations that are no more: refused before anything is changed."""
        _, data, port = portal
        servers = launch(data, "--servers-only", "--port", str(port))
        assert servers.stdout.readline() == "READY-SERVERS\n"
        with closing(psycopg2.connect(read_env(data)["DATABASE_OWNER_URL"])) as line, line.cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE app = 'people'")
            cursor.execute("INSERT INTO django_migrations VALUES (DEFAULT, 'organisations', '0011_of_old', now())")
            line.commit()
        assert stop(servers) == 0
        (data / "done/migrate").unlink()
        again = launch(data, "--port", str(port), "--demo", "0")
        _, message = again.communicate(timeout=120)
        assert again.returncode == 1
        assert f"Thư mục dữ liệu {data} do một phiên bản cũ của cổng tạo ra" in message
        assert "make run DATA=..., hoặc xóa thư mục đó" in message
        assert nothing_runs(data)


OUTER = {"DATABASE_URL": "postgresql://app@db/portal", "REDIS_URL": "redis://r/0", "CELERY_BROKER_URL": "redis://r/0"}


@pytest.fixture
def addresses(monkeypatch, tmp_path) -> Callable[..., stack.Stack]:
    """The stack's mind about its addresses, with these variables outside; nothing is started."""

    def make(**outer: str) -> stack.Stack:
        for name in (*OUTER, "DATABASE_OWNER_URL"):
            monkeypatch.delenv(name, raising=False)
        for name, value in outer.items():
            monkeypatch.setenv(name, value)
        mask = os.umask(0o077)
        made = stack.Stack(tmp_path / "var", 8000)
        os.umask(mask)
        os.close(made.lock)
        return made

    return make


def test_outer_database_without_an_owner_keeps_its_one_role(addresses, monkeypatch):
    said: list[str] = []
    monkeypatch.setattr(stack, "say", said.append)
    made = addresses(**OUTER)
    assert made.owner == {}
    assert made.env["DATABASE_URL"] == read_env(made.data)["DATABASE_URL"] == OUTER["DATABASE_URL"]
    assert "DATABASE_OWNER_URL" not in read_env(made.data)
    assert len(said) == 1
    assert "DATABASE_OWNER_URL" in said[0]


def test_owner_is_kept_from_the_processes(addresses):
    owner = {"DATABASE_OWNER_URL": "postgresql://owner@db/portal"}
    made = addresses(**OUTER, **owner)
    assert made.owner == owner
    assert read_env(made.data).items() >= owner.items()
    assert made.env["DATABASE_URL"] == OUTER["DATABASE_URL"]
    assert "DATABASE_OWNER_URL" not in made.env


def test_owner_of_another_database_is_not_taken_for_our_own(addresses):
    made = addresses(DATABASE_OWNER_URL="postgresql://owner@elsewhere/portal")
    assert "elsewhere" not in made.owner["DATABASE_OWNER_URL"]
    assert f"//{ROLE}@" in made.env["DATABASE_URL"]


def test_socket_folder_is_short_for_a_long_data_folder(tmp_path):
    short, long = tmp_path / "var", tmp_path / AWKWARD
    for data in (short, long):
        (data / "run").mkdir(parents=True)
    folder, other = socket_folder(long), socket_folder(short)
    assert len(os.fsencode(folder / "pg/.s.PGSQL.5432")) <= SOCKET_PATH_LIMIT
    assert folder == socket_folder(long)
    assert folder != other
    for made in (folder, other):
        made.rmdir()


def test_broker_url_is_the_same_server_in_celerys_spelling():
    assert broker_url("unix:///run/redis.sock?db=2") == "redis+socket:///run/redis.sock?virtual_host=2"
    assert broker_url("redis://:p@host:6379/1") == "redis://:p@host:6379/1"


def test_runnable_keeps_a_place_with_blanks_whole():
    command = runnable(PROCESSES["beat"], {"schedule": "/a b/schedule"})
    assert command[:3] == [sys.executable, "-m", "celery"]
    assert "/a b/schedule" in command
