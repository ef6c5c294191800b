"""The shipped nginx.conf before the portal: lines that say nothing, or say it slowly, keep nobody else waiting."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from program996.management.processes import BASE_DIR
from tests.conftest import BAC_NINH
from tests.soak.portal import Portal
from tests.soak.uploads import small_files, upload
from tests.soak.visitor import Visitor
from tests.soak.waiting import eventually
from tests.test_stack import free_port

EACH = 90  # lines of a kind, at eight threads; those with a whole head count for nginx.conf's 200 of one address
PATIENCE = 3.0  # seconds a page may take
LET_GO_WITHIN = 60
SILENT = b""
HALF_A_HEAD = b"GET / HTTP/1.1\r\nHost: {host}\r\nX-Slow:"
HALF_A_BODY = b"POST /accounts/login/ HTTP/1.1\r\nHost: {host}\r\nContent-Length: 1000000\r\n\r\nlogin="
NEVER_READ = b"GET /static/{file} HTTP/1.1\r\nHost: {host}\r\n\r\n"


@pytest.fixture(scope="module")
def nginx() -> str:
    if not shutil.which("nginx"):
        install = "apt-get update -qq && apt-get install -y -qq --no-install-recommends nginx-light"
        subprocess.run(["sh", "-c", install], check=True, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
    return shutil.which("nginx")


@pytest.fixture
def proxied(nginx, portal, tmp_path) -> Iterator[Portal]:
    """The portal as it is asked through the file that we ship; only the places differ."""
    port, web = free_port(), urlsplit(portal.url).netloc
    conf = (BASE_DIR / "nginx.conf").read_text()
    for ours, here in (
        ("include /etc/nginx/web.conf;", f"upstream web {{ server {web}; }}"),
        ("listen 8080;", f"listen 127.0.0.1:{port};"),
        ("/tmp/", f"{tmp_path}/"),
    ):
        assert ours in conf
        conf = conf.replace(ours, here)
    file = tmp_path / "nginx.conf"
    file.write_text(conf)
    account = "user root; " if os.geteuid() == 0 else ""
    command = [nginx, "-c", str(file), "-p", str(tmp_path), "-g", f"daemon off; {account}"]
    with subprocess.Popen(command, stderr=(tmp_path / "log").open("wb")) as process:
        through = Portal(portal.data, f"http://127.0.0.1:{port}")
        try:
            assert eventually(lambda: is_open(port), 20), (tmp_path / "log").read_text()
            yield through
        finally:
            process.terminate()


def is_open(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) == 0


def line_with(url: str, words: bytes, file: str) -> socket.socket:
    address = urlsplit(url)
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.connect((address.hostname, address.port))
    line.sendall(words.replace(b"{host}", address.netloc.encode()).replace(b"{file}", file.encode()))
    return line


def is_let_go(line: socket.socket) -> bool:
    line.settimeout(0.01)
    try:
        while line.recv(65_536):
            pass
    except TimeoutError:
        return False
    except OSError:
        return True
    return True


def biggest_file(portal: Portal) -> str:
    root = Path(portal.env["STATIC_ROOT"])
    files = [path for path in root.rglob("*") if path.suffix in {".css", ".js"}]
    return str(max(files, key=lambda path: path.stat().st_size).relative_to(root))


def test_slow_lines_keep_nobody_waiting(portal, proxied, say):
    file = biggest_file(portal)
    with ExitStack() as lines:
        held = [
            lines.enter_context(line_with(proxied.url, words, file))
            for words in (SILENT, HALF_A_HEAD, HALF_A_BODY, NEVER_READ)
            for _ in range(EACH)
        ]
        visitor = Visitor(proxied.url).sign_in(portal.account("register_keeper", BAC_NINH))
        took = {
            path: visitor.get(path) for path in ("/healthz", "/dashboard/", "/registers/enterprises/", "/targets/mt5/")
        }
        assert {path: answer.status for path, answer in took.items()} == dict.fromkeys(took, 200)
        slowest = max(answer.seconds for answer in took.values())
        [small] = small_files(1, "Bắc Ninh", "88")
        assert upload(visitor, BAC_NINH, small.name, small.content)
        started = time.monotonic()
        told = held[: 3 * EACH]  # who never reads is let go when its answer does not move any more
        assert eventually(lambda: all(is_let_go(line) for line in told), LET_GO_WITHIN)
    say(
        f"{len(held)} slow lines through nginx at 8 threads: slowest of {len(took)} pages {slowest:.2f} s; "
        f"the silent ones were let go after {time.monotonic() - started:.0f} s"
    )
    assert slowest < PATIENCE


def test_addresses_and_forms_are_right_behind_it(portal, proxied):
    """A form's origin is compared with the name that was asked for, port and all."""
    visitor = Visitor(proxied.url)
    visitor.sign_in(portal.account("register_keeper", BAC_NINH))
    answer = visitor.get("/registers/enterprises")
    assert answer.url == f"{proxied.url}/registers/enterprises/"
    assert Visitor(f"http://localhost:{urlsplit(proxied.url).port}").get("/accounts/login/").status == 200


def test_file_that_is_too_large_is_refused_in_words(portal, proxied):
    visitor = Visitor(proxied.url).sign_in(portal.account("register_keeper", BAC_NINH))
    visitor.get("/registers/enterprises/imports/")
    answer = visitor.post("/registers/enterprises/imports/", unit=BAC_NINH, file=("lon.xlsx", b"x" * 33_000_000))
    assert answer.status == 413
    assert "20 MB" in answer.text
