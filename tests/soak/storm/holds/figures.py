"""Figures: stored as the facts make them, alike in both views of the nation, and what was accepted stays."""

from collections.abc import Iterator
from typing import Any

from apps.core.derived import derived_tables
from apps.organisations.asked import UnitView
from apps.progress.figures import figures
from apps.targets.models import Indicator, RecomputeRequest
from tests.progress.told import NATION, by_api
from tests.soak.storm.actors import Actor
from tests.soak.storm.holds import hold
from tests.soak.storm.storm import Storm

MOST = 5


@hold
def every_derived_table_follows_from_the_facts(storm: Storm) -> Iterator[str]:
    """As `check_figures` says, which asks all of them."""
    for derived in derived_tables():
        yield from (f"{derived.name}: {line}" for line in derived.disagreements()[:MOST])
    if RecomputeRequest.objects.exists():
        yield f"{RecomputeRequest.objects.count()} requests to count anew are left"


@hold
def the_nation_is_one_in_both_views(storm: Storm) -> Iterator[str]:
    """As the API tells it, and its units count up to it."""
    reader = _reader(storm)
    if reader is None:
        return
    for one in Indicator.objects.order_by("position", "code"):
        views = {units: by_api(reader.client, one.code, units, is_whole=False) for units in ("current", "as-reported")}
        nations = {units: _of_nation(rows) for units, rows in views.items()}
        if nations["current"] != nations["as-reported"]:
            yield f"{one.code}: {nations}"
        if one.adds_up:
            yield from (f"{one.code} {line}" for rows in views.values() for line in _sums(one, rows))


def _reader(storm: Storm) -> Actor | None:
    """Somebody who reads all and whose account is open today."""
    from apps.people.rights import rights_of

    for one in storm.people:
        sees = "targets.view_indicatorvalue" in rights_of(storm.doors.user(one)).everywhere
        if sees and not one.key and one.sign_in(storm.today, anew=True):
            return one
    return None


def _of_nation(rows: dict[Any, dict[str, Any]]) -> dict[int, Any]:
    return {year: row["exact"]["value"] for (year, unit, _part), row in rows.items() if unit == NATION}


def _sums(one: Indicator, rows: dict[Any, dict[str, Any]]) -> Iterator[str]:
    from decimal import Decimal

    name = "numerator" if one.aggregation == Indicator.Aggregation.RATIO else "value"
    for year in {year for year, _unit, _part in rows}:
        nation = rows.get((year, NATION, ""))
        counted = [row["exact"]["counted"] for (of, unit, _part), row in rows.items() if of == year and unit != NATION]
        added = sum((Decimal(value) for value in counted if value is not None), Decimal(0))
        told = Decimal(nation["exact"][name] or 0) if nation else Decimal(0)
        if added != told:
            yield f"{year}: the units count {added}, the nation {told}"


@hold
def what_was_accepted_stays(storm: Storm) -> Iterator[str]:
    """A figure of a closed year is the same until the year is closed anew."""
    now = {}
    for one in Indicator.objects.all():
        for row in figures(one, view=UnitView.AS_REPORTED, breakdown=None):
            if row.is_accepted and row.value is not None:  # of what came since only that it came is told
                now[one.code, row.year, row.unit_id, row.breakdown, row.version] = (row.value, row.numerator)
    latest = {(year, version) for _code, year, _unit, _part, version in now}
    before = storm.memory.get("accepted", {})
    known = {(year, version) for _code, year, _unit, _part, version in before}
    for key in before.keys() | now.keys():
        year, version = key[1], key[-1]
        if (year, version) in latest & known and now.get(key) != before.get(key):
            yield f"{key}: was {before.get(key)}, is {now.get(key)}"
    storm.memory["accepted"] = now
