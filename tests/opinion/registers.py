"""MT1 to MT4 and MT6, of domain.md sections 3 and 5: what stands in the registers of standards, CMCs, products,
courses and laboratories, with "whose figure" each is.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Callable
from itertools import zip_longest

from apps.labs.models import (
    CalibrationAndMeasurementCapability,
    CmcStatus,
    ConformityBody,
    CriteriaAssessment,
    DevelopedProduct,
    Laboratory,
    MeasurementStandard,
)
from apps.training.models import Attendance, TrainingCourse
from tests.opinion.counting import (
    Fact,
    Figures,
    Window,
    first_of_each,
    on_the_last_day,
    since_the_beginning,
)


def live(model: type, *names: str) -> dict[int, dict]:
    """The rows of a register that are not taken back, by id."""
    rows = model.objects.values("id", "withdrawn_at", *names)
    return {row["id"]: row for row in rows if row["withdrawn_at"] is None}


def standards(within: list[Window]) -> Figures:
    """MT1: "count of recognised standards (stock at period end)" (targets.csv)."""
    rows = live(MeasurementStandard, "unit_id", "recognised_on", "ended_on", "area").values()
    return on_the_last_day(
        [
            Fact(str(row["id"]), row["unit_id"], row["recognised_on"], row["id"], row["ended_on"],
                 (("area", row["area"]),))
            for row in rows
        ],
        within,
    )  # fmt: skip


def capabilities(within: list[Window]) -> Figures:
    """MT2: "status and date: a stock that can fall"; from a status that publishes until the day of the next."""
    lines = live(CalibrationAndMeasurementCapability, "unit_id", "area")
    statuses = defaultdict(list)
    for row in live(CmcStatus, "cmc_id", "status", "happened_on").values():
        statuses[row["cmc_id"]].append((row["happened_on"], row["status"], row["id"]))
    facts: list[Fact] = []
    for cmc, told in statuses.items():
        told.sort()
        if cmc not in lines:
            continue
        for (day, status, row), after in zip_longest(told, told[1:]):
            if status in ("published", "reinstated"):
                facts.append(Fact(str(cmc), lines[cmc]["unit_id"], day, row, after and after[0],
                                  (("area", lines[cmc]["area"]),)))  # fmt: skip
    return on_the_last_day(facts, within)


def products(within: list[Window]) -> Figures:
    """MT3: "cumulative count of accepted products", of "the producer's" unit; sold or not as the register knows now."""
    rows = live(DevelopedProduct, "unit_id", "accepted_on", "kind", "commercialised_on").values()
    return since_the_beginning(
        [
            Fact(str(row["id"]), row["unit_id"], row["accepted_on"], row["id"],
                 told=(("kind", row["kind"]), ("commercialised", "yes" if row["commercialised_on"] else "no")))
            for row in rows
        ],
        within,
    )  # fmt: skip


def _attendances() -> list[tuple[dict, dict]]:
    courses = live(TrainingCourse, "unit_id", "ends_on", "subject")
    rows = live(Attendance, "course_id", "full_name", "birth_year", "workplace", "audience").values()
    return [(row, courses[row["course_id"]]) for row in rows if row["course_id"] in courses]


def _attendance(thing: str, row: dict, course: dict) -> Fact:
    told = (("audience", row["audience"]), ("subject", course["subject"]))
    return Fact(thing, course["unit_id"], course["ends_on"], row["id"], told=told)


def attendances(within: list[Window]) -> Figures:
    """MT4: "lượt (attendances)", of "the organiser's unit"."""
    return since_the_beginning([_attendance(str(row["id"]), row, of) for row, of in _attendances()], within)


def people(within: list[Window]) -> Figures:
    """MT4a: "a person is known by folded name, year of birth and workplace", and counts at the first course."""
    facts = [
        _attendance(f"{folded(row['full_name'])}|{row['birth_year']}|{folded(row['workplace'])}", row, of)
        for row, of in _attendances()
    ]
    return since_the_beginning(first_of_each(facts), within)


def folded(text: str) -> str:
    """domain.md: "Search ignores accents and treats đ as d" (section 8)."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).split())


def _assessed(thing: Callable[[dict], int], within: list[Window]) -> Figures:
    bodies = live(ConformityBody, "kind")
    labs = live(Laboratory, "unit_id", "body_id")
    facts = []
    for row in live(CriteriaAssessment, "laboratory_id", "assessed_on", "verdict", "criteria_set_id").values():
        lab = labs.get(row["laboratory_id"])
        if row["verdict"] != "met" or lab is None:
            continue
        told = (("body", bodies[lab["body_id"]]["kind"]), ("criteria", row["criteria_set_id"]))
        facts.append(Fact(str(thing(lab)), lab["unit_id"], row["assessed_on"], row["id"], told=told))
    return since_the_beginning(first_of_each(facts), within)


def laboratories(within: list[Window]) -> Figures:
    """MT6: "MT6 counts laboratories, not organisations", of "the laboratory's province"."""
    return _assessed(lambda lab: lab["id"], within)


def bodies(within: list[Window]) -> Figures:
    """MT6a (definition): bodies "có ít nhất một phòng thí nghiệm được đánh giá đạt", once each, at the first."""
    return _assessed(lambda lab: lab["body_id"], within)
