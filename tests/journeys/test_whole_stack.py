"""A whole portal as it runs: its processes, killed and started again; its database away; stopped.

One portal, met in this order after the journeys that change it; the last tests stop it. It was started on a data folder
from before the role in which its processes work.
"""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import pytest

from program996.management.commands.stack import PROCESSES, port_trouble, read_env
from program996.management.processes import BASE_DIR
from program996.management.roles import ROLE
from program996.management.servers import socket_folder
from tests.test_stack import SERVERS, eventually, launch, nothing_runs, pid_of, stop

pytestmark = pytest.mark.xdist_group("changed-portal")
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


def test_every_process_has_its_pid_file(portal):
    data = portal.data
    for name in {*PROCESSES, *SERVERS}:
        assert Path("/proc", str(pid_of(data, name))).exists()


def test_commands_beside_it_use_its_database(portal):
    data = portal.data
    result = subprocess.run(
        [sys.executable, "manage.py", "check", "--database", "default"],
        cwd=BASE_DIR,
        env={"PATH": os.environ["PATH"], "DATA": str(data)},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr


def test_processes_work_as_the_role_that_changes_no_table(portal):
    """Which an earlier version did not have: the start has made it."""
    data = portal.data
    with closing(psycopg2.connect(read_env(data)["DATABASE_OWNER_URL"])) as line, line.cursor() as cursor:
        cursor.execute("SELECT DISTINCT usename, application_name FROM pg_stat_activity WHERE usename IS NOT NULL")
        users = {name.removeprefix("program996-"): user for user, name in cursor if name.startswith("program996-")}
    assert {"relay"} <= set(users) <= set(PROCESSES)
    assert set(users.values()) == {ROLE}
    for name in PROCESSES:
        environment = Path("/proc", str(pid_of(data, name)), "environ").read_bytes()
        assert b"DATABASE_OWNER_URL" not in environment
        assert b"BACKUP_DATABASE_URL" not in environment


def test_it_answers_by_each_name_of_the_machine(portal):
    port = portal.port
    hosts = ["127.0.0.1", "localhost", *([] if port_trouble("::1", 0) else ["[::1]"])]
    for host in hosts:
        with urllib.request.urlopen(f"http://{host}:{port}/accounts/login/", timeout=30) as response:
            assert (response.status, response.url) == (200, f"http://{host}:{port}/accounts/login/")


def test_list_of_static_files_is_not_served(portal):
    data, port = portal.data, portal.port
    assert (data / "static/staticfiles.json").exists()
    assert ask(port, "/static/staticfiles.json").status == 404


@pytest.mark.parametrize("name", PROCESSES)
def test_killed_process_is_started_again(portal, name):
    data = portal.data
    killed = pid_of(data, name)
    os.kill(killed, signal.SIGKILL)
    assert eventually(lambda: pid_of(data, name) != killed)
    time.sleep(0.5)
    assert Path("/proc", str(pid_of(data, name))).exists()


def test_database_away_is_told_in_time_and_forgotten_soon(portal):
    process, data, port = portal.process, portal.data, portal.port
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
    assert {ask(port, path).status for path in DATABASE_PAGES} <= {200, 401, 404}


def test_sigterm_stops_all_and_exits_0(portal):
    process, data = portal.process, portal.data
    assert stop(process) == 0
    assert nothing_runs(data)


def test_data_folder_of_an_earlier_version_is_refused(portal):
    """Its tables were made by migrations that are no more: refused before anything is changed."""
    data, port = portal.data, portal.port
    servers = launch(data, "--servers-only", "--port", str(port))
    assert servers.stdout.readline() == "READY-SERVERS\n"
    with closing(psycopg2.connect(read_env(data)["DATABASE_OWNER_URL"])) as line, line.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'people'")
        cursor.execute("INSERT INTO django_migrations VALUES (DEFAULT, 'organisations', '0011_of_old', now())")
        line.commit()
    assert stop(servers) == 0
    (data / "done/migrate").unlink()
    again = launch(data, "--port", str(port))
    _, message = again.communicate(timeout=120)
    assert again.returncode == 1
    assert f"Thư mục dữ liệu {data} do một phiên bản cũ của cổng tạo ra" in message
    assert "make run DATA=..., hoặc xóa thư mục đó" in message
    assert nothing_runs(data)
