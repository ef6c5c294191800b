"""Do the proofs of docs/security.md fail when what they prove is taken away? One fault at a time, in a copy."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from program996.management.processes import BASE_DIR
from tests.soak.planted import FAULTS, Fault
from tests.test_security_table import ROWS

FOUND = 1  # of pytest: a test failed; 0 would be that all passed, others that none could be asked


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """The files of the portal as they lie here, without what is installed beside them."""
    folder = tmp_path_factory.mktemp("planted")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=BASE_DIR, capture_output=True, check=True)
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (BASE_DIR / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(BASE_DIR / name, folder / name)
    for name in (".venv", "node_modules"):
        (folder / name).symlink_to((BASE_DIR / name).resolve())
    return folder


@pytest.fixture(scope="module")
def made(django_db_setup) -> None:
    """The base that the copies are given is made here, once."""
    assert (Path(os.environ["DATA"]) / "bases.made").exists()


def proof_of(copy: Path, fault: Fault) -> subprocess.CompletedProcess[str]:
    """As one more worker of this run, whose servers and first base are there; or with its own."""
    theirs = ("DATABASE_URL", "REDIS_URL", "CELERY_BROKER_URL", "DATA") if fault.needs_own_base else ()
    env = {key: value for key, value in os.environ.items() if key not in theirs}
    env |= {} if fault.needs_own_base else {"PYTEST_XDIST_WORKER": "planted"}
    command = [sys.executable, "-m", "pytest", "-p", "no:xdist", "-p", "no:cacheprovider", "-q", "-x", fault.proof]
    return subprocess.run(command, cwd=copy, env=env, capture_output=True, text=True)


def test_every_fault_is_of_a_line_and_of_one_of_its_proofs():
    proofs = {number: proof for numbers, _asked, proof in ROWS for number in numbers}
    assert [name for name, one in FAULTS.items() if f"`{one.proof}`" not in proofs.get(one.line, "")] == []
    assert len(FAULTS) >= 30


@pytest.mark.parametrize("name", FAULTS)
def test_its_proof_fails(copy, made, name):
    fault = FAULTS[name]
    file = copy / fault.file
    whole = file.read_text()
    assert fault.old in whole, "the fault cannot be planted any more: the code is another"
    file.write_text(whole.replace(fault.old, fault.new, 1))
    try:
        done = proof_of(copy, fault)
    finally:
        file.write_text(whole)
    assert done.returncode == FOUND, done.stdout[-3000:] + done.stderr[-2000:]
    assert " failed" in done.stdout.splitlines()[-1], done.stdout[-3000:]  # and not: could not be asked
    assert not re.search(r"\b(?:NameError|ImportError|SyntaxError|AttributeError)\b", done.stdout), done.stdout[-3000:]
