"""A pytest plugin: PostgreSQL and Valkey of this run, in a temporary folder, before the settings are read.

DATABASE_URL and REDIS_URL, where set, are used instead. Workers of xdist inherit the environment of the first process.
"""

import fcntl
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from program996.management.processes import BASE_DIR, Child, wait_for
from program996.management.servers import (
    broker_url,
    postgres_child,
    server_answers,
    server_urls,
    valkey_child,
)
from tests import day

# Without autovacuum: it would take statistics in the middle of a test, of tables whose rows nobody has committed.
UNSAFE_BUT_FAST = (
    *("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200", "autovacuum=off"),
)
HERE = Path(__file__).parent
running: list[Child] = []
helpers: list[subprocess.Popen] = []
folders: list[Path] = []


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(args):
    """A wrapper, so that it comes before pytest-django, which reads the settings in the same hook."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        try:
            start(args)
            if any(argument.startswith("-n") for argument in args):
                make_the_base_meanwhile()
        except BaseException:
            stop()
            raise
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """Of a checkout that was never tested one worker reads the tests, the others what it has kept of them: to read
    them as pytest does takes twice as long as all the rest of collecting.
    """
    if "PYTEST_XDIST_WORKER" not in os.environ or list(HERE.glob("__pycache__/test_words.*pytest*.pyc")):
        return (yield)
    with (Path(os.environ["DATA"]) / "collecting.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            fcntl.flock(lock, fcntl.LOCK_SH)
        return (yield)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure():
    stop()


def start(arguments: list[str]) -> None:
    day.fix(is_todays=any(one.startswith(("tests/bench", "tests/soak")) for one in arguments))
    data = Path(tempfile.mkdtemp(prefix="p996-"))
    folders.append(data)
    data.chmod(0o711)  # PostgreSQL's account passes through where the tests run as root
    urls = server_urls(data)
    if "DATABASE_URL" not in os.environ:
        options = {"log": data / "postgres.log", "outside": data}
        running.append(postgres_child(data, data, options=UNSAFE_BUT_FAST, initdb_options=("--no-sync",), **options))
        os.environ["DATABASE_URL"] = urls["DATABASE_OWNER_URL"]  # tests make bases and tables
    if "REDIS_URL" not in os.environ:
        running.append(valkey_child(data / "valkey", data, options=("--appendonly", "no"), log=data / "redis.log"))
        os.environ["REDIS_URL"] = urls["REDIS_URL"]
    for child in running:
        child.start()
    wait_for(lambda: all(server_answers(child) for child in running), running, 60)
    (data / "static").mkdir()  # WhiteNoise warns of a folder that is not there
    os.environ.update(
        SECRET_KEY=secrets.token_urlsafe(50),
        SITE_URL="http://testserver",
        EMAIL_URL="memorymail://",
        MEDIA_ROOT=str(data / "files"),
        STATIC_ROOT=str(data / "static"),
        DATA=str(data),
        PROCESS="web",
        LIMIT_OWN="100000/600",  # the walk with every cell does more for itself than any person
    )
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # what one process has compiled serves the many that follow
    os.environ.setdefault("CELERY_BROKER_URL", broker_url(os.environ["REDIS_URL"]))


def make_the_base_meanwhile() -> None:
    """The first base is made while the workers still collect; who comes to it early waits for it (bases.py)."""
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    helpers.append(subprocess.Popen([sys.executable, "-m", "tests.bases"], cwd=BASE_DIR, env=env))


def stop() -> None:
    while helpers:
        helper = helpers.pop()
        helper.terminate()
        helper.wait()
    while running:
        child = running.pop()
        child.ask_to_stop()
        child.wait_until_stopped()
    while folders:
        shutil.rmtree(folders.pop(), ignore_errors=True)
