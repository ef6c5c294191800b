"""Invented rows beside the enterprises: support of them, and a list of priority sectors. All of it is marked so."""

from collections.abc import Iterator
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.documents.models import LegalDocument
from apps.documents.numbers import OTHER
from apps.enterprises.models import Enterprise, Industry, PrioritySector, SupportActivity
from program996.demo.accounts import CENTRE
from program996.demo.bulk import copy_rows
from program996.demo.dice import Dice, Weighted
from program996.demo.programmes import MARK
from program996.demo.years import LAST_DAY

PER_SUPPORT = 25  # enterprises to one activity
SERVED = 0.08  # of organisations that verify, calibrate and test
MODES: Weighted[str] = Weighted(
    {SupportActivity.Mode.TRAINING: 50, SupportActivity.Mode.CONSULTING: 35, SupportActivity.Mode.SUPPORT: 15}
)
TASKS: Weighted[str] = Weighted({SupportActivity.Task.PROGRAMME: 85, SupportActivity.Task.RESEARCH: 15})
LISTED_ON = date(2019, 12, 1)
# Not the list of any act: some divisions of VSIC, so that the pages have something to tell.
SECTORS = {"1": ("10", "11"), "2": ("13", "14", "15"), "3": ("25", "26", "27", "28"), "4": ("D",)}
SUPPORT_COLUMNS = (
    *("created_at", "updated_at", "withdrawn_reason", "recipient", "recipient_kind", "tax_code", "task", "mode"),
    *("unit_id", "held_on", "content", "result", "note"),
)


def load_beside(dice: Dice) -> None:
    copy_rows(SupportActivity, SUPPORT_COLUMNS, _supports(dice))
    load_priorities()


def _supports(dice: Dice) -> Iterator[tuple]:
    now, kinds = timezone.now(), SupportActivity.Recipient
    told = ("name", "tax_code", "unit_id", "located_on")
    for number, (name, code, unit, day) in enumerate(Enterprise.objects.order_by("tax_code").values_list(*told)):
        if number % PER_SUPPORT:
            continue
        mode, task, to = MODES.draw(dice), TASKS.draw(dice), (name, kinds.ENTERPRISE, code)
        if dice.chance(SERVED):
            to = (f"Tổ chức minh họa {number:05}", kinds.SERVICE, "")
            task = SupportActivity.Task.CRITERIA
        yield (now, now, "", *to, task, mode, unit, min(day, LAST_DAY), "Nội dung minh họa", "Kết quả minh họa", MARK)


def load_priorities() -> None:
    act = LegalDocument.objects.create(
        number="01/DM-MINH-HOA",
        kind=OTHER,
        title=_("Danh mục ngành, lĩnh vực trọng tâm (số liệu minh họa)"),
        issuer=_("Số liệu minh họa"),
    )
    known = set(Industry.objects.values_list("version", "code"))
    PrioritySector.objects.bulk_create(
        PrioritySector(
            act=act, number=number, sector=f"Ngành trọng tâm minh họa {number}", vsic_version=version, vsic=code,
            valid_from=LISTED_ON, unit_id=CENTRE, note=MARK,
        )
        for number, codes in SECTORS.items()
        for version in PrioritySector.Vsic.values
        for code in codes
        if (version, code) in known
    )  # fmt: skip
