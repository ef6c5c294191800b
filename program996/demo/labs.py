"""Invented bodies and laboratories, what they may do and by what right, and how they stand against the criteria."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from apps.labs.models import (
    Activity,
    BodyKind,
    ConformityBody,
    CriteriaAssessment,
    CriteriaSet,
    Criterion,
    CriterionResult,
    Laboratory,
    MeasurementField,
    Regime,
    Registration,
    ScopeItem,
    Verdict,
)
from program996.demo.bulk import copy_rows, reserve_ids
from program996.demo.dice import Dice, Weighted
from program996.demo.places import Place, Places
from program996.demo.programmes import MARK
from program996.demo.years import FIRST_DAY, LAST_DAY, Years

BODIES, LABS, CRITERIA = 260, 620, 5
CENTRE = "UBTDC"
# Shares: of laboratories that met the criteria one day; of these at their first assessment; of these once more later.
ASSESSED, MET_AT_ONCE, AGAIN = 0.85, 0.8, 0.35
YEARS_HELD = 5
ENDED, OF_LABORATORY = 0.04, 0.6
KINDS: Weighted[str] = Weighted(
    {BodyKind.PUBLIC: 45, BodyKind.PRIVATE: 35, BodyKind.STATE: 12, BodyKind.FOREIGN: 6, BodyKind.OTHER: 2}
)
REGIMES: Weighted[str] = Weighted(
    {Regime.REGISTRATION: 40, Regime.DESIGNATION: 25, Regime.ACCREDITATION: 30, Regime.DECLARATION: 5}
)
VERDICTS: Weighted[str] = Weighted({Verdict.PARTLY: 70, Verdict.NOT_MET: 30})
DECLARED_SINCE = date(2026, 1, 5)  # of an act of that year
STAMPS = ("created_at", "updated_at", "withdrawn_reason")


@dataclass(frozen=True)
class Lab:
    pk: int
    body: int
    number: int
    place: Place
    unit: str
    met_on: date | None


def load_labs(dice: Dice) -> int:
    """How many rows; the same for the same dice."""
    places, years = Places(), Years()
    bodies = reserve_ids(ConformityBody, BODIES)
    seats = [places.draw(dice) for _ in bodies]
    labs = [_lab(dice, pk, at, bodies, seats, years) for at, pk in enumerate(reserve_ids(Laboratory, LABS))]
    rows = _write_bodies(dice, bodies, seats) + _write_labs(labs)
    return rows + _write_scope(dice, labs) + _write_registrations(dice, labs) + _write_assessments(dice, labs)


def _lab(dice: Dice, pk: int, at: int, bodies: Sequence[int], seats: Sequence[Place], years: Years) -> Lab:
    """Each body has one first, where it sits; the others have more of them, some elsewhere."""
    body = at if at < len(bodies) else dice.number(0, len(bodies) - 1)
    place = seats[body] if at < len(bodies) or dice.chance(0.7) else dice.pick(seats)
    met_on = years.draw_day(dice) if dice.chance(ASSESSED) else None
    return Lab(pk, bodies[body], at + 1, place, place.unit_on(met_on or LAST_DAY), met_on)


def _write(model: type, columns: Sequence[str], rows: list[tuple]) -> int:
    now = timezone.now()
    copy_rows(model, (*columns, *STAMPS), [(*row, now, now, "") for row in rows])
    return len(rows)


def _write_bodies(dice: Dice, ids: Sequence[int], seats: Sequence[Place]) -> int:
    rows = [
        (pk, f"MH-TC-{at:03}", f"Tổ chức minh họa {at:03}", KINDS.draw(dice), "", seat.current, "", "", "", MARK)
        for at, (pk, seat) in enumerate(zip(ids, seats, strict=True), 1)
    ]
    columns = ("id", "code", "name", "kind", "tax_code", "unit_id", "address", "office_phone", "office_mail", "note")
    return _write(ConformityBody, columns, rows)


def _write_labs(labs: list[Lab]) -> int:
    rows = [
        (lab.pk, f"MH-PTN-{lab.number:03}", f"Phòng thí nghiệm minh họa {lab.number:03}", lab.body, lab.unit, "", MARK)
        for lab in labs
    ]
    return _write(Laboratory, ("id", "code", "name", "body_id", "unit_id", "address", "note"), rows)


def _write_scope(dice: Dice, labs: list[Lab]) -> int:
    fields = list(MeasurementField.objects.values_list("code", "name"))
    rows = [line for lab in labs for line in _scope(dice, lab, fields)]
    columns = ("laboratory_id", "activity", "field_id", "quantity", "measuring_range", "uncertainty", "method", "note")
    return _write(ScopeItem, columns, rows)


def _scope(dice: Dice, lab: Lab, fields: list[tuple[str, str]]) -> Iterator[tuple]:
    """Three to eight lines, in one field or two."""
    own = [dice.pick(fields), dice.pick(fields)]
    for number in range(1, dice.number(3, 8) + 1):
        code, name = dice.pick(own)
        quantity = f"{name}: phương tiện đo minh họa {number}"
        yield lab.pk, dice.pick(list(Activity)), code, quantity, "", "", f"MH-QT-{dice.number(1, 90):02}", MARK


def _write_registrations(dice: Dice, labs: list[Lab]) -> int:
    rows = [row for lab in labs for row in _registrations(dice, lab)]
    columns = (
        *("number", "regime", "body_id", "laboratory_id", "issuer", "issued_on", "valid_until", "ended_on", "note"),
    )
    return _write(Registration, columns, rows)


def _registrations(dice: Dice, lab: Lab) -> Iterator[tuple]:
    """Each holds for some years; some were taken back before."""
    regime = REGIMES.draw(dice)
    first = DECLARED_SINCE if regime == Regime.DECLARATION else FIRST_DAY
    issued = dice.day(first, LAST_DAY)
    until = None if regime in (Regime.REGISTRATION, Regime.DECLARATION) else issued + timedelta(days=YEARS_HELD * 365)
    ended = min(issued + timedelta(days=dice.number(100, 900)), LAST_DAY) if dice.chance(ENDED) else None
    issuer = "" if regime == Regime.DECLARATION else "Cơ quan cấp minh họa"
    holder = lab.pk if dice.chance(OF_LABORATORY) else None
    yield f"MH-{issued.year}-{lab.number:03}", regime, lab.body, holder, issuer, issued, until, ended, MARK


def _write_assessments(dice: Dice, labs: list[Lab]) -> int:
    told = [(lab, *one) for lab in labs if lab.met_on for one in _assessed(dice, lab.met_on)]
    kept = CriteriaSet.objects.values_list("code", flat=True)[0]
    ids = reserve_ids(CriteriaAssessment, len(told))
    rows = [
        (pk, f"MH-ĐG-{at:04}", lab.pk, kept, day, verdict, "Đoàn đánh giá minh họa", until, MARK)
        for at, (pk, (lab, day, verdict, until)) in enumerate(zip(ids, told, strict=True), 1)
    ]
    columns = ("id", "code", "laboratory_id", "criteria_set_id", "assessed_on", "verdict", "assessor", "valid_until")
    written = _write(CriteriaAssessment, (*columns, "note"), rows)
    verdicts = [verdict for _lab, _day, verdict, _until in told]
    return written + _write_results(dice, kept, list(zip(ids, verdicts, strict=True)))


def _assessed(dice: Dice, met_on: date) -> Iterator[tuple[date, str, date | None]]:
    """Some did not meet the criteria at first; some that did were assessed again, which counts nothing anew."""
    if not dice.chance(MET_AT_ONCE):
        before = met_on - timedelta(days=dice.number(60, 400))
        yield max(before, FIRST_DAY), VERDICTS.draw(dice), None
    yield met_on, Verdict.MET, met_on + timedelta(days=YEARS_HELD * 365)
    again = met_on + timedelta(days=dice.number(900, 1800))
    if again <= LAST_DAY and dice.chance(AGAIN):
        yield again, Verdict.MET, again + timedelta(days=YEARS_HELD * 365)


def _write_results(dice: Dice, criteria_set: str, assessments: list[tuple[int, str]]) -> int:
    """Of every tenth assessment, by criteria whose content nobody invented."""
    ids = reserve_ids(Criterion, CRITERIA)
    criteria = [
        (pk, f"MH-{at:02}", criteria_set, f"Tiêu chí minh họa {at:02}", MARK, CENTRE) for at, pk in enumerate(ids, 1)
    ]
    results = [
        (assessment, criterion, Verdict.MET if verdict == Verdict.MET or dice.chance(0.6) else verdict, MARK)
        for assessment, verdict in assessments[::10]
        for criterion in ids
    ]
    written = _write(Criterion, ("id", "code", "criteria_set_id", "title", "text", "unit_id"), criteria)
    return written + _write(CriterionResult, ("assessment_id", "criterion_id", "verdict", "finding"), results)
