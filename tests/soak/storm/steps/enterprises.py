"""The register of enterprises, from which most figures are counted."""

import random
from datetime import timedelta

from apps.enterprises.models import Enterprise, ProgrammeEvent
from apps.organisations.selectors import heir_of
from tests.exchange.enterprise_files import tax_codes
from tests.soak.storm.actors import Actor
from tests.soak.storm.steps import step
from tests.soak.storm.storm import Storm

KEEPERS = ("register_keeper",)
REGISTER, EVENTS = "registers/enterprises/", "registers/enterprise-events/"


def fresh_code(storm: Storm) -> str:
    """Of no other step."""
    codes = storm.memory.setdefault("tax codes", tax_codes("36"))
    return next(codes)


def own_province(storm: Storm, actor: Actor, dice: random.Random) -> str:
    """Of the programme office's keeper any that stands today."""
    if actor.unit.startswith("VN-"):
        return storm.home(actor)
    return heir_of(dice.choice(["VN-24-2025", "VN-68-2025", "VN-01", "VN-79-2025"]), storm.today)


@step(5)
def register_an_enterprise(storm: Storm, dice: random.Random) -> None:
    actor = storm.anybody(dice, *KEEPERS)
    day = storm.today - timedelta(days=dice.choice([0, 1, 30, 400]))
    body = {
        "tax_code": fresh_code(storm), "name": f"Công ty bão {storm.number}",
        "ownership": dice.choice(["private", "state"]),
        "industry_code": dice.choice(["C10", "C11", ""]), "unit": own_province(storm, actor, dice),
        "located_on": day.isoformat(),
    }  # fmt: skip
    made = storm.doors.api(actor, "POST", REGISTER, body)
    if made.status == 201:
        _tell(storm, dice, actor, made.told["id"], body["unit"])


@step(7)
def tell_of_a_stage(storm: Storm, dice: random.Random) -> None:
    actor = storm.anybody(dice, *KEEPERS)
    own = Enterprise.objects.live().order_by("pk")
    if actor.unit.startswith("VN-"):
        own = own.filter(unit=storm.home(actor))
    keys = list(own.values_list("pk", "unit_id")[:200])
    if keys:
        pk, unit = dice.choice(keys)
        _tell(storm, dice, actor, pk, unit)


def _tell(storm: Storm, dice: random.Random, actor: Actor, enterprise: int, unit: str) -> None:
    """On days about the ends of periods, of which some are closed."""
    day = dice.choice([storm.today, storm.today - timedelta(days=dice.randrange(0, 900)), _boundary(storm, dice)])
    body = {
        "enterprise": enterprise, "form": dice.choice(["written", "served"]), "unit": unit,
        "stage": dice.choice(["approached", "surveyed", "applied", "applied", "maintained", "stopped"]),
        "occurred_on": min(day, storm.today).isoformat(), "reason": "Bổ sung hồ sơ",
    }  # fmt: skip
    storm.doors.api(actor, "POST", EVENTS, body)


def _boundary(storm: Storm, dice: random.Random):
    return dice.choice([storm.today.replace(year=year, month=12, day=day) for year in (2024, 2025) for day in (14, 15)])


@step(4)
def take_a_stage_back(storm: Storm, dice: random.Random) -> None:
    actor = storm.anybody(dice, *KEEPERS)
    live = ProgrammeEvent.objects.live().order_by("-pk")
    if actor.unit.startswith("VN-"):
        live = live.filter(unit=storm.home(actor))
    rows = list(live.values("pk", "updated_at")[:80])
    if rows:
        one = dice.choice(rows)
        body = {"reason": "Nhập nhầm", "updated_at": one["updated_at"].isoformat()}
        storm.doors.api(actor, "POST", f"{EVENTS}{one['pk']}/withdraw/", body)
