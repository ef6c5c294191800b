"""Stored figures, read in one of two unit views. The one switch that pages, exports and API share.

Rules, by aggregation (domain: organisations in time). A figure stays on the unit that reported it; the current view
carries it along the successions, with their shares, to the units of the day.

- sum, cumulative, distinct: figures of units add up.
- latest: they add up where the indicator says so. Elsewhere the current view shows the unit's own figure, or that of
  the same unit under a former id, else none: never a wrong sum.
- ratio: worked out from the sums of numerators and denominators, never averaged.
- The same fact never counts twice. On the register a fact stands in one unit. In a report a successor's figure may be
  of the whole period, its predecessors' part included (`covers_predecessors`); a stock is so by nature from the end of
  the period on in which the successor came. The predecessors' figures of that period are then *covered*: shown where
  they were reported, marked, and counted in neither view.

What is counted is therefore the same in both views, to the last digit: shares are exact, rounding is for the screen.

A closed period is read as known at the moment of its latest closing (`period_moments`): that is the accepted figure.
What came or changed since stands beside it as `since`, the figure as known now, and moves nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.reading import connection
from apps.organisations.asked import UnitView
from apps.targets.models import Indicator


class Note(TextChoices):
    """What a reader must know of a figure; or why there is none."""

    COVERED = "covered", _("Đơn vị kế thừa đã báo cáo cả phần này: không cộng vào toàn quốc.")
    PARTLY_COVERED = "partly_covered", _("Đơn vị kế thừa đã báo cáo một phần số này: chỉ phần còn lại được cộng.")
    OWN_PART_ONLY = "own_part_only", _("Chỉ là số của chính đơn vị, không gồm đơn vị đã nhập vào.")
    DOES_NOT_ADD_UP = "does_not_add_up", _("Không cộng được số của các đơn vị trước sắp xếp.")
    NO_DENOMINATOR = "no_denominator", _("Thiếu tử số hoặc mẫu số nên không tính được tỷ lệ.")
    NOTHING_BELOW = "nothing_below", _("Mẫu số bằng 0 nên không tính được tỷ lệ.")
    AFTER_CLOSING = "after_closing", _("Có sau khi chốt kỳ: chưa vào số đã chấp nhận.")


class Figure(NamedTuple):
    """One figure of an indicator; `unit_id` None is the nation. Accepted once its period is closed.

    `version` and `as_of` are of the closing it is read by (None: not closed), `since` is the same figure as known now.
    """

    period: str
    year: int
    unit_id: str | None
    breakdown: str
    value: Decimal | None  # None: no figure, and `note` says why
    numerator: Decimal | None  # both of a ratio, else None
    denominator: Decimal | None
    counted: Decimal | None  # what of it adds to the nation's figure (of a ratio: to its numerator); None: nothing
    note: str
    known_from: datetime
    version: int | None = None
    as_of: datetime | None = None
    since: Decimal | None = None

    @property
    def is_accepted(self) -> bool:
        return self.version is not None

    @property
    def adjustment(self) -> Decimal | None:
        """What came since the closing; None while the period is open."""
        return (self.since or 0) - (self.value or Decimal(0)) if self.is_accepted else None

    @property
    def is_counted(self) -> bool:
        return self.counted is not None

    @property
    def note_text(self) -> str:
        return str(Note(self.note).label) if self.note else ""


@dataclass(frozen=True)
class Total:
    """The nation's figure of one period, from the units' rows of a view."""

    period: str
    year: int
    breakdown: str
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None


# asked: the indicators, each with its way of adding (`rule`), and who may cover whom. moments: as known when each
# period is read: `shown` by its closing, where anything changed after that, `since` as known at the asked moment, and
# where it is asked for, `before`: the year before the asked one, as known when that is read.
# known: the asked figures of those moments. covering: units whose figures of a period stand for their predecessors'
# too. walk: from every unit with figures along its successions to the last unit there is, whatever the day, for a
# covered figure must be found in both views and on any day; shown_id is where the asked day lets it stand, as in
# unit_successors(day). On the day "-infinity" every figure stands where it was reported: that is the other view.
_WALK = """
    WITH RECURSIVE asked AS (
        SELECT * FROM unnest(%(indicators)s::bigint[], %(bases)s::text[], %(rules)s::text[], %(contains)s::boolean[],
                             %(may_cover)s::boolean[]) AS a(indicator_id, basis, rule, contains, may_cover)
    ), periods AS MATERIALIZED (
        SELECT per.id AS period_id, per.year, per.ends_on,
               CASE WHEN %(accepted)s THEN m.version END AS version, CASE WHEN %(accepted)s THEN m.as_of END AS as_of
        FROM period_moments(%(known_on)s) m JOIN targets_period per ON per.id = m.period_id
        WHERE %(years)s::int[] IS NULL OR per.year = ANY(%(years)s)
    ), moments AS MATERIALIZED (
        SELECT 'shown' AS reading, period_id, ends_on, version, as_of, coalesce(as_of, %(known_on)s) AS moment
        FROM periods
        UNION ALL
        SELECT 'since', period_id, ends_on, version, as_of, %(known_on)s FROM periods p
        WHERE %(since)s AND as_of IS NOT NULL AND EXISTS (
            SELECT 1 FROM targets_indicatorvalue v
            WHERE v.indicator_id = ANY(%(indicators)s) AND v.period_id = p.period_id
              AND v.known_from <= %(known_on)s AND greatest(v.known_from, v.known_to) > p.as_of
        )
        UNION ALL
        SELECT 'before', b.id, b.ends_on, NULL, NULL, coalesce(p.as_of, %(known_on)s)
        FROM periods p JOIN targets_period b ON b.year = p.year - 1 WHERE %(before)s
    ), known AS (
        SELECT m.reading, a.indicator_id, a.rule, v.unit_id, v.period_id, m.ends_on, v.breakdown, v.value, v.numerator,
               v.denominator, v.known_from
        FROM targets_indicatorvalue v JOIN moments m ON m.period_id = v.period_id
         AND v.known_from <= m.moment AND (v.known_to IS NULL OR v.known_to > m.moment)
        JOIN asked a ON a.indicator_id = v.indicator_id AND a.basis = v.basis
        WHERE v.indicator_id = ANY(%(indicators)s)
          AND (%(breakdown)s IS NULL OR v.breakdown = %(breakdown)s
               OR (%(breakdown)s <> '' AND v.breakdown LIKE %(prefix)s))
          AND (NOT %(national)s OR v.unit_id IS NULL)
    ), covering AS MATERIALIZED (
        SELECT m.reading, a.indicator_id, v.unit_id, v.period_id, bool_or(v.covers_predecessors) AS is_said
        FROM targets_indicatorvalue v JOIN moments m ON m.period_id = v.period_id
         AND v.known_from <= m.moment AND (v.known_to IS NULL OR v.known_to > m.moment)
        JOIN asked a ON a.indicator_id = v.indicator_id AND a.basis = v.basis
        WHERE a.may_cover AND v.indicator_id = ANY(%(indicators)s) AND v.unit_id IS NOT NULL
          AND (a.contains OR v.covers_predecessors)
        GROUP BY 1, 2, 3, 4
    ), walk(reading, indicator_id, origin_id, period_id, ends_on, shown_id, unit_id, share, is_same, is_covered) AS (
        SELECT DISTINCT reading, indicator_id, unit_id, period_id, ends_on, unit_id, unit_id, 1::numeric, true, false
        FROM known WHERE unit_id IS NOT NULL
        UNION ALL
        SELECT w.reading, w.indicator_id, w.origin_id, w.period_id, w.ends_on,
               CASE WHEN w.shown_id = w.unit_id AND s.effective_on <= %(on)s::date
                    THEN s.successor_id ELSE w.shown_id END,
               s.successor_id, w.share * s.share, w.is_same AND s.relation IN ('unchanged', 'renamed'),
               w.is_covered OR (c.unit_id IS NOT NULL AND (c.is_said OR s.effective_on <= w.ends_on))
        FROM walk w JOIN organisations_succession s ON s.predecessor_id = w.unit_id AND s.share > 0
        LEFT JOIN covering c ON c.unit_id = s.successor_id AND c.period_id = w.period_id
             AND c.indicator_id = w.indicator_id AND c.reading = w.reading
    ), parts AS (
        SELECT reading, indicator_id, origin_id, period_id, shown_id, is_covered, bool_and(is_same) AS is_same,
               sum(share) AS share
        FROM walk w
        WHERE NOT EXISTS (
            SELECT 1 FROM organisations_succession s WHERE s.predecessor_id = w.unit_id AND s.share > 0
        )
        GROUP BY 1, 2, 3, 4, 5, 6
    ), placed AS (
        SELECT k.reading, k.indicator_id, k.rule, k.period_id, p.shown_id AS unit_id, k.breakdown,
               k.unit_id AS origin_id, k.known_from, coalesce(p.shown_id = k.unit_id, true) AS is_own,
               coalesce(p.is_same, true) AS is_same,
               coalesce(p.is_covered, false) AS is_covered, k.value * coalesce(p.share, 1) AS value,
               k.numerator * coalesce(p.share, 1) AS numerator, k.denominator * coalesce(p.share, 1) AS denominator
        FROM known k
        LEFT JOIN parts p ON p.origin_id = k.unit_id AND p.period_id = k.period_id
         AND p.indicator_id = k.indicator_id AND p.reading = k.reading
        WHERE k.unit_id IS NULL OR NOT p.is_covered OR p.shown_id = p.origin_id
    ), summed AS (
        SELECT reading, indicator_id, rule, period_id, unit_id, breakdown, max(known_from) AS known_from,
               bool_or(is_own) AS is_own, bool_or(is_covered) AS is_covered, count(DISTINCT origin_id) AS origins,
               bool_and(is_same) AS is_same, sum(value) AS value, sum(value) FILTER (WHERE is_own) AS own,
               sum(value) FILTER (WHERE NOT is_covered) AS counted,
               sum(numerator) AS numerator, sum(denominator) AS denominator,
               sum(numerator) FILTER (WHERE NOT is_covered) AS counted_numerator,
               sum(denominator) FILTER (WHERE NOT is_covered) AS counted_denominator,
               bool_and(denominator IS NOT NULL) AS has_denominator,
               bool_and(denominator IS NOT NULL) FILTER (WHERE NOT is_covered) AS is_whole
        FROM placed GROUP BY 1, 2, 3, 4, 5, 6
    )
"""
# Equal numbers must give equal quotients, whatever zeros stand behind their points.
_QUOTIENT = "trim_scale({0}) * 100 / nullif(trim_scale({1}), 0)"
# By the way of adding: what is shown, what is counted of it, and what must be said.
_COVERED = """CASE WHEN counted IS NULL THEN 'covered' WHEN is_covered THEN 'partly_covered' ELSE '' END"""
_ROWS = f"""
    SELECT reading, indicator_id, period_id, unit_id, breakdown, known_from, is_whole,
           CASE rule WHEN 'ratio' THEN CASE WHEN has_denominator THEN {_QUOTIENT.format("numerator", "denominator")} END
                     WHEN 'added' THEN value
                     ELSE CASE WHEN is_own THEN own WHEN origins = 1 AND is_same THEN value END END AS value,
           CASE rule WHEN 'ratio' THEN numerator END AS numerator,
           CASE rule WHEN 'ratio' THEN denominator END AS denominator,
           CASE rule WHEN 'ratio' THEN counted_numerator WHEN 'added' THEN counted END AS counted,
           CASE rule WHEN 'ratio' THEN counted_denominator END AS counted_denominator,
           CASE rule WHEN 'ratio' THEN
                     CASE WHEN NOT has_denominator THEN 'no_denominator' WHEN denominator = 0 THEN 'nothing_below'
                          ELSE {_COVERED.replace("counted IS", "counted_numerator IS")} END
                     WHEN 'added' THEN {_COVERED}
                     ELSE CASE WHEN is_own THEN CASE WHEN origins > 1 THEN 'own_part_only' ELSE '' END
                               WHEN origins = 1 AND is_same THEN '' ELSE 'does_not_add_up' END END AS note
    FROM summed
"""
# Of a closed period where nothing changed, the figure as known now is the one that is shown.
_FIGURES = f"""
    {_WALK}, made AS MATERIALIZED ({_ROWS}),
    read AS (
        SELECT f.*, f.value AS now FROM made f WHERE f.reading = 'shown' AND NOT EXISTS (
            SELECT 1 FROM moments m WHERE m.reading = 'since' AND m.period_id = f.period_id
        )
        UNION ALL
        SELECT 'shown', coalesce(f.indicator_id, s.indicator_id), coalesce(f.period_id, s.period_id),
               coalesce(f.unit_id, s.unit_id), coalesce(f.breakdown, s.breakdown),
               coalesce(f.known_from, s.known_from), f.is_whole, f.value, f.numerator, f.denominator, f.counted,
               f.counted_denominator, coalesce(f.note, 'after_closing'), s.value
        FROM (SELECT *, coalesce(unit_id, '') AS place FROM made WHERE reading = 'shown' AND period_id IN (
                  SELECT period_id FROM moments WHERE reading = 'since')) f
        FULL JOIN (SELECT *, coalesce(unit_id, '') AS place FROM made WHERE reading = 'since') s
          ON s.indicator_id = f.indicator_id AND s.period_id = f.period_id AND s.place = f.place
         AND s.breakdown = f.breakdown
        UNION ALL
        SELECT *, NULL FROM made WHERE reading = 'before'
    )
    SELECT f.indicator_id, per.code, per.year, f.unit_id, f.breakdown, f.value, f.numerator, f.denominator, f.counted,
           f.note, f.known_from, p.version, p.as_of, CASE WHEN p.version IS NOT NULL THEN f.now END
    FROM read f JOIN targets_period per ON per.id = f.period_id LEFT JOIN periods p ON p.period_id = f.period_id
    WHERE %(unit)s IS NULL OR f.unit_id = %(unit)s
    ORDER BY per.year, f.unit_id NULLS FIRST, f.breakdown
"""
_TOTALS = """
    {walk}
    SELECT per.code, per.year, f.breakdown, {value}, {numerator}, sum(f.counted_denominator)
    FROM ({rows}) f JOIN targets_period per ON per.id = f.period_id
    WHERE f.unit_id IS NOT NULL
    GROUP BY 1, 2, 3 ORDER BY 2, 3
"""


def figures(
    indicator: Indicator,
    *,
    view: UnitView = UnitView.CURRENT,
    year: int | None = None,
    unit: str | None = None,
    national: bool = False,
    breakdown: str | None = "",
    known_on: datetime | None = None,
    on: date | None = None,
    accepted: bool = True,
    basis: str | None = None,
) -> list[Figure]:
    """Figures of one indicator, ordered by year, nation first, then unit id.

    `breakdown`: '' the totals, `ownership` all of that breakdown, `ownership=state` one of them, None everything.
    `known_on`: as known and closed at that moment. `on`: the day whose units the current view shows (today).
    `accepted` False: as known at that moment, whatever was closed. `basis`: the other one than the indicator's own.
    """
    asked = _asked([indicator], view, on, known_on, accepted, basis) | _narrowed(year, unit, breakdown)
    return _read([indicator], asked | {"national": national, "since": accepted})[indicator.pk]


def figures_of_unit(
    indicators: Sequence[Indicator],
    unit: str | None,
    *,
    view: UnitView = UnitView.CURRENT,
    on: date | None = None,
    known_on: datetime | None = None,
    basis: str | None = None,
) -> dict[int, list[Figure]]:
    """The figures of one unit (None: the nation) by indicator id, ordered by year: all indicators in one statement."""
    asked = _asked(indicators, view, on, known_on, True, basis) | _narrowed(None, unit, "")
    return _read(indicators, asked | {"national": unit is None, "since": True})


def figures_of_years(
    indicators: Sequence[Indicator],
    years: Sequence[int],
    *,
    view: UnitView = UnitView.CURRENT,
    on: date | None = None,
    known_on: datetime | None = None,
) -> dict[int, list[Figure]]:
    """The units' and the nation's figures of some years by indicator id: all indicators in one statement."""
    asked = _asked(indicators, view, on, known_on, True) | _narrowed(None, None, "")
    return _read(indicators, asked | {"years": list(years), "national": False, "since": True})


def figures_of_year(
    indicator: Indicator,
    year: int,
    *,
    view: UnitView = UnitView.CURRENT,
    on: date | None = None,
    known_on: datetime | None = None,
) -> tuple[list[Figure], list[Figure]]:
    """The units' figures of a year, and those of the year before as known when the year is read."""
    asked = _asked([indicator], view, on, known_on, True) | _narrowed(year, None, "")
    read = _read([indicator], asked | {"national": False, "since": True, "before": True})[indicator.pk]
    of_units = [one for one in read if one.unit_id is not None]
    return [one for one in of_units if one.year == year], [one for one in of_units if one.year != year]


def figures_as_of(
    indicators: Sequence[Indicator], year: int, moment: datetime, *, view: UnitView, on: date
) -> dict[int, list[Figure]]:
    """The units' and the nation's figures of a year as known at a moment, by indicator id: all in one statement."""
    asked = _asked(indicators, view, on, moment, False) | _narrowed(year, None, "")
    return _read(indicators, asked | {"national": False, "since": False})


def _read(indicators: Sequence[Indicator], asked: dict[str, Any]) -> dict[int, list[Figure]]:
    found: dict[int, list[Figure]] = {indicator.pk: [] for indicator in indicators}
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES, {"before": False} | asked)
        for row in cursor.fetchall():
            found[row[0]].append(Figure._make(row[1:]))
    return found


def totals(
    indicator: Indicator,
    *,
    view: UnitView = UnitView.CURRENT,
    year: int | None = None,
    breakdown: str | None = "",
    known_on: datetime | None = None,
    on: date | None = None,
    accepted: bool = True,
    basis: str | None = None,
) -> list[Total]:
    """The nation's figures, from the units' rows of a view: the same in both.

    Of what does not add up over units, the nation's own figure: there is no other.
    """
    if not indicator.adds_up:
        found = figures(
            indicator, view=view, year=year, national=True, breakdown=breakdown, known_on=known_on, accepted=accepted,
            basis=basis,
        )  # fmt: skip
        known = [one for one in found if one.note != Note.AFTER_CLOSING]
        return [Total(one.period, one.year, one.breakdown, one.value, None, None) for one in known]
    sums = {"value": "sum(f.counted)", "numerator": "NULL::numeric"}
    if indicator.aggregation == Indicator.Aggregation.RATIO:
        quotient = _QUOTIENT.format("sum(f.counted)", "sum(f.counted_denominator)")
        sums = {"value": f"CASE WHEN bool_and(f.is_whole) THEN {quotient} END"}
        sums["numerator"] = "sum(f.counted)"
    asked = _asked([indicator], view, on, known_on, accepted, basis) | _narrowed(year, None, breakdown)
    asked |= {"national": False, "since": False, "before": False}
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS.format(walk=_WALK, rows=_ROWS, **sums), asked)
        return [Total(*row) for row in cursor.fetchall()]


def _rule(indicator: Indicator) -> str:
    if indicator.aggregation == Indicator.Aggregation.RATIO:
        return "ratio"
    return "added" if indicator.adds_up else "own"


def _contains(indicator: Indicator, basis: str) -> bool:
    """Things of a register stand in one unit each, so not even a stock there contains another; a level always does."""
    is_stock = indicator.aggregation == Indicator.Aggregation.LATEST
    return is_stock and (basis == Indicator.Basis.REPORT or not indicator.adds_up)


def _asked(
    indicators: Sequence[Indicator],
    view: UnitView,
    on: date | None,
    known_on: datetime | None,
    accepted: bool,
    basis: str | None = None,
) -> dict[str, Any]:
    """Which figures, in which view, and who may cover whom."""
    bases = [str(basis or one.basis) for one in indicators]
    contains = [_contains(one, own) for one, own in zip(indicators, bases, strict=True)]
    return {
        "indicators": [one.pk for one in indicators],
        "bases": bases,
        "rules": [_rule(one) for one in indicators],
        "contains": contains,
        "may_cover": [own == Indicator.Basis.REPORT or inside for own, inside in zip(bases, contains, strict=True)],
        "known_on": known_on or timezone.now(),
        "accepted": accepted,
        "on": UnitView(view).day(on),
    }


def _narrowed(year: int | None, unit: str | None, breakdown: str | None) -> dict[str, Any]:
    prefix = f"{breakdown}=%" if breakdown is not None and "=" not in breakdown else breakdown
    return {"years": None if year is None else [year], "unit": unit, "breakdown": breakdown, "prefix": prefix}
