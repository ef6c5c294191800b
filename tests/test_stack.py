"""`manage.py stack` as a person meets it: started, refused, killed at, stopped."""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from program996.demo.day import FULL_DAY
from program996.management.commands import stack
from program996.management.commands.stack import read_env, runnable
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

    def test_servers_end_with_a_launcher_that_is_killed(self, servers):
        """The last one, as it stops them."""
        process, data = servers
        process.kill()
        process.communicate()
        again = launch(data, "--servers-only", "--port", str(free_port()))
        assert again.stdout.readline() == "READY-SERVERS\n"  # not refused: it waited for the old ones to leave
        assert stop(again, signal.SIGINT) == 0
        assert nothing_runs(data)


OUTER = {"DATABASE_URL": "postgresql://app@db/portal", "REDIS_URL": "redis://r/0", "CELERY_BROKER_URL": "redis://r/0"}


@pytest.fixture
def addresses(monkeypatch, tmp_path) -> Callable[..., stack.Stack]:
    """The stack's mind about its addresses, with these variables outside; nothing is started."""

    def make(full: bool = False, folder: Path | None = None, **outer: str) -> stack.Stack:
        for name in (*OUTER, "DATABASE_OWNER_URL", "BACKUP_DATABASE_URL"):
            monkeypatch.delenv(name, raising=False)
        for name, value in outer.items():
            monkeypatch.setenv(name, value)
        mask = os.umask(0o077)
        made = stack.Stack(tmp_path / "var", 8000, full, folder)
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


@pytest.mark.parametrize("demo", [False, True])
def test_first_start_loads_the_facts_and_only_where_asked_the_demonstration(addresses, monkeypatch, demo):
    made, asked, said = addresses(), [], []
    monkeypatch.setattr(made, "manage", lambda *words: asked.append(words))
    monkeypatch.setattr(stack, "say", said.append)
    made.prepare(demo, None)
    facts = ["migrate", "database_roles", "collectstatic", "load_reference"]
    assert [words[0] for words in asked] == facts + ["load_demo"] * demo
    (made.data / "static").mkdir()
    made.prepare(True, None)
    assert len(asked) == len(facts) + demo, "nothing is left to do, and nobody's base gets invented rows later"
    assert any("DEMO=0" in line for line in said) == (not demo)


def test_full_load_sets_the_clock_ahead_once(addresses, monkeypatch):
    """A folder that was made for it keeps its clock, however it is started later."""
    assert "CLOCK_DAYS_AHEAD" not in addresses().env
    made, asked = addresses(full=True), []
    days = (FULL_DAY - date.today()).days
    assert made.env["CLOCK_DAYS_AHEAD"] == read_env(made.data)["CLOCK_DAYS_AHEAD"] == str(days)
    (made.data / "env").write_text("CLOCK_DAYS_AHEAD=7\n")
    assert addresses().env["CLOCK_DAYS_AHEAD"] == read_env(made.data)["CLOCK_DAYS_AHEAD"] == "7"
    monkeypatch.setattr(made, "manage", lambda *words: asked.append(words))
    monkeypatch.setattr(stack, "say", lambda line: None)
    made.prepare(True, 50)
    assert asked[-1] == ("load_demo", "--seed", "996", "--enterprises", "50", "--full")


def test_full_load_leaves_a_folder_in_use_at_its_day(addresses, monkeypatch):
    made, said = addresses(), []
    monkeypatch.setattr(stack.Stack, "manage", lambda self, *words: None)
    monkeypatch.setattr(stack, "say", said.append)
    made.prepare(True, None)
    again = addresses(full=True)
    assert "CLOCK_DAYS_AHEAD" not in again.env
    again.prepare(True, None)
    assert any("2030" in line for line in said)


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
    command = runnable("celery beat --schedule {schedule}", {"schedule": "/a b/schedule"})
    assert command[:3] == [sys.executable, "-m", "celery"]
    assert "/a b/schedule" in command


def test_backups_have_a_key_of_their_own_where_none_is_named(addresses, tmp_path, monkeypatch):
    made = addresses(folder=tmp_path / "store")
    kept = read_env(made.data)
    assert kept["BACKUP_DIR"] == str(tmp_path / "store")
    assert kept["BACKUP_RECIPIENT"].startswith("age1")
    assert Path(kept["BACKUP_IDENTITY"]).stat().st_mode & 0o777 == 0o600
    assert "BACKUP_DATABASE_URL" not in made.env, "the archiver's alone"
    assert "program996_backup@" in made.reader["BACKUP_DATABASE_URL"]
    assert addresses(folder=tmp_path / "store").backup == made.backup
    monkeypatch.setenv("BACKUP_RECIPIENT", "age1of-somebody")
    named = addresses(folder=tmp_path / "store").backup
    assert named["BACKUP_RECIPIENT"] == "age1of-somebody"
    assert "BACKUP_IDENTITY" not in named


def test_no_backups_unless_asked_for(addresses):
    made = addresses()
    assert made.backup == {}
    assert "BACKUP_DIR" not in read_env(made.data)
