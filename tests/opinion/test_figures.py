"""The seven targets with their parts: what the portal says of random histories, and what plain Python says."""

from bisect import bisect
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import event, given
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.progress.services import recompute
from apps.targets.models import IndicatorValue
from tests.factories.closings import close
from tests.opinion import figures
from tests.opinion.counting import windows
from tests.opinion.doors import as_json, by_dataset, by_file, by_page, by_values
from tests.opinion.histories import CLOSING, TODAY, History, Step, histories
from tests.opinion.trying import tried
from tests.opinion.units import read_links, read_units


@pytest.fixture
def everybody(reference) -> User:
    return User.objects.create_superuser("toan-quyen@example.vn", "mat-khau-rat-dai-996", full_name="Toàn Quyền")


def opinion() -> dict[str, figures.Numbers]:
    units, links, within = read_units(), read_links(), windows(TODAY)
    return {code: figures.as_reported(code, within, units, links) for code in figures.CODES}


def stored() -> dict[str, figures.Numbers]:
    rows = IndicatorValue.objects.filter(known_to=None, basis="register").values(
        "indicator__code", "period__year", "unit_id", "breakdown", "value", "numerator", "denominator"
    )
    found: dict[str, figures.Numbers] = {code: {} for code in figures.CODES}
    for row in rows:
        ratio = row["denominator"] is not None
        number = figures.Number(
            Fraction(row["numerator"] if ratio else row["value"]), Fraction(row["denominator"]) if ratio else None
        )
        if ratio and number.under:
            assert abs(Fraction(row["value"]) - number.value) < Fraction(1, 10**4)
        found[row["indicator__code"]][row["period__year"], row["unit_id"], row["breakdown"]] = number
    return found


def same(portal: dict, model: dict, told: str = "") -> None:
    """Says only what differs: (portal, opinion) by cell."""
    cells = portal.keys() | model.keys()
    assert {cell: (portal.get(cell), model.get(cell)) for cell in cells if portal.get(cell) != model.get(cell)} == {}, (
        told
    )


def agree(portal: dict[str, figures.Numbers], model: dict[str, figures.Numbers]) -> None:
    for code in figures.CODES:
        same(portal[code], model[code], code)


@pytest.mark.django_db
@tried(2)
@given(steps=histories())
def test_stored(everybody, steps):
    with transaction.atomic():
        history = History(everybody)
        for one in steps:
            history.take(*one)
        event(f"{len(history.done)} of {len(steps)}")
        recompute()
        agree(stored(), opinion())
        transaction.set_rollback(True)


# --- as they are read -------------------------------------------------------------------------------------------------


@dataclass
class Known:
    """What was known at each step of a history, and what had been closed by then."""

    moments: list[datetime] = field(default_factory=list)
    told: list[dict[str, figures.Numbers]] = field(default_factory=list)
    closed: list[tuple[datetime, int, datetime]] = field(default_factory=list)  # when, which year, as of

    def count(self) -> None:
        recompute()
        self.told.append(opinion())
        self.moments.append(timezone.now())

    def close(self, year: int) -> None:
        """As known at this moment; of a period without any figure there is nothing to close."""
        if IndicatorValue.objects.filter(period__year=year).exists():
            as_of = timezone.now()
            close(year, as_of=as_of)
            self.closed.append((timezone.now(), year, as_of))

    def at(self, moment: datetime) -> dict[str, figures.Numbers]:
        return (
            self.told[bisect(self.moments, moment) - 1]
            if moment >= self.moments[0]
            else {code: {} for code in figures.CODES}
        )

    def read_at(self, moment: datetime, code: str) -> figures.Numbers:
        """domain.md: "The accepted figure is the figure **as known at `as_of`** of the latest closing"; else as
        known then.
        """
        as_of = {year: known for when, year, known in self.closed if when <= moment}
        years = {cell[0] for told in self.told for cell in told[code]}
        return {
            cell: number
            for year in years
            for cell, number in self.at(as_of.get(year, moment))[code].items()
            if cell[0] == year
        }


@pytest.mark.django_db
@tried(2)
@given(
    steps=histories(CLOSING, CLOSING),
    on=st.sampled_from([date(2024, 6, 1), date(2025, 3, 1), date(2025, 12, 1), TODAY + timedelta(days=40)]),
    picks=st.lists(st.integers(0, 11), min_size=2, max_size=2, unique=True),
)
def test_read_by_every_door_and_as_known_then(everybody, signed_in, steps, on, picks):
    client = signed_in(everybody)
    with transaction.atomic():
        known = _live(everybody, steps)
        counted = [code for code, found in known.told[-1].items() if found] or ["MT5"]
        for code in {counted[pick % len(counted)] for pick in picks}:
            _agree_now(client, known, code, on)
            for moment in known.moments:
                model = known.read_at(moment, code)
                same(by_values(client, code, units="as-reported", known_on=moment.isoformat()), _whole(model), code)
        transaction.set_rollback(True)


def _live(by: User, steps: list[Step]) -> Known:
    known, history = Known(), History(by)
    for at, one in enumerate(steps):
        if one[0] == "close":
            known.close(*one[1])
        else:
            history.take(*one)
        if at % 8 == 7:
            known.count()
    known.count()
    return known


def _whole(found: figures.Numbers) -> figures.Numbers:
    return {cell: number for cell, number in found.items() if not cell[2]}


def _agree_now(client: Any, known: Known, code: str, on: date) -> None:
    links, now = read_links(), known.read_at(known.moments[-1], code)
    current, then = figures.in_units_of(now, links, TODAY), figures.in_units_of(now, links, on)
    same(by_values(client, code), _whole(current), code)
    same(by_values(client, code, units="as-reported"), _whole(now), code)
    same(by_values(client, code, on=on.isoformat()), _whole(then), code)
    for query, model in (({}, current), ({"units": "as-reported"}, now)):
        values = {cell: as_json(one.value) for cell, one in model.items() if one.value is not None}
        same(by_dataset(client, code, **query), values, code)
    for kind, query, model in (("csv", {}, current), ("xlsx", {"units": "as-reported"}, now)):
        found, states = by_file(client, code, kind, **query)
        same(found, _whole(model), code)
        closed = {year for _when, year, _as_of in known.closed}
        assert {year for (year, _unit), state in states.items() if state == "đã chấp nhận"} <= closed
    year = max((cell[0] for cell in current), default=TODAY.year)
    page = by_page(client, code, year)
    same(page, {cell: one for cell, one in _whole(current).items() if cell[1] is None or cell[0] == year}, code)
