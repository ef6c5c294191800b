"""Clients of the API as others write them: curl, Python, R, and one generated from the description."""

import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from apps.apidocs.stories import FOLDER, SITE
from tests.conftest import BAC_NINH

GENERATOR = "openapi-python-client==0.29.1"
SCOPES = ("units:read", "indicators:read", "tasks:write")
USE = """
import sys
from program996_client import AuthenticatedClient
from program996_client.api.indicators import indicators_values_list
from program996_client.api.units import units_list

client = AuthenticatedClient(base_url=sys.argv[1], token=sys.argv[2], raise_on_unexpected_status=True)
units = units_list.sync(client=client, page_size=5)
figures = indicators_values_list.sync("MT5", client=client, period=2025, unit="VN")
print(units.count, [one.id for one in units.results], [one.exact.value for one in figures.results])
"""


@pytest.fixture(scope="module")
def token(portal) -> str:
    """Of an editor: what the examples write they may."""
    account = portal.account("unit_editor", BAC_NINH)
    asked = ["issue_token", account["email"], "--label", "thử", "--scopes", *SCOPES, "--days", "1"]
    told = portal.manage(*asked)
    assert told.returncode == 0, told.stderr
    return told.stdout.strip()


def run(program: list[str], ending: str, portal, token: str, folder: Path) -> dict[str, list[str]]:
    """What each example of that language printed, by its name."""
    printed = {}
    for file in sorted(FOLDER.glob(f"*{ending}")):
        text = folder / file.name
        text.write_text(file.read_text().replace(SITE, portal.url))
        env = {**os.environ, "TOKEN": token, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
        told = subprocess.run([*program, str(text)], env=env, cwd=folder, capture_output=True, text=True, timeout=120)
        assert told.returncode == 0, f"{file.name}: {told.stdout}{told.stderr}"
        printed[file.stem] = told.stdout.splitlines()
    assert printed
    return printed


def test_examples_in_curl(portal, token, tmp_path):
    assert shutil.which("curl"), "make soak installs it"
    printed = run(["bash", "-eu"], ".sh", portal, token, tmp_path)
    assert printed["read"] == ["304"]
    assert printed["write"] == ["201", "200"]
    assert (tmp_path / "units.csv").read_bytes().startswith(b"\xef\xbb\xbfid,")
    assert json.loads("".join(printed["figures"]))["results"]


def test_examples_in_python(portal, token, tmp_path):
    printed = run([sys.executable], ".py", portal, token, tmp_path)
    assert int(printed["read"][0]) > 100
    assert printed["read"][1] == "304"
    assert printed["write"] == ["201 200", "200", "412 precondition_failed"]


def test_examples_in_r(portal, token, tmp_path):
    if not shutil.which("Rscript") or subprocess.run(["Rscript", "-e", "library(jsonlite)"]).returncode:
        pytest.skip("R with jsonlite is not installed: r-base-core and r-cran-jsonlite of Debian")
    printed = run(["Rscript", "--vanilla"], ".R", portal, token, tmp_path)
    assert int(printed["read"][-1].split()[-1]) > 100
    assert any("accepted" in line or "preliminary" in line for line in printed["figures"])


def test_a_client_is_generated_and_reads(portal, token, tmp_path, say):
    """In an environment of its own: what the generator brings along is no part of the portal."""
    place = tmp_path / "generator"
    venv.create(place, with_pip=True)
    python, env = place / "bin/python", {**os.environ, "PATH": f"{place / 'bin'}:{os.environ['PATH']}"}
    for command in (
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", GENERATOR],
        [place / "bin/openapi-python-client", "generate", "--url", f"{portal.url}/api/schema/?format=json",
         "--meta", "none", "--output-path", tmp_path / "program996_client", "--fail-on-warning"],
    ):  # fmt: skip
        done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    (tmp_path / "use.py").write_text(USE)
    used = subprocess.run([python, "use.py", portal.url, token], cwd=tmp_path, capture_output=True, text=True)
    assert used.returncode == 0, used.stderr
    modules = len(list((tmp_path / "program996_client/api").rglob("*.py")))
    say(f"a Python client of {modules} modules, generated and used: {used.stdout.strip()}")
