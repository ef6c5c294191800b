"""Files: checked, written, undone. What is undone at once must leave everything as it was."""

import random

from django.core.files.uploadedfile import SimpleUploadedFile

from apps.exchange.models import ImportBatch
from apps.organisations.selectors import unit_labels
from tests.exchange.enterprise_files import PLACE, rows, workbook
from tests.soak.storm.actors import Actor
from tests.soak.storm.holds.undoing import differences, picture
from tests.soak.storm.steps import step
from tests.soak.storm.steps.enterprises import fresh_code
from tests.soak.storm.storm import Storm

IMPORTS = "/registers/enterprises/imports/"
State = ImportBatch.State


def keeper(storm: Storm, dice: random.Random) -> Actor:
    return dice.choice([one for one in storm.people if one.role == "register_keeper" and one.unit.startswith("VN-")])


def upload(storm: Storm, dice: random.Random, actor: Actor) -> ImportBatch | None:
    """New enterprises, and now and then some that the register has already."""
    home = storm.home(actor)
    lines = rows(dice.choice([2, 4, 8]), province=unit_labels()[home].short_name)
    known = list(_known(home))
    for line in lines:
        line[PLACE["Mã số thuế"]] = dice.choice(known) if known and dice.random() < 0.4 else fresh_code(storm)
        if dice.random() < 0.5:
            line[PLACE["Ngày"]] = storm.today  # newer than what the register knows: it is written over
    if dice.random() < 0.15:
        lines[0][PLACE["Giai đoạn"]] = "Không rõ"
    file = SimpleUploadedFile(f"bao-{storm.number}.xlsx", workbook(lines))
    answer = storm.doors.post(actor, IMPORTS, {"unit": home, "file": file})
    storm.machinery.settle()
    parts = answer.url.rstrip("/").rsplit("/", 1)
    return ImportBatch.objects.get(pk=parts[-1]) if answer.status == 302 and parts[-1].isdecimal() else None


def _known(unit: str) -> list[str]:
    from apps.enterprises.models import Enterprise

    return Enterprise.objects.live().filter(unit=unit).order_by("pk").values_list("tax_code", flat=True)[:60]


def confirm(storm: Storm, actor: Actor, batch: ImportBatch) -> str:
    storm.doors.post(actor, f"{IMPORTS}{batch.pk}/warnings/", {"reason": "Đúng như giấy đăng ký"})
    storm.doors.post(actor, f"{IMPORTS}{batch.pk}/confirm/", {})
    storm.machinery.settle()
    return ImportBatch.objects.values_list("state", flat=True).get(pk=batch.pk)


@step(4)
def a_file_comes(storm: Storm, dice: random.Random) -> None:
    """To stay; or it is looked at and left, or called off."""
    actor = keeper(storm, dice)
    batch = upload(storm, dice, actor)
    if batch and dice.random() < 0.8:
        confirm(storm, actor, batch)
    elif batch and dice.random() < 0.5:
        storm.doors.post(actor, f"{IMPORTS}{batch.pk}/cancel/", {})


@step(4)
def a_file_comes_and_is_undone(storm: Storm, dice: random.Random) -> None:
    """Whatever kills its workers, the register is as before."""
    actor = keeper(storm, dice)
    batch = upload(storm, dice, actor)
    if batch is None or storm.machinery.is_hung:
        return
    before = picture()
    if confirm(storm, actor, batch) != State.WRITTEN:
        return
    storm.doors.post(actor, f"{IMPORTS}{batch.pk}/undo/", {"reason": "Nhầm tệp"})
    storm.machinery.settle()
    if ImportBatch.objects.values_list("state", flat=True).get(pk=batch.pk) == State.UNDONE:
        for difference in differences(before, picture()):
            storm.log.fault(f"undoing batch {batch.pk} does not restore: {difference}")
        storm.counted["undone at once"] += 1


@step(2)
def an_old_file_is_undone(storm: Storm, dice: random.Random) -> None:
    actor = keeper(storm, dice)
    written = ImportBatch.objects.filter(state=State.WRITTEN, unit=actor.unit, register="enterprises").order_by("pk")
    keys = list(written.values_list("pk", flat=True))
    if keys:
        storm.doors.post(actor, f"{IMPORTS}{dice.choice(keys)}/undo/", {"reason": "Rà soát lại"})
