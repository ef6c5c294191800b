"""Invented rows beside the enterprises: support, ministries, sectors, evaluations. All of it is marked so."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.documents.models import LegalDocument
from apps.documents.numbers import OTHER
from apps.enterprises.models import (
    Enterprise,
    Industry,
    ManagingMinistry,
    PrioritySector,
    ProgrammeEvaluation,
    SupportActivity,
)
from apps.organisations.models import OrganisationUnit
from program996.demo.accounts import CENTRE
from program996.demo.bulk import copy_rows
from program996.demo.dice import Dice, Weighted
from program996.demo.programmes import MARK
from program996.demo.years import FIRST_DAY, LAST_DAY

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
EVALUATION_COLUMNS = (
    *("created_at", "updated_at", "withdrawn_reason", "tax_code", "name", "year", "vsic_version", "vsic"),
    *("competitiveness", "integration", "conclusion", "unit_id", "evaluated_on", "note"),
)
EVALUATED, EVALUATED_FROM = 0.1, date(2025, 7, 15)
MINISTRY_COLUMNS = ("created_at", "updated_at", "withdrawn_reason", "tax_code", "name", "unit_id", "since", "note")
MANAGED, HANDED_OVER, MANAGED_BY = 0.4, 0.1, date(2020, 12, 31)
WHOLE = r"^\d{10}$"  # an enterprise's own code


def load_beside(dice: Dice) -> None:
    copy_rows(SupportActivity, SUPPORT_COLUMNS, _supports(dice))
    copy_rows(ProgrammeEvaluation, EVALUATION_COLUMNS, _evaluations(dice))
    copy_rows(ManagingMinistry, MINISTRY_COLUMNS, _ministries(dice))
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


def _evaluations(dice: Dice) -> Iterator[tuple]:
    """Of some of those that were in the list's divisions; what was found is invented, and no score is given."""
    now, told = timezone.now(), ("tax_code", "name", "industry__version", "industry_code", "unit_id")
    trades = [code for codes in SECTORS.values() for code in codes]
    found = Enterprise.objects.filter(tax_code__regex=WHOLE, industry_code__in=trades).order_by("tax_code")
    for code, name, version, trade, unit in found.filter(unit__valid_to=None).values_list(*told):
        if dice.chance(EVALUATED):
            day = dice.day(EVALUATED_FROM, LAST_DAY)
            words = ("Kết quả đánh giá minh họa", "Kết quả đánh giá minh họa")
            yield (now, now, "", code, name, day.year - 1, version, trade, *words, "", unit, day, MARK)


def _ministries(dice: Dice) -> Iterator[tuple]:
    """Of some enterprises with state capital; a few went from one ministry to another."""
    there = OrganisationUnit.objects.filter(kind=OrganisationUnit.Kind.MINISTRY, valid_from=None, valid_to=None)
    ministries = list(there.order_by("pk").values_list("pk", flat=True))
    now = timezone.now()
    owned = Enterprise.objects.filter(ownership=Enterprise.Ownership.STATE, tax_code__regex=WHOLE).order_by("tax_code")
    for code, name in owned.values_list("tax_code", "name"):
        if not dice.chance(MANAGED):
            continue
        since = dice.day(FIRST_DAY, MANAGED_BY)
        yield (now, now, "", code, name, dice.pick(ministries), since, MARK)
        if dice.chance(HANDED_OVER):
            later = dice.day(since + timedelta(days=400), LAST_DAY)
            yield (now, now, "", code, name, dice.pick(ministries), later, MARK)


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
