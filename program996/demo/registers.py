"""Invented rows of the declared registers: standards and what hangs on them, CMCs, products, laboratories, courses and
who attended, plans. All of it is marked so.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils import timezone

from apps.labs.models import Area, MeasurementStandard
from apps.organisations.models import OrganisationUnit
from apps.organisations.models.units import OrganisationUnitQuerySet
from apps.training.models import Attendance, Audience, Subject, TrainingCourse
from program996.demo.bulk import copy_rows, reserve_ids
from program996.demo.capabilities import load_capabilities
from program996.demo.dice import Dice, Weighted
from program996.demo.labs import load_labs
from program996.demo.plans import load_plans
from program996.demo.programmes import MARK
from program996.demo.years import FIRST_DAY, LAST_DAY, USUAL, Cycle, Years

STANDARDS, BEFORE_2018, ENDED = 38, 24, 2
OFFICE = "BKHCN"
PER_ATTENDANCE = 5.5  # enterprises: 50,000 of them go with some 9,000 attendances
PER_COURSE = 30
WHO: Weighted[str] = Weighted(
    {Audience.ENTERPRISE: 55, Audience.SERVICE: 25, Audience.AUTHORITY: 18, Audience.OTHER: 2}
)
FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ")
MIDDLES = ("Văn", "Thị", "Minh", "Thanh", "Đức", "Ngọc", "Quang", "Thu")
GIVEN = ("An", "Bình", "Cường", "Dung", "Giang", "Hà", "Hùng", "Lan", "Mai", "Nam", "Phúc", "Quân", "Sơn", "Trang")
STAMPS = ("created_at", "updated_at", "withdrawn_reason")


def load_registers(seed: int, enterprises: int, cycle: Cycle = USUAL) -> int:
    """How many rows; the same for the same seed."""
    dice = Dice(seed + 1)
    rows = load_standards(dice) + load_training(dice, round(enterprises / PER_ATTENDANCE), cycle)
    rows += load_plans(Dice(seed + 2))
    return rows + load_capabilities(Dice(seed + 3)) + load_labs(Dice(seed + 4))


def load_standards(dice: Dice) -> int:
    """Most were recognised before the programme began; two are no longer national standards, so the stock fell."""
    rows = []
    for number in range(1, STANDARDS + 1):
        first, last = (date(2004, 1, 5), date(2018, 12, 14)) if number <= BEFORE_2018 else (FIRST_DAY, LAST_DAY)
        area = dice.pick(list(Area))
        ended = date(2023, 6, 30) if number <= ENDED else None
        rows.append(
            MeasurementStandard(
                code=f"MH-{number:02}", name=f"Chuẩn minh họa {number:02} – {area.label}", area=area,
                quantity=str(area.label), unit_id=OFFICE, holder="Tổ chức minh họa", ended_on=ended, note=MARK,
                recognised_on=dice.day(first, last),
            )
        )  # fmt: skip
    return len(MeasurementStandard.objects.bulk_create(rows))


def load_training(dice: Dice, attendances: int, cycle: Cycle) -> int:
    courses = list(_courses(dice, max(1, attendances // PER_COURSE), Years(cycle)))
    now = timezone.now()
    columns = ("id", "code", "title", "subject", "unit_id", "place", "starts_on", "ends_on", "hours", "note", *STAMPS)
    ids = reserve_ids(TrainingCourse, len(courses))
    copy_rows(TrainingCourse, columns, [(pk, *course, now, now, "") for pk, course in zip(ids, courses, strict=True)])
    people = [(*_person(dice, ids[number % len(ids)], number), now, now, "") for number in range(attendances)]
    copy_rows(Attendance, ("course_id", "full_name", "birth_year", "workplace", "audience", "note", *STAMPS), people)
    return len(courses) + len(people)


def _courses(dice: Dice, count: int, years: Years) -> Iterator[tuple]:
    """Held by the provinces of their day, more of them as the years go on."""
    provinces: OrganisationUnitQuerySet = OrganisationUnit.objects.filter(kind=OrganisationUnit.Kind.PROVINCE)
    spans = list(provinces.order_by("pk").values_list("pk", "valid_from", "valid_to"))
    for number in range(1, count + 1):
        day = years.draw_day(dice)
        there = [pk for pk, start, end in spans if (start is None or start <= day) and (end is None or end >= day)]
        subject = dice.pick(list(Subject))
        title = f"Khóa minh họa {number:03} – {subject.label}"
        begun = day - timedelta(days=dice.number(1, 4))
        yield f"MH-{day.year}-{number:03}", title, subject, dice.pick(there), "", begun, day, 24, MARK


def _person(dice: Dice, course: int, number: int) -> tuple:
    name = f"{dice.pick(FAMILIES)} {dice.pick(MIDDLES)} {dice.pick(GIVEN)}"
    workplace = f"Đơn vị minh họa {number + 1}"  # no two alike, so no two people either
    return course, name, dice.number(1965, 2002), workplace, WHO.draw(dice), MARK
