"""People beside those of the demonstration, and tasks for them to begin with: made on the running portal's own data."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from program996.management.commands.stack import read_env
from tests.journeys.people import Account
from tests.journeys.portals import Portal

ROOT = Path(__file__).parents[2]
MAKE = """
import json, sys
from datetime import timedelta
from django.contrib.auth.models import Group
from django.utils import timezone
from apps.tasks.models import PlanTask
from apps.tasks.services.drafting import create_task
from program996.demo.accounts import Person, _set_key

asked, made = json.load(sys.stdin), {"people": [], "tasks": []}
for one in asked["people"]:
    person = Person(one["email"], one["role"], one["unit"], one["name"])
    key = _set_key(person, Group.objects.get(name=person.role))
    made["people"].append({"password": key.password, "totp_secret": key.totp_secret})
day = timezone.localdate()
for one in asked["tasks"]:
    task = create_task(PlanTask(
        framework_item_id="B.6", kind="recurrent", term="yearly", year=day.year, product="Báo cáo kết quả",
        due_on=day + timedelta(days=90), lead_unit_id=one["unit"], title=one["title"],
    ), by=None)
    made["tasks"].append(task.code)
print("MADE" + json.dumps(made))
"""


@dataclass(frozen=True)
class Wanted:
    """`known_as`: the unit by which `People.one` finds the person, where the unit has another of that role."""

    email: str
    role: str
    unit: str
    name: str
    known_as: str = ""


def join(portal: Portal, people: list[Wanted], tasks: list[tuple[str, str]], *, then: str = "") -> list[str]:
    """The people come into the portal's own list; returned are the codes of a draft for each (unit, title). `then`:
    what else is to be done to its data.
    """
    asked = {
        "people": [{"email": one.email, "role": one.role, "unit": one.unit, "name": one.name} for one in people],
        "tasks": [{"unit": unit, "title": title} for unit, title in tasks],
    }
    done = manage(portal, "shell", "--no-imports", "-c", MAKE + then, told=json.dumps(asked))
    made = json.loads(next(line for line in done.splitlines() if line.startswith("MADE"))[4:])
    for one, key in zip(people, made["people"], strict=True):
        portal.people.all.append(Account(one.email, **key, roles=[one.role], unit=one.known_as or one.unit))
    return made["tasks"]


def manage(portal: Portal, *command: str, told: str = "") -> str:
    """What the portal's own command says, its data under it, by its own clock: nothing of the suite's goes with it."""
    done = subprocess.run(
        [sys.executable, "manage.py", *command], input=told, text=True, capture_output=True, check=True, cwd=ROOT,
        env={"PATH": os.environ["PATH"], **read_env(portal.data)},
    )  # fmt: skip
    return done.stdout
