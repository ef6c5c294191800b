"""Units merge, split and change their names, dated about today; an act that lies ahead may be taken back."""

import random
from datetime import timedelta
from typing import Any

from apps.organisations.models import OrganisationUnit, Reorganisation
from tests.soak.storm.steps import step
from tests.soak.storm.storm import Storm

NEW = "/units/reorganisations/new/"


def _asked(storm: Storm, dice: random.Random) -> dict[str, Any]:
    day = storm.today + timedelta(days=dice.choice([-30, -1, 0, 1, 1, 2, 10]))
    return {
        "key": f"bao-{storm.number}", "step": "confirm", "effective_on": f"{day:%d/%m/%Y}",
        "document": f"{storm.number}/{day.year}/QH16", "document-kind": "Nghị quyết", "document-title": "Sắp xếp thử",
        "document-issuer": "Quốc hội",
    }  # fmt: skip


def _provinces(storm: Storm) -> list[str]:
    standing = OrganisationUnit.objects.filter(kind="province", valid_to__isnull=True).order_by("pk")
    return list(standing.exclude(valid_from__gt=storm.today).values_list("pk", flat=True))


def _free_codes(dice: random.Random, count: int) -> list[str]:
    used = set(OrganisationUnit.objects.filter(kind="province", valid_to__isnull=True).values_list("code", flat=True))
    return dice.sample([f"{n:02}" for n in range(1, 100) if f"{n:02}" not in used], count)


def _send(storm: Storm, dice: random.Random, kind: str, sent: dict[str, Any]) -> None:
    actor = storm.anybody(dice, *["programme_administrator"] * 9, "unit_administrator")
    answer = storm.doors.post(actor, f"{NEW}?kind={kind}", sent)
    storm.log.note(f"{kind}: {answer.status}")
    if answer.status == 302:
        storm.counted[kind] += 1


@step(0.7)
def units_merge(storm: Storm, dice: random.Random) -> None:
    standing = _provinces(storm)
    if len(standing) < 20:
        return
    one, two = dice.sample(standing, 2)
    n = storm.number
    _send(storm, dice, "merger", _asked(storm, dice) | {
        "unit_1": one, "unit_2": two, "name_1": f"Thành phố Hợp Nhất {n}", "short_name_1": f"Hợp Nhất {n}",
        "kind_label_1": "Thành phố", "code_1": _free_codes(dice, 1)[0],
    })  # fmt: skip


@step(0.7)
def a_unit_is_split(storm: Storm, dice: random.Random) -> None:
    standing = _provinces(storm)
    n = storm.number
    sent = _asked(storm, dice) | {"unit_1": dice.choice(standing), "heir": dice.choice(["1", "2"])}
    codes = _free_codes(dice, 2)
    for at, share in ((1, "0,6"), (2, "0,4")):
        sent |= {
            f"name_{at}": f"Tỉnh Phần {n} {at}", f"short_name_{at}": f"Phần {n} {at}", f"kind_label_{at}": "Tỉnh",
            f"code_{at}": codes[at - 1], f"share_{at}": share,
        }  # fmt: skip
    _send(storm, dice, "split", sent)


@step(0.5)
def a_unit_is_renamed(storm: Storm, dice: random.Random) -> None:
    n = storm.number
    sent = _asked(storm, dice) | {
        "unit_1": dice.choice([*_provinces(storm), "BCT", "BYT"]), "name_1": f"Tỉnh Tên Mới {n}",
        "short_name_1": f"Tên Mới {n}",
    }  # fmt: skip
    _send(storm, dice, "renaming", sent)


@step(0.7)
def an_act_is_taken_back(storm: Storm, dice: random.Random) -> None:
    acts = list(
        Reorganisation.objects.filter(withdrawn_at__isnull=True).order_by("-pk").values_list("pk", flat=True)[:6]
    )
    if acts:
        actor = storm.anybody(dice, "programme_administrator")
        address = f"/units/reorganisations/{dice.choice(acts)}/withdraw/"
        storm.doors.post(actor, address, {"reason": "Chưa có nghị quyết"})
