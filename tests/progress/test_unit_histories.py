"""Random histories of units × random figures: what a view shows is what the rules say, and the nation is one."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from apps.organisations.asked import UnitView
from apps.organisations.models import OrganisationUnit, Succession
from apps.progress.figures import figures, totals
from apps.targets.models import Indicator, IndicatorValue, Period
from tests.examples import examples

YEARS = (2023, 2024, 2025, 2026)
FIRST = date(2023, 1, 10)
DAYS = st.sampled_from([date(2023, 7, 1), date(2024, 3, 1), date(2024, 12, 14), date(2025, 7, 1), date(2026, 1, 10)])
ON = st.sampled_from([date(2023, 1, 1), date(2024, 6, 1), date(2025, 3, 1), date(2025, 12, 1), date(2026, 11, 21)])
SHARES = [["0.6", "0.4"], ["0.333333", "0.333333", "0.333334"], ["0.1", "0.9"], ["1", "0"]]
KINDS = [
    ("sum", "register", False),
    ("cumulative", "report", False),
    ("distinct", "report", False),
    ("latest", "register", True),
    ("latest", "report", True),
    ("latest", "register", False),
    ("latest", "report", False),
    ("ratio", "report", False),
]


@dataclass(frozen=True)
class Link:
    before: str
    after: str
    day: date
    relation: str
    share: Fraction


@dataclass(frozen=True)
class Value:
    unit: str
    year: int
    value: Decimal
    over: int
    covers: bool


@st.composite
def histories(draw) -> tuple[list[str], list[Link]]:
    """Four units; then one thing after another befalls units that are still there, on days in order."""
    units, alive, links = [f"U{n}" for n in range(4)], [f"U{n}" for n in range(4)], []
    for day in sorted(draw(st.lists(DAYS, min_size=1, max_size=4))):
        kind = draw(st.sampled_from(["merger", "split", "absorption", "same under a new id", "functions", "renaming"]))
        many = draw(st.permutations(alive))[: draw(st.integers(2, 3))]
        if kind == "renaming" or (len(many) < 2 and kind in ("merger", "absorption", "functions")):
            continue  # a unit that is renamed keeps its id: nothing follows it
        if kind == "functions":
            links.append(Link(many[0], many[1], day, "functions", Fraction(0)))
            continue
        shares = [Fraction(share) for share in draw(st.sampled_from(SHARES))] if kind == "split" else [Fraction(1)]
        gone = many if kind == "merger" else many[1:] if kind == "absorption" else many[:1]
        new = [f"U{len(units) + n}" for n in range(len(shares))]
        heirs = many[:1] if kind == "absorption" else new
        relation = {"split": "split", "same under a new id": "unchanged"}.get(kind, "merged")
        links += [
            Link(one, heir, day, relation, share) for one in gone for heir, share in zip(heirs, shares, strict=True)
        ]
        units += [] if kind == "absorption" else new
        alive = [one for one in alive if one not in gone] + ([] if kind == "absorption" else new)
    pairs = {(link.before, link.after): link for link in reversed(links)}
    return units, list(pairs.values())


@st.composite
def worlds(draw):
    units, links = draw(histories())
    values = [
        Value(unit, year, Decimal(draw(st.integers(0, 99_999))) / 100, draw(st.integers(0, 40)), draw(st.booleans()))
        for unit in units
        for year in YEARS
        if draw(st.integers(0, 9)) < 7
    ]
    return units, links, values, draw(ON)


class Rules:
    """The rules of the views in plain Python, over one way of counting."""

    def __init__(self, kind: tuple[str, str, bool], links: list[Link], values: list[Value], ends: dict[int, date]):
        self.aggregation, basis, adds_up = kind
        self.adds_up = adds_up or self.aggregation != "latest"
        self.contains = self.aggregation == "latest" and (basis == "report" or not self.adds_up)
        self.reports = basis == "report"
        self.links = [link for link in links if link.share]
        self.values, self.ends = values, ends

    def covers(self, link: Link, year: int) -> bool:
        heir = next((one for one in self.values if (one.unit, one.year) == (link.after, year)), None)
        if heir is None:
            return False
        return (heir.covers and self.reports) or (self.contains and link.day <= self.ends[year])

    def paths(self, unit: str) -> list[list[Link]]:
        steps = [link for link in self.links if link.before == unit]
        return [[link, *rest] for link in steps for rest in self.paths(link.after)] if steps else [[]]

    def pieces(self, value: Value, on: date | None) -> list[tuple[str, Fraction, bool, bool]]:
        """Where the pieces of one reported value stand: unit, share, covered, the same unit under another id."""
        found = []
        for path in self.paths(value.unit):
            share, place, same, moving = Fraction(1), value.unit, True, on is not None
            for link in path:
                share *= link.share
                same &= link.relation == "unchanged"
                moving = moving and link.day <= on
                place = link.after if moving else place
            found.append((place, share, any(self.covers(link, value.year) for link in path), same))
        return found

    def counted(self, year: int) -> tuple[Fraction, Fraction]:
        """What the nation has: every reported value but for its covered pieces; and the same of what stands below."""
        free = [
            (value, share)
            for value in self.values
            if value.year == year
            for _place, share, covered, _same in self.pieces(value, None)
            if not covered
        ]
        return sum((Fraction(v.value) * s for v, s in free), Fraction(0)), sum(
            (v.over * s for v, s in free), Fraction(0)
        )

    def shown(self, year: int, on: date | None) -> dict[str, Fraction | None]:
        stacks: dict[str, list] = {}
        for value in self.values:
            if value.year != year:
                continue
            for place, share, covered, same in self.pieces(value, on):
                if place == value.unit or not covered:
                    stacks.setdefault(place, []).append((value, share, same))
        return {unit: self._figure(unit, stack) for unit, stack in stacks.items()}

    def _figure(self, unit: str, stack: list) -> Fraction | None:
        if not self.adds_up:
            own = [piece for piece in stack if piece[0].unit == unit]
            if not own and (len({value.unit for value, *_ in stack}) > 1 or not all(same for *_, same in stack)):
                return None
            stack = own or stack
        top = sum((Fraction(value.value) * share for value, share, _same in stack), Fraction(0))
        if self.aggregation != "ratio":
            return top
        under = sum((value.over * share for value, share, _same in stack), Fraction(0))
        return top / under * 100 if under else None


@pytest.mark.django_db
@settings(max_examples=examples(10), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=worlds(), on=ON)
def test_both_views_follow_the_rules_and_have_one_nation(reference, world, on):
    units, links, values, _day = world
    ends = dict(Period.objects.filter(year__in=YEARS).values_list("year", "ends_on"))
    event(f"{len(links)} successions, {len(units)} units")
    with transaction.atomic():
        for kind, indicator in _store(units, links, values).items():
            rules = Rules(kind, links, values, ends)
            for view, day in ((UnitView.CURRENT, on), (UnitView.AS_REPORTED, None)):
                found = figures(indicator, view=view, on=on)
                for year in YEARS:
                    shown = {one.unit_id: one.value for one in found if one.year == year and one.unit_id}
                    _same(shown, rules.shown(year, day), rules.aggregation == "ratio")
                if rules.adds_up:
                    _check_nation(rules, indicator, view, on, found)
            _check_views_are_one(indicator, on)
        transaction.set_rollback(True)


def _same(shown: dict, wanted: dict, is_quotient: bool) -> None:
    assert shown.keys() == wanted.keys()
    for unit, value in shown.items():
        if value is None or not is_quotient:
            assert (None if value is None else Fraction(value)) == wanted[unit]
        else:
            assert abs(Fraction(value) - wanted[unit]) < Fraction(1, 10**9)


def _check_nation(rules: Rules, indicator: Indicator, view: UnitView, on: date, found: list) -> None:
    made = {one.year: one for one in totals(indicator, view=view, on=on)}
    for year in YEARS:
        top, under = rules.counted(year)
        rows = [one for one in found if one.year == year and one.is_counted]
        with localcontext(prec=80):
            assert Fraction(sum((one.counted for one in rows), Decimal(0))) == top, "the printed parts make the whole"
        if year not in made:
            assert not rows
        elif rules.aggregation == "ratio":
            assert (Fraction(made[year].numerator), Fraction(made[year].denominator)) == (top, under)
        else:
            assert Fraction(made[year].value) == top


def _check_views_are_one(indicator: Indicator, on: date) -> None:
    """To the last digit, in every period."""
    first, second = (totals(indicator, view=view, on=on) for view in UnitView)
    assert first == second
    assert first or not indicator.values.exists()


def _store(units: list[str], links: list[Link], values: list[Value]) -> dict[tuple, Indicator]:
    OrganisationUnit.objects.bulk_create(
        OrganisationUnit(id=unit, slug=unit.lower(), kind="province", valid_from=FIRST) for unit in units
    )
    Succession.objects.bulk_create(
        Succession(
            predecessor_id=link.before,
            successor_id=link.after,
            effective_on=link.day,
            relation=link.relation,
            share=Decimal(link.share.numerator) / link.share.denominator,
        )
        for link in links
    )
    made = {}
    for number, (aggregation, basis, adds_up) in enumerate(KINDS):
        made[aggregation, basis, adds_up] = Indicator(
            code=f"X{number}", name="x", short_name="x", label="x", unit_label="x", aggregation=aggregation,
            basis=basis, stock_adds_up=adds_up,
        )  # fmt: skip
    Indicator.objects.bulk_create(made.values())
    periods = {period.year: period for period in Period.objects.filter(year__in=YEARS)}
    IndicatorValue.objects.bulk_create(_values(made, periods, values))
    return made


def _values(made: dict[tuple, Indicator], periods: dict[int, Period], values: list[Value]) -> list[IndicatorValue]:
    rows = []
    for (aggregation, basis, adds_up), indicator in made.items():
        common = {"indicator": indicator, "basis": basis, "known_from": timezone.now()}
        ratio = aggregation == "ratio"
        for one in values:
            rows.append(
                IndicatorValue(
                    period=periods[one.year],
                    unit_id=one.unit,
                    value=one.value,
                    numerator=one.value if ratio else None,
                    denominator=one.over if ratio else None,
                    covers_predecessors=one.covers and basis == "report",
                    **common,
                )
            )
        if aggregation == "latest" and not adds_up:
            rows.append(IndicatorValue(period=periods[2025], unit_id=None, value=7, **common))
    return rows
