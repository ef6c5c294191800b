"""A programme is data: another one, with its own targets, items, form and words, runs a year in an empty portal."""

import os
import subprocess
import sys
from pathlib import Path

from program996.management.processes import BASE_DIR

FACTS = Path(__file__).parent / "facts"


def test_another_programme_runs_a_year(reference):  # by then the base exists that the process copies
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    env = os.environ | {"FACTS": str(FACTS), "PYTEST_XDIST_WORKER": f"{worker}_second", "PYTEST_ADDOPTS": ""}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:xdist",
        "-p",
        "no:cacheprovider",
        "tests/programme/year.py",
    ]
    run = subprocess.run(command, cwd=BASE_DIR, env=env, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
    assert "1 passed" in run.stdout
