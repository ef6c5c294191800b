"""No secret was ever committed: it would be known to whoever has a copy, long after the line is gone."""

import re
import subprocess

import pytest

from program996.management.processes import BASE_DIR
from tests.test_source import SECRETS

HERE = re.compile(rb"^diff --git a/tests/test_source\.py ")


@pytest.mark.parametrize("kind", SECRETS)
def test_no_secret_lies_in_the_history(kind):
    """Lines that were added at any time, but for the file that says what secrets look like."""
    pattern = re.compile(SECRETS[kind])
    command = ["git", "log", "--all", "--patch", "--unified=0", "--no-color", "--no-ext-diff", "--format=commit %H"]
    seen, found, ours, commit = 0, set(), False, b""
    with subprocess.Popen(command, cwd=BASE_DIR, stdout=subprocess.PIPE) as history:
        for line in history.stdout:
            if line.startswith(b"commit "):
                commit, seen = line, seen + 1
            elif line.startswith(b"diff --git "):
                ours = bool(HERE.match(line))
            elif line.startswith(b"+") and not ours and pattern.search(line):
                found.add(commit.decode().strip())
    assert seen > 0, "a copy without its history"
    assert sorted(found) == []
