"""The API under schemathesis: whatever can be made of its description is sent, and each answer held to it.

Minutes by SCHEMATHESIS_MINUTES. The portal is one of its own: what is sent changes whatever it may.
"""

import json
import os
import re
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.contrib.auth.models import Group

from apps.accounts.models import User
from apps.people.models import Membership
from apps.people.scopes import all_scopes
from apps.tasks.models import PlanTask
from program996.management.processes import BASE_DIR
from tests.conftest import BAC_NINH, TDC
from tests.soak.portal import Portal, joined, running_portal

TOOL = BASE_DIR / ".venv-schemathesis/bin/schemathesis"
MINUTES = float(os.environ.get("SCHEMATHESIS_MINUTES", "5"))
# One worker: two threads that read sources at once stop each other in Python 3.11 (AST constructor recursion depth).
ENTERPRISES, WORKERS = 300, 1
BROAD, PROGRAM = "so-dang-ky@tdc.example", "ket-noi@tdc.example"
BESIDE = {  # what the keeper of the central register holds besides, so that hardly an address refuses the right
    TDC: ("programme_officer", "programme_leader"),
    BAC_NINH: ("unit_editor", "unit_approver", "register_keeper"),
}
UNLIMITED = {f"LIMIT_{name}": "1000000/60" for name in ("API", "TOKEN", "EXPORT", "WRONG_TOKEN")}
# The description says what a field is, not what the programme's rules ask of it: that a day has come, that a unit is
# one's own, that it is the moment. So a refusal of what fits the description (400 with its code, 412) is an answer too.
# Whoever names a state that is no more is told so before anybody looks at what he sent (RFC 9110, 13.2.1).
SETTINGS = """
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "3xx", "400", "401", "403", "404", "409", "412", "413", "429"]

[checks.negative_data_rejection]
expected-statuses = ["400", "401", "403", "404", "405", "406", "409", "412", "415", "422", "428", "429"]

[dictionaries]
codes.values = {codes}
keys.values = [1, 2, 3, 5, 8]
rounds.values = ["2025", "2026"]
units.values = ["{unit}", "UBTDC"]
orders.values = ["id", "-id", "code"]

[parameters]
"path.code" = {{ dictionary = "codes", probability = 0.8 }}
"path.id" = {{ dictionary = "keys", probability = 0.8 }}
"path.round" = {{ dictionary = "rounds", probability = 0.8 }}
"path.unit" = {{ dictionary = "units", probability = 0.8 }}
"query.ordering" = {{ dictionary = "orders", probability = 0.5 }}
"""


@pytest.fixture(scope="module")
def tried(tmp_path_factory, django_db_blocker) -> Iterator[Portal]:
    folder = tmp_path_factory.mktemp("schemathesis")
    with running_portal(folder, ENTERPRISES, **UNLIMITED) as portal, joined(portal), django_db_blocker.unblock():
        owner = User.objects.get(email=BROAD)
        Membership.objects.bulk_create(
            Membership(user=owner, unit_id=unit, role=Group.objects.get(name=role), valid_from=date(2025, 7, 1))
            for unit, roles in BESIDE.items()
            for role in roles
        )
        yield portal


def token_of(portal: Portal, email: str) -> str:
    made = portal.manage("issue_token", email, "--label", "schemathesis", "--days", "2", "--scopes", *all_scopes())
    assert made.returncode == 0, made.stderr
    return made.stdout.strip()


@pytest.mark.parametrize(("email", "share"), [(BROAD, 0.7), (PROGRAM, 0.3)])
def test_every_answer_is_one_that_the_description_knows(tried, say, tmp_path, email, share):
    assert TOOL.exists(), "make .venv-schemathesis/stamp"
    seconds = round(MINUTES * 60 * share)
    done = subprocess.run(
        command_of(tried, token_of(tried, email), seconds, tmp_path),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=seconds * 4 + 300,
    )
    told = done.stdout + done.stderr
    say(f"schemathesis as {email}, {seconds} s: {summary_of(told)}")
    assert done.returncode == 0, failures_of(told)
    assert "Traceback" not in tried.log("web")


def command_of(portal: Portal, token: str, seconds: int, folder: Path) -> list[str]:
    codes = ["MT5", "mt7", "A.1", "B.6", *PlanTask.objects.order_by("pk").values_list("code", flat=True)[:6]]
    (folder / "schemathesis.toml").write_text(SETTINGS.format(codes=json.dumps(codes), unit=BAC_NINH))
    return [
        str(TOOL), "run", f"{portal.url}/api/schema/?format=json", "--checks", "all", "--max-time", str(seconds),
        "--header", f"Authorization: Bearer {token}", "--workers", str(WORKERS), "--continue-on-failure",
        "--generation-database", "none", "--no-color",
    ]  # fmt: skip


def summary_of(told: str) -> str:
    """Its own count of what it sent."""
    return " ".join(re.findall(r"^ +(Tested: \d+|\d+ generated.*)$", told, re.M))


def failures_of(told: str) -> str:
    """Without its warnings, which are longer."""
    found = re.search(r"= (?:ERRORS|FAILURES) =(.*?)(?:= WARNINGS =|\Z)", told, re.S)
    return found[1][:20_000] if found else told[-5_000:]
