"""Invented CMCs and their statuses, developed products, comparisons of standards. All of it is marked so.

Names, values and codes say so themselves. The acts' lists of standards are not made up: a demonstration has a few
positions without a name of their own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from apps.documents.models import LegalDocument
from apps.labs.models import (
    Area,
    CalibrationAndMeasurementCapability,
    CmcStatus,
    ComparisonKind,
    DevelopedProduct,
    MeasurementStandard,
    PlannedStandard,
    ProductKind,
    StandardComparison,
)
from apps.organisations.models import OrganisationUnit
from program996.demo.dice import Dice, Weighted
from program996.demo.programmes import MARK
from program996.demo.years import FIRST_DAY, LAST_DAY, Years

OFFICE, INSTITUTE = "BKHCN", "Viện đo lường minh họa"
BEFORE = 31  # published when the programme began: the baseline of MT2
PUBLISHED = {2019: 12, 2020: 15, 2021: 18, 2022: 31, 2023: 4, 2024: 29, 2025: 34, 2026: 21}
SUSPENDED_ON, REINSTATED_ON, WITHDRAWN_ON = date(2023, 3, 14), date(2024, 5, 20), date(2023, 9, 8)
SUSPENDED, REINSTATED, WITHDRAWN = 14, 9, 6  # so that the stock fell once, in 2023
DEVELOPED = {2019: 4, 2020: 7, 2021: 11, 2022: 16, 2023: 19, 2024: 24, 2025: 27, 2026: 22}
KINDS: Weighted[str] = Weighted(
    {ProductKind.REFERENCE_MATERIAL: 45, ProductKind.STANDARD: 20, ProductKind.INSTRUMENT: 35}
)
COMMERCIALISED, EXPORTED = 0.42, 0.2  # of all; of those that are sold
COMPARED = 3  # of four standards
POSITIONS, ACT = 12, "996/QĐ-TTg"
REASONS = {
    CmcStatus.Status.PUBLISHED: "Công bố trên KCDB",
    CmcStatus.Status.SUSPENDED: "Tạm dừng: chưa hoàn thành so sánh",
    CmcStatus.Status.REINSTATED: "Khôi phục sau khi hoàn thành so sánh",
    CmcStatus.Status.WITHDRAWN: "Rút bỏ theo đề nghị của viện đo lường",
}


@dataclass(frozen=True)
class Step:
    status: CmcStatus.Status
    day: date


def load_capabilities(dice: Dice) -> int:
    """How many rows; the same for the same seed."""
    return load_cmcs(dice) + load_products(dice) + load_comparisons(dice) + load_positions()


def load_cmcs(dice: Dice) -> int:
    lives = list(_lives(dice))
    cmcs = []
    for number, _life in enumerate(lives, 1):
        area = dice.pick(list(Area))
        cmcs.append(
            CalibrationAndMeasurementCapability(
                code=f"MH-{area.upper()}-{number:03}", name=f"Phép đo minh họa {number:03} – {area.label}", area=area,
                quantity=str(area.label), measuring_range="phạm vi minh họa", uncertainty="giá trị minh họa",
                coverage_factor=2, confidence=95, unit_id=OFFICE, holder=INSTITUTE, note=MARK,
            )
        )  # fmt: skip
    made = CalibrationAndMeasurementCapability.objects.bulk_create(cmcs)
    statuses = [
        CmcStatus(
            cmc=cmc, status=step.status, happened_on=step.day, reason=f"{REASONS[step.status]} (minh họa)", note=MARK
        )
        for cmc, life in zip(made, lives, strict=True)
        for step in life
    ]
    return len(made) + len(CmcStatus.objects.bulk_create(statuses))


def _lives(dice: Dice) -> Iterator[list[Step]]:
    """Of those published before the programme some were suspended or withdrawn."""
    years, status = Years(), CmcStatus.Status
    for number in range(1, BEFORE + 1):
        life = [Step(status.PUBLISHED, dice.day(date(2008, 3, 1), date(2018, 12, 14)))]
        if number <= SUSPENDED:
            life.append(Step(status.SUSPENDED, SUSPENDED_ON))
        if number <= REINSTATED:
            life.append(Step(status.REINSTATED, REINSTATED_ON))
        if SUSPENDED < number <= SUSPENDED + WITHDRAWN:
            life.append(Step(status.WITHDRAWN, WITHDRAWN_ON))
        yield life
    for year, count in PUBLISHED.items():
        for _ in range(count):
            yield [Step(status.PUBLISHED, years.day_in(year, dice))]


def load_products(dice: Dice) -> int:
    """Of ministries and provinces as they were on the day."""
    years, rows = Years(), []
    units = OrganisationUnit.objects.reporting().order_by("pk")
    spans = list(units.values_list("pk", "valid_from", "valid_to"))
    for year, count in DEVELOPED.items():
        for number in range(1, count + 1):
            day = years.day_in(year, dice)
            there = [pk for pk, start, end in spans if (start is None or start <= day) and (end is None or end >= day)]
            kind = ProductKind(KINDS.draw(dice))
            sold = dice.day(day, LAST_DAY) if dice.chance(COMMERCIALISED) else None
            exported = dice.day(sold, LAST_DAY) if sold and dice.chance(EXPORTED) else None
            rows.append(
                DevelopedProduct(
                    code=f"MH-SP-{year}-{number:02}", name=f"{kind.label} minh họa {year}-{number:02}", kind=kind,
                    area=dice.pick(list(Area)), unit_id=dice.pick(there), producer="Tổ chức minh họa",
                    accepted_on=day, commercialised_on=sold, exported_on=exported, note=MARK,
                )
            )  # fmt: skip
    return len(DevelopedProduct.objects.bulk_create(rows))


def load_comparisons(dice: Dice) -> int:
    rows = []
    for number, standard in enumerate(MeasurementStandard.objects.order_by("code"), 1):
        if number % (COMPARED + 1) == 0:
            continue
        first = max(standard.recognised_on, FIRST_DAY)
        done = dice.day(first, min(LAST_DAY, (standard.ended_on or LAST_DAY)))
        rows.append(
            StandardComparison(
                standard=standard, certificate=f"MH-GCN-{number:02}", kind=dice.pick(list(ComparisonKind)),
                performed_on=done, institute=INSTITUTE, result="Kết quả minh họa",
                due_on=done + timedelta(days=3 * 365), note=MARK,
            )
        )  # fmt: skip
    return len(StandardComparison.objects.bulk_create(rows))


def load_positions() -> int:
    act = LegalDocument.objects.filter(number=ACT).first()
    if act is None:
        return 0
    standards = list(MeasurementStandard.objects.filter(ended_on=None).order_by("code")[: POSITIONS - 3])
    rows = [
        PlannedStandard(
            act=act, position=position, name=f"Vị trí minh họa {position:02}",
            area=standard.area if standard else Area.QM, unit_id=OFFICE, standard=standard, note=MARK,
        )
        for position, standard in enumerate([*standards, None, None, None], 1)
    ]  # fmt: skip
    return len(PlannedStandard.objects.bulk_create(rows))
