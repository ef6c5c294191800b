"""Invented activities of some units: a few rows in each register, so that every page has something to tell."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any, cast

from apps.activities.models import (
    Agreement,
    Award,
    Communication,
    Difficulty,
    Exchange,
    HighTechProduct,
    InfrastructureReview,
    Inspection,
    InternationalMembership,
    Policy,
    PublicEvent,
)
from apps.registers.models import RegisterRow
from program996.demo.accounts import CENTRE
from program996.demo.dice import Dice
from program996.demo.programmes import MARK
from program996.demo.years import LAST_DAY

# With demonstration accounts; and what stands behind a report for a year in which provinces merged.
UNITS = ("VN-24-2025", "VN-68-2025", "BCT", "BYT", "VCCI", CENTRE)
BEFORE = ("VN-24-2008", "VN-27-2008")
SINCE, BEFORE_MERGER = date(2026, 1, 5), (date(2025, 1, 6), date(2025, 6, 20))


def load_activities(dice: Dice) -> int:
    rows = [row for unit in UNITS for row in _of_unit(dice, unit)]
    rows += [_inspection(dice, unit, dice.day(*BEFORE_MERGER)) for unit in BEFORE]
    rows += _of_centre(dice)
    rows.sort(key=lambda row: row._meta.label)
    return sum(len(cast(Any, model).objects.bulk_create(own)) for model, own in groupby(rows, key=type))


def _day(dice: Dice) -> date:
    return dice.day(SINCE, LAST_DAY)


def _pick(dice: Dice, choices: Any) -> str:
    return str(dice.pick(choices.values))


def _of_unit(dice: Dice, unit: str) -> Iterator[RegisterRow]:
    for number in range(1, dice.number(2, 4) + 1):
        yield _inspection(dice, unit, _day(dice))
        day = _day(dice)
        yield PublicEvent(
            unit_id=unit, title=f"Hội thảo minh họa {number}", kind=_pick(dice, PublicEvent.Kind), place="Hội trường",
            started_on=day, ended_on=day, framework_item_id="B.7", participants=dice.number(30, 200),
            enterprises=dice.number(5, 40), note=MARK,
        )  # fmt: skip
        yield Communication(
            unit_id=unit, title=f"Tin, bài minh họa {number}", channel=_pick(dice, Communication.Channel),
            outlet="Cơ quan báo chí minh họa", published_on=_day(dice), pieces=dice.number(1, 12),
            framework_item_id="B.7", note=MARK,
        )  # fmt: skip
        yield _difficulty(dice, unit, number)
        yield _policy(dice, unit, number)
    yield InfrastructureReview(
        unit_id=unit, title="Hạ tầng đo lường minh họa", year=2025, reviewed_on=_day(dice), framework_item_id="B.1",
        laboratories=dice.number(3, 20), standards=dice.number(20, 90), instruments=dice.number(200, 900),
        gaps="Nội dung minh họa", proposals="Đề xuất minh họa", note=MARK,
    )  # fmt: skip
    yield Award(
        unit_id=unit, recipient="Tập thể minh họa", recipient_kind=Award.Recipient.GROUP, form=_pick(dice, Award.Form),
        decided_on=_day(dice), document=f"{dice.number(10, 900)}/QĐ-MH", merits="Thành tích minh họa", note=MARK,
    )  # fmt: skip


def _inspection(dice: Dice, unit: str, day: date) -> Inspection:
    places, instruments = dice.number(10, 60), dice.number(50, 400)
    asked, is_done = dice.chance(0.5), dice.chance(0.5)
    due = day + timedelta(days=dice.number(15, 60))
    return Inspection(
        unit_id=unit, title=f"Kiểm tra minh họa từ {day:%d/%m/%Y} – {dice.number(100, 999)}",
        kind=Inspection.Kind.CRITERIA if unit == CENTRE else Inspection.Kind.FIELD, started_on=day,
        ended_on=min(day + timedelta(days=dice.number(0, 9)), LAST_DAY),
        framework_item_id="A.2.3.2" if unit == CENTRE else "A.2.3.1", places=places, bad_places=places // 12,
        instruments=instruments, bad_instruments=instruments // 40, packages=dice.number(5, 30), bad_packages=0,
        fines=dice.number(0, 30) * 1_000_000, conclusion="Kết luận minh họa", document=f"{dice.number(10, 900)}/QĐ-MH",
        remedies_due_on=due if asked else None, remedied_on=min(due, LAST_DAY) if asked and is_done else None,
        note=MARK,
    )  # fmt: skip


def _difficulty(dice: Dice, unit: str, number: int) -> Difficulty:
    day = _day(dice)
    answered = min(day + timedelta(days=dice.number(5, 40)), LAST_DAY) if dice.chance(0.6) else None
    return Difficulty(
        unit_id=unit, title=f"Vướng mắc minh họa {number}", raised_by="Nhóm doanh nghiệp minh họa", raised_on=day,
        due_on=day + timedelta(days=30), answered_on=answered, answered_by="Cơ quan minh họa",
        answer="Nội dung trả lời minh họa" if answered else "", note=MARK,
    )  # fmt: skip


def _policy(dice: Dice, unit: str, number: int) -> Policy:
    stage = _pick(dice, Policy.Stage)
    return Policy(
        unit_id=unit, title=f"Văn bản minh họa {number}", kind=_pick(dice, Policy.Kind), stage=stage,
        reached_on=_day(dice), document=f"{dice.number(10, 900)}/MH" if stage == Policy.Stage.ISSUED else "", note=MARK,
    )  # fmt: skip


def _of_centre(dice: Dice) -> Sequence[RegisterRow]:
    """International cooperation, which few others have, and proposals of products."""
    rows: list[RegisterRow] = []
    for number, kind in enumerate(Agreement.Kind.values, 1):
        signed = dice.day(date(2024, 4, 8), date(2025, 12, 20))
        # One soon ends, one has ended, one goes on.
        ends = {1: LAST_DAY + timedelta(days=40), 2: LAST_DAY - timedelta(days=60)}.get(number)
        rows.append(
            Agreement(
                unit_id=CENTRE, title=f"Thỏa thuận minh họa {number}", kind=kind, parties="Các bên minh họa",
                signed_on=signed, in_force_on=signed, expires_on=ends, framework_item_id="A.2.5.3", note=MARK,
            )
        )  # fmt: skip
    for number, role in enumerate(InternationalMembership.Role.values[:4], 1):
        rows.append(
            InternationalMembership(
                unit_id=CENTRE, organisation=f"Tổ chức minh họa {number}", committee="Ban kỹ thuật minh họa", role=role,
                began_on=dice.day(date(2024, 4, 8), LAST_DAY), framework_item_id="A.2.5.1", note=MARK,
            )
        )  # fmt: skip
    for number, kind in enumerate(Exchange.Kind.values, 1):
        day = _day(dice)
        rows.append(
            Exchange(
                unit_id=CENTRE, title=f"Trao đổi minh họa {number}", kind=kind, partner="Viện minh họa",
                country="Quốc gia minh họa", started_on=day, ended_on=day, people=dice.number(2, 20),
                framework_item_id="A.2.5.2", note=MARK,
            )
        )  # fmt: skip
    for number, product in enumerate(HighTechProduct.Kind.values, 1):
        rows.append(
            HighTechProduct(
                unit_id=CENTRE, name=f"Sản phẩm minh họa {number}", kind=product, proposed_on=_day(dice),
                framework_item_id="A.2.1.4", reason="Lý do minh họa", note=MARK,
            )
        )  # fmt: skip
    return rows
